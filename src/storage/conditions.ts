import type { Where } from './engine.js';
import { columnOf, storable } from './row-values.js';
import type { AnyTable } from './table.js';

/** Conditions read once for both engines, so that both mean the same by them. Null means "absent": it equals null, is in a list that
 *  names it, is not in one that does not, and is neither less nor more than anything. */

export type Test =
  | { readonly kind: 'isNull' }
  | { readonly kind: 'isNotNull' }
  | { readonly kind: 'equals'; readonly value: unknown }
  /** `values` without null; `nulls`: whether absent values are meant too. */
  | { readonly kind: 'in' | 'notIn'; readonly values: readonly unknown[]; readonly nulls: boolean }
  | { readonly kind: 'lt' | 'lte' | 'gt' | 'gte'; readonly value: unknown };

const SIGNS = ['lt', 'lte', 'gt', 'gte'] as const;

/** @throws TypeError for a column that is not there, a value it cannot hold, or a condition that says nothing */
export function testsOf(table: AnyTable, where: Where<Record<string, unknown>>): [field: string, test: Test][] {
  const tests: [field: string, test: Test][] = [];
  for (const [field, condition] of Object.entries(where))
    if (condition !== undefined) for (const test of testsOfField(table, field, condition)) tests.push([field, test]);
  return tests;
}

function testsOfField(table: AnyTable, field: string, condition: unknown): Test[] {
  const column = columnOf(table, field);
  if (condition === null) return [{ kind: 'isNull' }];
  const isBare = typeof condition !== 'object' || condition instanceof Uint8Array;
  const given = isBare ? { equals: condition } : (condition as Record<string, unknown>);
  if ('not' in given) return [{ kind: 'isNotNull' }];
  if (column.type === 'json' || column.type === 'blob')
    throw new TypeError(`${table.name}.${field} can only be asked whether it is there`);
  const tests: Test[] = [];
  if (given['equals'] !== undefined) tests.push({ kind: 'equals', value: storable(table, field, given['equals']) });
  for (const kind of ['in', 'notIn'] as const) {
    const list = given[kind];
    if (!Array.isArray(list)) continue;
    const values = list.filter((value) => value !== null).map((value) => storable(table, field, value));
    const namesNull = values.length < list.length;
    tests.push({ kind, values, nulls: kind === 'in' ? namesNull : !namesNull });
  }
  for (const kind of SIGNS)
    if (given[kind] !== undefined) tests.push({ kind, value: storable(table, field, given[kind]) });
  if (tests.length === 0) throw new TypeError(`the condition on ${table.name}.${field} says nothing`);
  return tests;
}

export function checkLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('a query needs a limit');
  return limit;
}

/** Most ids of one `getMany`. */
export const MAX_IDS = 1_000;

export function checkIds(ids: readonly string[]): readonly string[] {
  if (ids.length > MAX_IDS) throw new TypeError(`at most ${MAX_IDS} ids can be asked for at once`);
  return ids;
}
