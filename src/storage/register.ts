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

/** Rows that are written while an erasure runs are found by the next pass: each pass leaves fewer that could write any. */
const MAX_PASSES = 20;

/** Does to every row of the person what its table declares, in slices. Cut off by a crash it can be run again with the same person: the
 *  contact's own row goes last, and until then tells who it was. What others commit for the person meanwhile depends on a row that goes
 *  (the contact's, the conversation's), so it conflicts, or came before that row went: therefore all is looked through again until
 *  nothing is found any more.
 *  @param meant narrows which of the person's rows of a table are meant
 *  @returns how many rows it deleted or emptied
 *  @throws Error when others write faster than it erases */
export async function erasePerson(
  engine: Engine,
  tables: readonly AnyTable[],
  person: Person,
  meant: ReadonlyMap<AnyTable, Loose> = new Map(),
): Promise<number> {
  let changed = 0;
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const found = await erasePass(engine, tables, person, meant);
    changed += found;
    if (found > 0) continue;
    await engine.scrub();
    return changed;
  }
  throw new Error('the person’s rows are written faster than they can be erased');
}

async function erasePass(
  engine: Engine,
  tables: readonly AnyTable[],
  person: Person,
  meant: ReadonlyMap<AnyTable, Loose>,
): Promise<number> {
  let changed = 0;
  for (const table of contactLast(tables)) {
    const theirs = ownedBy(table, person);
    if (!theirs || (typeof table.erase === 'object' && 'keep' in table.erase)) continue;
    const mine = { ...theirs, ...meant.get(table) };
    if (table.erase === 'delete') changed += await removeAll(engine, table, mine);
    else
      for (const column of table.erase.blank) changed += await emptyAll(engine, table, mine, column, table.erase.blank);
  }
  return changed;
}

const isContact = (table: AnyTable): boolean =>
  table.person !== null && 'contactId' in table.person && table.person.contactId === 'id';
const contactLast = (tables: readonly AnyTable[]): AnyTable[] => [
  ...tables.filter((table) => !isContact(table)),
  ...tables.filter(isContact),
];

/** What "what do you know about me" shows: the exported columns of the person's rows, table by table, oldest id first; bytes as base64,
 *  times as ISO 8601. Read a slice at a time. */
export async function* exportedRows(
  engine: Engine,
  tables: readonly AnyTable[],
  person: Person,
): AsyncGenerator<{ readonly table: string; readonly row: Record<string, unknown> }> {
  for (const table of tables) {
    const mine = ownedBy(table, person);
    if (!mine || 'none' in table.export) continue;
    const columns = table.export as readonly string[];
    for await (const row of everyRow(engine, table, mine))
      yield {
        table: table.name,
        row: Object.fromEntries(columns.map((column) => [column, jsonOf(column, row[column])])),
      };
  }
}

/** All of it at once. */
export async function exportPerson(
  engine: Engine,
  tables: readonly AnyTable[],
  person: Person,
): Promise<Record<string, Record<string, unknown>[]>> {
  const shown: Record<string, Record<string, unknown>[]> = {};
  for await (const { table, row } of exportedRows(engine, tables, person)) (shown[table] ??= []).push(row);
  return shown;
}

/** Columns and members that hold a time, in ms: `at`, `createdAt`, `since`. The bound tells them from numbers that are none. Evidence of
 *  a consent stays letter for letter: its hash stands in the ledger. */
const TIME_NAME = /^(at|since|until|stoppedAll)$|(At|Since|Until|Times)$/;
const EARLIEST_TIME = Date.UTC(2000, 0);

function jsonOf(name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'number')
    return TIME_NAME.test(name) && value >= EARLIEST_TIME ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(name, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, of]) => [member, jsonOf(member, of)]));
}
