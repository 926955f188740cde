/** The same record without the members that are undefined: what is stored and compared holds only what Meta said. */
export function defined<T extends object>(record: T): T {
  const kept: Record<string, unknown> = {};
  for (const name in record) if (record[name] !== undefined) kept[name] = record[name];
  return kept as T;
}
