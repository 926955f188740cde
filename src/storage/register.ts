import type { Engine, Where } from './engine.js';
import { emptyAll, everyRow, removeAll } from './row-walk.js';
import type { AnyTable } from './table.js';

export { purge, type PurgeOptions } from './purge.js';

/** The register of personal data at work: erasing and exporting a person over all tables, by what each declares of itself. */

/** Whom: all ids of the contact (those merged into it too) and all keys they were ever ordered by. */
export type Person = { readonly contactIds: readonly string[]; readonly personKeys: readonly string[] };

type Loose = Where<Record<string, unknown>>;

/** Which rows of a table are the person's; undefined where rows belong to nobody. */
export function ownedBy(table: AnyTable, person: Person): Loose | undefined {
  if (!table.person) return undefined;
  if ('contactId' in table.person) return { [table.person.contactId]: { in: person.contactIds } };
  return { [table.person.personKey]: { in: person.personKeys } };
}

/** Does to every row of the person what its table declares, in slices. Cut off by a crash it can be run again with the same person: the
 *  contact's own row goes last, and until then tells who it was. @returns how many rows it deleted or emptied */
export async function erasePerson(engine: Engine, tables: readonly AnyTable[], person: Person): Promise<number> {
  let changed = 0;
  for (const table of contactLast(tables)) {
    const mine = ownedBy(table, person);
    if (!mine || (typeof table.erase === 'object' && 'keep' in table.erase)) continue;
    if (table.erase === 'delete') changed += await removeAll(engine, table, mine);
    else
      for (const column of table.erase.blank) changed += await emptyAll(engine, table, mine, column, table.erase.blank);
  }
  await engine.scrub();
  return changed;
}

const isContact = (table: AnyTable): boolean =>
  table.person !== null && 'contactId' in table.person && table.person.contactId === 'id';
const contactLast = (tables: readonly AnyTable[]): AnyTable[] => [
  ...tables.filter((table) => !isContact(table)),
  ...tables.filter(isContact),
];

/** What "what do you know about me" shows: the exported columns of the person's rows, by table, oldest id first; bytes as base64. */
export async function exportPerson(
  engine: Engine,
  tables: readonly AnyTable[],
  person: Person,
): Promise<Record<string, Record<string, unknown>[]>> {
  const shown: Record<string, Record<string, unknown>[]> = {};
  for (const table of tables) {
    const mine = ownedBy(table, person);
    if (!mine || 'none' in table.export) continue;
    const columns = table.export as readonly string[];
    const rows: Record<string, unknown>[] = [];
    for await (const row of everyRow(engine, table, mine))
      rows.push(Object.fromEntries(columns.map((column) => [column, jsonOf(row[column])])));
    if (rows.length > 0) shown[table.name] = rows;
  }
  return shown;
}

const jsonOf = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
