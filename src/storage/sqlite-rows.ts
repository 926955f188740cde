import { columnOf, MAX_BYTES, storable } from './row-values.js';
import { fromSql, toSql, type SqlValue } from './sqlite-binding.js';
import { selectFromSql } from './sqlite-sql.js';
import type { AnyRow, AnyTable, ColumnType } from './table.js';

/** Rows as lists of values, and back. What a declaration says of its columns is looked up once a table, not once a cell. */

/** Some columns of a table: how they are asked for, and what their values make. */
export type Reader = { readonly select: string; readonly decode: (row: SqlValue[]) => AnyRow };

export function readerOf(table: AnyTable, fields: readonly string[]): Reader {
  const types = fields.map((field) => columnOf(table, field).type);
  // Copied, then filled: V8 grows a row of 30 columns property by property otherwise.
  const empty: Record<string, unknown> = Object.fromEntries(fields.map((field) => [field, null]));
  return {
    select: selectFromSql(table, fields),
    decode: (values) => {
      const row = { ...empty };
      for (let index = 0; index < fields.length; index += 1)
        row[fields[index] as string] = fromSql(types[index] as ColumnType, values[index]);
      return row as AnyRow;
    },
  };
}

type Cell = { readonly name: string; readonly type: ColumnType; readonly optional: boolean };

const cellsOf = new WeakMap<AnyTable, readonly Cell[]>();

export function encode(table: AnyTable, row: AnyRow): SqlValue[] {
  let cells = cellsOf.get(table);
  if (!cells) {
    cells = Object.keys(table.columns).map((name): Cell => {
      const { type, optional = false } = columnOf(table, name);
      return { name, type, optional };
    });
    cellsOf.set(table, cells);
  }
  const values: SqlValue[] = [];
  for (const { name, type, optional } of cells)
    values.push(encodeCell(table, name, type, optional, (row as Record<string, unknown>)[name]));
  return values;
}

/** What nearly every cell holds is told at once; the rest, and everything wrong, goes the long way. */
export function encodeCell(
  table: AnyTable,
  name: string,
  type: ColumnType,
  optional: boolean,
  value: unknown,
): SqlValue {
  if (optional && (value === null || value === undefined)) return null;
  if (type === 'text' && typeof value === 'string' && value.length <= MAX_BYTES && !value.includes('\0')) return value;
  if (type === 'integer' && Number.isSafeInteger(value)) return (value as number) + 0;
  return toSql(type, storable(table, name, value));
}
