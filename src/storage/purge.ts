import { put, type Engine, type Where } from './engine.js';
import { meta } from './meta-table.js';
import { emptyAll, pagesOf, removeAll, removeRows } from './row-walk.js';
import type { AnyTable, Retention } from './table.js';
import { timeIdFrom } from '../time-id.js';

/** Retention at work: rows go when their declared time is over, in slices, and no more of them in one run than is said. */

export type PurgeOptions = {
  /** How long message bodies live. */
  readonly bodiesDays: number;
  /** Most rows read or changed in one table in one run; the next run goes on. */
  readonly rowsPerTable?: number;
};

type Rule = Retention<Record<string, unknown>>;
type Loose = Where<Record<string, unknown>>;

const DAY_MS = 24 * 3_600_000;
const ROWS_PER_TABLE = 50_000;

/** @returns how many rows were deleted or emptied, by table; tables where nothing was due are left out */
export async function purge(
  engine: Engine,
  tables: readonly AnyTable[],
  now: number,
  options: PurgeOptions,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {};
  for (const table of tables) {
    let left = options.rowsPerTable ?? ROWS_PER_TABLE;
    for (const [number, rule] of rulesOf(table).entries()) {
      const due = dueBefore(rule, now, options.bodiesDays);
      const name = `purge/${table.name}/${number}`;
      const done = await (isWalkable(table, rule)
        ? purgeByTime(engine, table, rule, due, left, name)
        : purgeByWalk(engine, table, rule, due, left, name));
      if (done > 0) gone[table.name] = (gone[table.name] ?? 0) + done;
      left -= done;
      if (left <= 0) break;
    }
  }
  return gone;
}

export function rulesOf(table: AnyTable): readonly Rule[] {
  const { retention } = table as { readonly retention: Rule | readonly Rule[] | { readonly forever: string } };
  if ('forever' in retention) return [];
  return Array.isArray(retention) ? (retention as readonly Rule[]) : [retention as Rule];
}

/** The least value of the rule's field that stays. */
export function dueBefore(rule: Rule, now: number, bodiesDays: number): number | string {
  const time = now - (rule.days === 'bodies' ? bodiesDays : rule.days) * DAY_MS;
  if (rule.unit === 'timeId') return timeIdFrom(time);
  return rule.unit === 'arrival' ? time * 1_000 : time;
}

/** Whether the rows that are due can be found without looking at all the others. */
export function isWalkable(table: AnyTable, rule: Rule): boolean {
  if (rule.field === 'id') return true;
  return table.indexes.some(
    (index) =>
      index.fields[0] === rule.field &&
      Object.entries(index.where ?? {}).every(([field, value]) => rule.only?.[field] === value),
  );
}

async function purgeByTime(
  engine: Engine,
  table: AnyTable,
  rule: Rule,
  due: number | string,
  limit: number,
  name: string,
): Promise<number> {
  if (!rule.blank) return removeAll(engine, table, { ...rule.only, [rule.field]: { lt: due } }, limit);
  // Emptied rows stay: where the last run ended, the next begins.
  const from = (await engine.get(meta, name))?.value['from'] as number | string | undefined;
  const where: Loose = { ...rule.only, [rule.field]: from === undefined ? { lt: due } : { gte: from, lt: due } };
  let emptied = 0;
  for (const column of rule.blank) {
    emptied += await emptyAll(engine, table, where, column, rule.blank, limit - emptied);
    if (emptied >= limit) return emptied;
  }
  if (from !== due) await engine.commit([put(meta, { id: name, value: { from: due } })]);
  return emptied;
}

/** Without an index a row is found by looking at it: so many in one run, from where the last one ended, round and round. */
async function purgeByWalk(
  engine: Engine,
  table: AnyTable,
  rule: Rule,
  due: number | string,
  limit: number,
  name: string,
): Promise<number> {
  let after = (await engine.get(meta, name))?.value['after'] as string | undefined;
  let seen = 0;
  let changed = 0;
  let atEnd = true;
  for await (const page of pagesOf(engine, table, {}, after)) {
    const ids = page.filter((row) => isDue(row, rule, due)).map((row) => row.id);
    if (rule.blank) {
      const nothing = Object.fromEntries(rule.blank.map((column) => [column, null]));
      changed += (
        await engine.patchMany(
          table,
          ids.map((id) => ({ id, set: nothing })),
        )
      ).length;
    } else changed += await removeRows(engine, table, ids);
    after = page.at(-1)?.id;
    seen += page.length;
    if (seen >= limit) {
      atEnd = false;
      break;
    }
  }
  if (seen > 0) await engine.commit([put(meta, { id: name, value: atEnd ? {} : { after } })]);
  return changed;
}

function isDue(row: Readonly<Record<string, unknown>>, rule: Rule, due: number | string): boolean {
  const value = row[rule.field] as number | string | null;
  if (value === null || value >= due) return false;
  if (rule.blank?.every((column) => row[column] === null)) return false;
  return Object.entries(rule.only ?? {}).every(([field, wanted]) => row[field] === wanted);
}
