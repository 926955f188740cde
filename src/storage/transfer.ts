import type { Engine } from './engine.js';
import { everyRow, pagesOf } from './row-walk.js';
import type { AnyTable } from './table.js';

/** Copying one store into another, table by table, by the same declarations that everything else runs from. */

/** The two stores do not hold the same: the copy must not be used. */
export class TransferFailed extends Error {
  override readonly name = 'TransferFailed';
}

/** @returns the first table that holds anything; undefined when the store is empty */
export async function firstFilled(engine: Engine, tables: readonly AnyTable[]): Promise<string | undefined> {
  for (const table of tables) {
    const [row] = await engine.find(table, { where: {}, limit: 1 });
    if (row) return table.name;
  }
  return undefined;
}

/** Copies all rows of `from` into the empty store `to`. @returns how many rows of each table. @throws TransferFailed */
export async function transferAll(
  from: Engine,
  to: Engine,
  tables: readonly AnyTable[],
  onTable: (table: string, rows: number) => void = () => undefined,
): Promise<Record<string, number>> {
  const filled = await firstFilled(to, tables);
  if (filled) throw new TransferFailed(`the target is not empty: its table ${filled} holds rows`);
  const counts: Record<string, number> = {};
  for (const table of tables) {
    let copied = 0;
    for await (const page of pagesOf(from, table)) copied += await to.append(table, page);
    const [here, there] = [await count(from, table), await count(to, table)];
    if (here !== there || here !== copied)
      throw new TransferFailed(`${table.name}: ${here} rows to copy, ${copied} copied, ${there} arrived`);
    if (table.files) await copyFiles(from, to, table);
    counts[table.name] = copied;
    onTable(table.name, copied);
  }
  return counts;
}

/** Takes out of a store that was left for another what is to be in one place only: rows whose deletion there is meant to be final. */
export async function removeSecrets(engine: Engine, tables: readonly AnyTable[]): Promise<void> {
  for (const table of tables) {
    if (table.inBackup !== false) continue;
    for await (const page of pagesOf(engine, table))
      await engine.removeMany(
        table,
        page.map(({ id }) => id),
      );
  }
  await engine.scrub();
}

/** A row whose file is gone (a store that was restored without its files) stays without one. */
async function copyFiles(from: Engine, to: Engine, table: AnyTable): Promise<void> {
  for await (const { id } of everyRow(from, table)) {
    const file = await from.files.open(id);
    if (!file) continue;
    await to.files.write(id, file.stream);
    const arrived = await to.files.open(id);
    arrived?.stream.destroy();
    if (arrived?.bytes !== file.bytes)
      throw new TransferFailed(`${table.name}: a file of ${file.bytes} bytes, ${arrived?.bytes ?? 0} arrived`);
  }
}

/** Counted by reading: a count of millions would take longer than one answer may. */
async function count(engine: Engine, table: AnyTable): Promise<number> {
  let rows = 0;
  for await (const _ of everyRow(engine, table)) rows += 1;
  return rows;
}
