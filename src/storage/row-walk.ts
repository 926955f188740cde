import { setImmediate as nextTurn } from 'node:timers/promises';
import { SLICE, type Engine, type Where } from './engine.js';
import type { AnyRow, AnyTable } from './table.js';

/** Walking over the rows of any table, a slice at a time, so that others come in between. */

type Loose = Where<Record<string, unknown>>;
export type LooseRow = AnyRow & Record<string, unknown>;

/** Deletes these rows with their files: first the files, so that a run that was cut off finds them again, and once more at last, since one
 *  may have been written meanwhile. @returns how many went */
export async function removeRows(engine: Engine, table: AnyTable, ids: readonly string[]): Promise<number> {
  if (table.files) await engine.files.remove(ids);
  const gone = await engine.removeMany(table, ids);
  if (table.files) await engine.files.remove(ids);
  return gone;
}

/** Deletes rows, a slice at a time, at most `limit` of them. @returns how many went */
export async function removeAll(engine: Engine, table: AnyTable, where: Loose, limit = Infinity): Promise<number> {
  for (let gone = 0; ; await nextTurn()) {
    const rows = (await engine.find(table, { where, limit: Math.min(SLICE, limit - gone) })) as LooseRow[];
    gone += await removeRows(
      engine,
      table,
      rows.map((row) => row.id),
    );
    if (rows.length < SLICE || gone >= limit) return gone;
  }
}

/** Empties `columns` of rows that have something in `column`, a slice at a time, at most `limit` of them. @returns how many it emptied */
export async function emptyAll(
  engine: Engine,
  table: AnyTable,
  where: Loose,
  column: string,
  columns: readonly string[],
  limit = Infinity,
): Promise<number> {
  const nothing = Object.fromEntries(columns.map((name) => [name, null]));
  for (let emptied = 0; ; await nextTurn()) {
    const full = { ...where, [column]: { not: null } };
    const rows = (await engine.find(table, { where: full, limit: Math.min(SLICE, limit - emptied) })) as LooseRow[];
    await engine.patchMany(
      table,
      rows.map((row) => ({ id: row.id, set: nothing })),
    );
    emptied += rows.length;
    if (rows.length < SLICE || emptied >= limit) return emptied;
  }
}

/** Rows in the order of their ids, read a slice at a time. */
export async function* everyRow(engine: Engine, table: AnyTable, where: Loose = {}): AsyncGenerator<LooseRow> {
  for await (const page of pagesOf(engine, table, where)) yield* page;
}

/** The same, slice by slice. A condition on the id itself must be an object. */
export async function* pagesOf(
  engine: Engine,
  table: AnyTable,
  where: Loose = {},
  since?: string,
): AsyncGenerator<LooseRow[]> {
  for (let after = since; ; await nextTurn()) {
    const further = after === undefined ? {} : { id: { ...(where['id'] as object | undefined), gt: after } };
    const query = { where: { ...where, ...further }, orderBy: [['id', 'asc'] as const], limit: SLICE };
    const page = (await engine.find(table, query)) as LooseRow[];
    if (page.length > 0) yield page;
    if (page.length < SLICE) return;
    after = page.at(-1)?.id;
  }
}
