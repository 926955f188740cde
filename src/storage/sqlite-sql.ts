import { checkLimit, testsOf, type Test } from './conditions.js';
import type { Query, Where } from './engine.js';
import { columnOf, emptyValue, storable } from './row-values.js';
import { toSql, type SqlValue } from './sqlite-binding.js';
import { indexName, type AnyTable, type ColumnType } from './table.js';

/** SQL text from table declarations, queries and conditions. Names come from our own declarations only, values are always bound. */

const SQL_TYPES: Record<ColumnType, string> = {
  text: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  boolean: 'INTEGER',
  json: 'TEXT',
  blob: 'BLOB',
};
export const quote = (name: string) => `"${name}"`;

export function createTableSql(table: AnyTable): string {
  const columns = Object.entries(table.columns).map(([name, column]) =>
    name === 'id'
      ? '"id" TEXT PRIMARY KEY NOT NULL'
      : `${quote(name)} ${SQL_TYPES[column.type]}${column.optional ? '' : ' NOT NULL'}`,
  );
  const form = table.small ? ' WITHOUT ROWID' : '';
  return `CREATE TABLE IF NOT EXISTS ${quote(table.name)} (${columns.join(', ')})${form}`;
}

/** A later column: SQLite wants a default for one that may not be null. */
export function addColumnSql(table: AnyTable, name: string): string {
  const { type, optional } = columnOf(table, name);
  const empty = type === 'blob' ? "x''" : type === 'json' ? "'null'" : literal(type, emptyValue(table, name));
  return `ALTER TABLE ${quote(table.name)} ADD COLUMN ${quote(name)} ${SQL_TYPES[type]}${optional ? '' : ` NOT NULL DEFAULT ${empty}`}`;
}

export const literal = (type: ColumnType, value: unknown): string => {
  const bound = toSql(type, value);
  return typeof bound === 'number' ? String(bound) : `'${String(bound).replaceAll("'", "''")}'`;
};

export function createIndexSql(table: AnyTable, index: AnyTable['indexes'][number]): string {
  const where = Object.entries(index.where ?? {}).map(([field, value]) =>
    value === null ? `${quote(field)} IS NULL` : `${quote(field)} = ${literal(columnOf(table, field).type, value)}`,
  );
  return (
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${quote(indexName(table, index))} ON ${quote(table.name)} ` +
    `(${index.fields.map(quote).join(', ')})${where.length ? ` WHERE ${where.join(' AND ')}` : ''}`
  );
}

export type Bound = { readonly sql: string; readonly values: readonly SqlValue[] };

/** Values that partial indexes are declared with are written as literals: SQLite uses such an index only when it sees the value itself. */
function isIndexed(table: AnyTable, field: string, value: unknown): boolean {
  return table.indexes.some((index) => (index.where as Record<string, unknown> | undefined)?.[field] === value);
}

export function whereSql(table: AnyTable, where: Where<Record<string, unknown>>): Bound {
  const values: SqlValue[] = [];
  const parts = testsOf(table, where).map(([field, test]) => testSql(table, field, test, values));
  return { sql: parts.length ? ` WHERE ${parts.join(' AND ')}` : '', values };
}

const SIGNS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

export function testSql(table: AnyTable, field: string, test: Test, values: SqlValue[]): string {
  const { type, optional } = columnOf(table, field);
  const name = quote(field);
  switch (test.kind) {
    case 'isNull':
      return `${name} IS NULL`;
    case 'isNotNull':
      return `${name} IS NOT NULL`;
    case 'equals':
      if (isIndexed(table, field, test.value)) return `${name} = ${literal(type, test.value)}`;
      values.push(toSql(type, test.value));
      return `${name} = ?`;
    case 'in':
    case 'notIn': {
      const among = `${name} ${test.kind === 'in' ? 'IN' : 'NOT IN'} ${listSql(type, test.values, values)}`;
      if (!optional) return among;
      return test.nulls ? `(${among} OR ${name} IS NULL)` : `(${among} AND ${name} IS NOT NULL)`;
    }
    default:
      values.push(toSql(type, test.value));
      return `${name} ${SIGNS[test.kind]} ?`;
  }
}

/** One parameter for any number of values, so that statements stay few. */
function listSql(type: ColumnType, list: readonly unknown[], values: SqlValue[]): string {
  const bound = list.map((value) => toSql(type, value));
  // One is compared faster as it is, and JSON has no bytes.
  if (bound.length === 1 || bound.some((value) => value instanceof Uint8Array)) {
    values.push(...bound);
    return `(${bound.map(() => '?').join(', ')})`;
  }
  values.push(JSON.stringify(bound));
  return '(SELECT value FROM json_each(?))';
}

/** @param fields in the order in which they are read; of a declaration: all */
export const selectFromSql = (table: AnyTable, fields: readonly string[]): string =>
  `SELECT ${fields.map(quote).join(', ')} FROM ${quote(table.name)}`;

/** @param select from `selectFromSql` */
export function selectSql(table: AnyTable, query: Query<Record<string, unknown>>, select: string): Bound {
  const where = whereSql(table, query.where);
  const order = (query.orderBy ?? []).map(([field, way]) => {
    columnOf(table, field);
    return `${quote(field)} ${way === 'asc' ? 'ASC' : 'DESC'}`;
  });
  const orderBy = order.length ? ` ORDER BY ${order.join(', ')}` : '';
  return {
    sql: `${select}${where.sql}${orderBy} LIMIT ?`,
    values: [...where.values, checkLimit(query.limit)],
  };
}

/** `append` ignores whatever is taken; `insert` only its own id; `put` overwrites the row of that id, and never another one. */
export function insertSql(table: AnyTable, mode: InsertMode): string {
  let texts = insertTexts.get(table);
  if (!texts) insertTexts.set(table, (texts = new Map()));
  let text = texts.get(mode);
  if (!text) texts.set(mode, (text = makeInsertSql(table, mode)));
  return text;
}

type InsertMode = 'append' | 'insert' | 'put';
const insertTexts = new WeakMap<AnyTable, Map<InsertMode, string>>();

function makeInsertSql(table: AnyTable, mode: InsertMode): string {
  const names = Object.keys(table.columns);
  const others = names.filter((name) => name !== 'id');
  const insertion = `INTO ${quote(table.name)} (${names.map(quote).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  if (mode === 'append') return `INSERT OR IGNORE ${insertion}`;
  if (mode === 'insert' || others.length === 0) return `INSERT ${insertion} ON CONFLICT ("id") DO NOTHING`;
  return `INSERT ${insertion} ON CONFLICT ("id") DO UPDATE SET ${others.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(', ')}`;
}

export function removeSql(table: AnyTable, ids: readonly string[]): Bound {
  const list = ids.map((id) => toSql('text', storable(table, 'id', id)));
  const [only] = list;
  const isText = list.every((id) => typeof id === 'string');
  if (only !== undefined && list.length === 1)
    return { sql: `DELETE FROM ${quote(table.name)} WHERE "id" = ?`, values: [only] };
  if (isText)
    return {
      sql: `DELETE FROM ${quote(table.name)} WHERE "id" IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(list)],
    };
  const places = list.map(() => '?').join(', '); // JSON has no bytes
  return { sql: `DELETE FROM ${quote(table.name)} WHERE "id" IN (${places})`, values: list };
}
