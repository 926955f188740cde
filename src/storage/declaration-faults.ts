import { rulesOf } from './purge.js';
import type { AnyTable } from './table.js';

/** What is wrong with a declaration as an entry of the register: a test asks every table of the house. */
export function declarationFaults(table: AnyTable): string[] {
  const faults: string[] = [];
  const say = (what: string) => faults.push(`${table.name}: ${what}`);
  const personal = Object.entries(table.columns).flatMap(([name, column]) => (column.personal ? [name] : []));
  const isOptional = (column: string) => table.columns[column]?.optional === true;
  const indexedFirst = (column: string) =>
    column === 'id' || table.indexes.some((index) => index.fields[0] === column && !index.where);

  for (const column of namedColumns(table)) if (!table.columns[column]) say(`there is no column ${column}`);
  if (table.columns['id']?.type !== 'text') say('the id must be a text');

  if (table.files && (typeof table.erase === 'object' || rulesOf(table).some((rule) => rule.blank)))
    say('a file goes with its row: rows with files are deleted, never emptied or kept');

  const owner = table.person && Object.values(table.person)[0];
  if (personal.length > 0 && !owner) say(`${personal.join(', ')} are personal, and no column says whose`);
  if (typeof owner === 'string' && !indexedFirst(owner) && table.erase !== 'delete' && !isWaitingOnly(table))
    say(`rows are looked for by ${owner}, and no index leads with it`);

  if (table.erase !== 'delete') {
    const emptied: readonly string[] = 'blank' in table.erase ? table.erase.blank : [];
    const left = personal.filter((column) => !emptied.includes(column));
    if (left.length > 0) say(`an erasure leaves ${left.join(', ')}`);
    for (const column of emptied) if (!isOptional(column)) say(`${column} cannot be emptied: it is not optional`);
    if ('keep' in table.erase && !table.erase.keep) say('why an erasure keeps its rows is not said');
  }

  if ('none' in table.export) {
    if (!table.export.none) say('why nothing of it is exported is not said');
  } else {
    if (table.export.length === 0) say('an empty export needs a reason');
    if (!owner) say('rows that are nobody’s cannot be exported');
  }

  for (const rule of rulesOf(table)) {
    for (const column of rule.blank ?? [])
      if (!isOptional(column)) say(`${column} cannot be emptied: it is not optional`);
    if (rule.unit === 'timeId' && table.columns[rule.field]?.type !== 'text') say(`${rule.field} is no id`);
    if (rule.unit !== 'timeId' && table.columns[rule.field]?.type !== 'integer') say(`${rule.field} is no time`);
  }
  return faults;
}

/** Rows that hold something personal for a moment only may be found through their partial index. */
const isWaitingOnly = (table: AnyTable): boolean =>
  table.person !== null && 'personKey' in table.person && table.indexes.some((index) => index.where !== undefined);

const namedColumns = (table: AnyTable): string[] => [
  ...table.indexes.flatMap((index) => [...index.fields, ...Object.keys(index.where ?? {})]),
  ...Object.values(table.person ?? {}),
  ...(typeof table.erase === 'object' && 'blank' in table.erase ? table.erase.blank : []),
  ...('none' in table.export ? [] : (table.export as readonly string[])),
  ...rulesOf(table).flatMap((rule) => [rule.field, ...(rule.blank ?? []), ...Object.keys(rule.only ?? {})]),
];
