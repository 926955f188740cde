import { Binary, type Document, type Filter } from './mongo-driver.js';
import type { Where } from './engine.js';
import type { AnyRow, AnyTable, Table } from './table.js';

/** Rows as documents: the row's `id` is `_id`, blobs are BSON binaries, absent values are not stored. */

function toMongo(value: unknown): unknown {
  return value instanceof Uint8Array ? new Binary(value) : value;
}

/** The columns of a patch; null stays null, since it must overwrite. */
export function plainOf(table: AnyTable, values: Record<string, unknown>): Document {
  const document: Document = {};
  for (const [field, value] of Object.entries(values)) {
    if (!table.columns[field]) throw new Error(`table ${table.name} has no column ${field}`);
    if (value !== undefined) document[field] = toMongo(value);
  }
  return document;
}

export function documentOf(table: AnyTable, row: AnyRow): Document {
  const document: Document = { _id: row.id };
  for (const field in table.columns) {
    if (field === 'id') continue;
    const value = (row as Record<string, unknown>)[field];
    if (value !== undefined && value !== null) document[field] = toMongo(value);
    else if (!table.columns[field]?.optional) throw new TypeError(`${table.name}.${field} may not be empty`);
  }
  return document;
}

export function decodeRow<Row extends AnyRow>(table: Table<Row>, document: Document): Row {
  const row: Record<string, unknown> = {};
  for (const field in table.columns) {
    const value: unknown = document[field === 'id' ? '_id' : field];
    row[field] = value instanceof Binary ? value.buffer.subarray(0, value.position) : (value ?? null);
  }
  return row as Row;
}

export function filterOf<Row>(where: Where<Row>): Filter {
  const filter: Record<string, unknown> = {};
  for (const [field, condition] of Object.entries(where) as [string, unknown][]) {
    if (condition === undefined) continue;
    filter[field === 'id' ? '_id' : field] = conditionOf(condition);
  }
  return filter as Filter;
}

function conditionOf(condition: unknown): unknown {
  if (condition === null) return { $eq: null };
  if (typeof condition !== 'object' || condition instanceof Uint8Array) return { $eq: toMongo(condition) };
  const test = condition as { in?: unknown[]; notIn?: unknown[]; not?: null } & Record<string, unknown>;
  if (test.in) return { $in: test.in };
  if (test.notIn) return { $nin: test.notIn };
  if ('not' in test) return { $ne: null };
  return Object.fromEntries(['lt', 'lte', 'gt', 'gte'].flatMap((key) => (test[key] === undefined ? [] : [[`$${key}`, test[key]]])));
}
