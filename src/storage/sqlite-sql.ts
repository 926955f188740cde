import type { Query, Where } from './engine.js';
import { toSql, type SqlValue } from './sqlite-binding.js';
import type { AnyTable, ColumnType } from './table.js';

/** SQL text from table declarations, queries and conditions. Names come from our own declarations only, values are always bound. */

const SQL_TYPES: Record<ColumnType, string> = { text: 'TEXT', integer: 'INTEGER', real: 'REAL', boolean: 'INTEGER', json: 'TEXT', blob: 'BLOB' };
const quote = (name: string) => `"${name}"`;

export const columnType = (table: AnyTable, field: string): ColumnType => {
  const column = table.columns[field];
  if (!column) throw new Error(`table ${table.name} has no column ${field}`);
  return column.type;
};

export function createTableSql(table: AnyTable): string {
  const columns = Object.entries(table.columns).map(([name, column]) =>
    name === 'id' ? '"id" TEXT PRIMARY KEY NOT NULL' : `${quote(name)} ${SQL_TYPES[column.type]}${column.optional ? '' : ' NOT NULL'}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${quote(table.name)} (${columns.join(', ')})`;
}

/** A later column: SQLite wants a default for one that may not be null. */
export function addColumnSql(table: AnyTable, name: string): string {
  const column = table.columns[name];
  if (!column) throw new Error(`table ${table.name} has no column ${name}`);
  const fallback = { text: "''", integer: '0', real: '0', boolean: '0', json: "'null'", blob: "x''" }[column.type];
  return `ALTER TABLE ${quote(table.name)} ADD COLUMN ${quote(name)} ${SQL_TYPES[column.type]}${column.optional ? '' : ` NOT NULL DEFAULT ${fallback}`}`;
}

export const indexName = (table: AnyTable, index: AnyTable['indexes'][number]): string =>
  [table.name, ...index.fields, ...Object.entries(index.where ?? {}).map(([field, value]) => `${field}_${String(value)}`)].join('_');

const literal = (type: ColumnType, value: unknown): string => {
  const bound = toSql(type, value);
  if (bound === null) return 'NULL';
  return typeof bound === 'number' ? String(bound) : `'${String(bound).replaceAll("'", "''")}'`;
};

export function createIndexSql(table: AnyTable, index: AnyTable['indexes'][number]): string {
  const where = Object.entries(index.where ?? {}).map(([field, value]) => `${quote(field)} = ${literal(columnType(table, field), value)}`);
  return (
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${quote(indexName(table, index))} ON ${quote(table.name)} ` +
    `(${index.fields.map(quote).join(', ')})${where.length ? ` WHERE ${where.join(' AND ')}` : ''}`
  );
}

export type Bound = { sql: string; values: SqlValue[] };

/** Values that partial indexes are declared with are written as literals: SQLite uses such an index only when it sees the value itself. */
function isIndexed(table: AnyTable, field: string, value: unknown): boolean {
  return table.indexes.some((index) => index.where !== undefined && field in index.where && (index.where as Record<string, unknown>)[field] === value);
}

export function whereSql(table: AnyTable, where: Where<Record<string, unknown>>): Bound {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  for (const [field, condition] of Object.entries(where)) {
    if (condition === undefined) continue;
    const type = columnType(table, field);
    const name = quote(field);
    if (condition === null) {
      parts.push(`${name} IS NULL`);
    } else if (typeof condition === 'object' && !(condition instanceof Uint8Array)) {
      const test = condition as { in?: unknown[]; notIn?: unknown[]; not?: null } & Record<'lt' | 'lte' | 'gt' | 'gte', unknown>;
      if (test.in) {
        parts.push(`${name} IN (SELECT value FROM json_each(?))`);
        values.push(JSON.stringify(test.in.map((value) => toSql(type, value))));
      } else if (test.notIn) {
        parts.push(`${name} NOT IN (SELECT value FROM json_each(?))`);
        values.push(JSON.stringify(test.notIn.map((value) => toSql(type, value))));
      } else if ('not' in test) {
        parts.push(`${name} IS NOT NULL`);
      }
      for (const [key, sign] of [['lt', '<'], ['lte', '<='], ['gt', '>'], ['gte', '>=']] as const) {
        if (test[key] === undefined) continue;
        parts.push(`${name} ${sign} ?`);
        values.push(toSql(type, test[key]));
      }
    } else if (isIndexed(table, field, condition)) {
      parts.push(`${name} = ${literal(type, condition)}`);
    } else {
      parts.push(`${name} = ?`);
      values.push(toSql(type, condition));
    }
  }
  return { sql: parts.length ? ` WHERE ${parts.join(' AND ')}` : '', values };
}

export function selectSql(table: AnyTable, query: Query<Record<string, unknown>>): Bound {
  const where = whereSql(table, query.where);
  const order = query.orderBy?.length ? ` ORDER BY ${query.orderBy.map(([field, way]) => `${quote(field)} ${way === 'asc' ? 'ASC' : 'DESC'}`).join(', ')}` : '';
  return { sql: `SELECT * FROM ${quote(table.name)}${where.sql}${order} LIMIT ?`, values: [...where.values, query.limit] };
}

export const insertSql = (table: AnyTable, mode: 'INSERT' | 'INSERT OR IGNORE' | 'INSERT OR REPLACE'): string => {
  const names = Object.keys(table.columns);
  return `${mode} INTO ${quote(table.name)} (${names.map(quote).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
};

export function updateSql(table: AnyTable, id: string, set: Record<string, unknown>, when: Record<string, unknown>): Bound {
  const fields = Object.entries(set).filter(([, value]) => value !== undefined);
  const guards = Object.entries(when).filter(([, value]) => value !== undefined);
  const values = fields.map(([field, value]) => toSql(columnType(table, field), value));
  values.push(id);
  const conditions = guards.map(([field, value]) => {
    if (value === null) return ` AND ${quote(field)} IS NULL`;
    values.push(toSql(columnType(table, field), value));
    return ` AND ${quote(field)} = ?`;
  });
  return { sql: `UPDATE ${quote(table.name)} SET ${fields.map(([field]) => `${quote(field)} = ?`).join(', ')} WHERE "id" = ?${conditions.join('')}`, values };
}
