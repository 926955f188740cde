import { testsOf, type Test } from './conditions.js';
import type { Where } from './engine.js';
import { Binary, type Document, type Filter } from './mongo-driver.js';
import { columnOf, emptyValue, patchValues, storable } from './row-values.js';
import type { AnyRow, AnyTable, Table } from './table.js';

/** Rows as documents: the row's `id` is `_id`, blobs are BSON binaries, absent values are not stored. */

const nameOf = (field: string): string => (field === 'id' ? '_id' : field);
const toMongo = (value: unknown): unknown => (value instanceof Uint8Array ? new Binary(value) : value);

export function documentOf(table: AnyTable, row: AnyRow): Document {
  const document: Document = {};
  for (const field in table.columns) {
    const value = storable(table, field, (row as Record<string, unknown>)[field]);
    if (value !== null) document[nameOf(field)] = toMongo(value);
  }
  return document;
}

/** A patch as update operators. @throws TypeError when it sets nothing */
export function updateOf(table: AnyTable, patch: Readonly<Record<string, unknown>>): Document {
  const $set: Document = {};
  const $unset: Document = {};
  for (const [field, value] of patchValues(table, patch)) {
    if (value === null) $unset[field] = 1;
    else $set[field] = toMongo(value);
  }
  return { ...(isEmpty($set) ? {} : { $set }), ...(isEmpty($unset) ? {} : { $unset }) };
}

/** @param fields those that were asked for; all without it */
export function decodeRow<Row extends AnyRow>(table: Table<Row>, document: Document, fields?: readonly string[]): Row {
  const row: Record<string, unknown> = {};
  for (const field of fields ?? Object.keys(table.columns)) {
    const value: unknown = document[nameOf(field)];
    if (value === undefined || value === null) row[field] = emptyValue(table, field);
    else row[field] = value instanceof Binary ? value.buffer.subarray(0, value.position) : value;
  }
  return row as Row;
}

export function filterOf(table: AnyTable, where: Where<Record<string, unknown>>): Filter {
  const filter: Record<string, Record<string, unknown>> = {};
  for (const [field, test] of testsOf(table, where)) Object.assign((filter[nameOf(field)] ??= {}), operatorOf(test));
  return filter as Filter;
}

/** One document, if it has all of `when`. */
export const documentFilter = (table: AnyTable, id: string, when: Where<Record<string, unknown>> = {}): Filter =>
  ({ ...filterOf(table, when), _id: storable(table, 'id', id) }) as Filter;

function operatorOf(test: Test): Record<string, unknown> {
  switch (test.kind) {
    case 'isNull':
      return { $eq: null };
    case 'isNotNull':
      return { $ne: null };
    case 'equals':
      return { $eq: test.value };
    case 'in':
      return { $in: test.nulls ? [...test.values, null] : test.values };
    case 'notIn':
      return { $nin: test.nulls ? test.values : [...test.values, null] };
    default:
      return { [`$${test.kind}`]: test.value };
  }
}

export function projectionOf(table: AnyTable, fields: readonly string[]): Record<string, 0 | 1> {
  for (const field of fields) columnOf(table, field);
  return {
    ...Object.fromEntries(fields.map((field) => [nameOf(field), 1 as const])),
    _id: fields.includes('id') ? 1 : 0,
  };
}

export const sortOf = (orderBy: readonly (readonly [string, 'asc' | 'desc'])[]): Record<string, 1 | -1> =>
  Object.fromEntries(orderBy.map(([field, way]) => [nameOf(field), way === 'asc' ? 1 : -1]));

const isEmpty = (document: Document): boolean => Object.keys(document).length === 0;
