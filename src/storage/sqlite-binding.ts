import { DatabaseSync } from '@photostructure/sqlite';
import type { ColumnType } from './table.js';

/** The one file that touches the SQLite binding: what it takes, what it gives back, what its errors mean. */

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Record<string, SqlValue>;

export type Statement = {
  run(...values: SqlValue[]): { changes: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
};

/** Rows as lists of their columns: 2.6 times as fast as objects, which the binding makes name by name. */
export type RowStatement = {
  get(...values: SqlValue[]): SqlValue[] | undefined;
  all(...values: SqlValue[]): SqlValue[][];
};

export type SqliteDatabase = {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
};

/** Opens a database file. `busy_timeout` stays 0: SQLite would wait by sleeping on the event loop; the writer waits instead. */
export function openDatabase(file: string, options: { readOnly?: boolean } = {}): SqliteDatabase {
  return new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: 0 }) as unknown as SqliteDatabase;
}

export function prepareRows(database: SqliteDatabase, sql: string): RowStatement {
  const statement = database.prepare(sql) as unknown as RowStatement & { setReturnArrays(on: boolean): void };
  statement.setReturnArrays(true);
  return statement;
}

/** A value that `storable` let through, as SQLite stores it. Booleans and objects never reach the binding. */
export function toSql(type: ColumnType, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'text':
      // The binding cuts a text at its first NUL; as bytes it stays whole, and equals only itself. Such a text sorts after all others.
      return (value as string).includes('\0') ? Buffer.from(value as string) : (value as string);
    case 'boolean':
      return value ? 1 : 0;
    case 'json':
      return JSON.stringify(value);
    default:
      return value as SqlValue;
  }
}

/** The way back. */
export function fromSql(type: ColumnType, value: SqlValue | undefined): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString();
    case 'boolean':
      return value === 1;
    case 'json':
      return JSON.parse(value as string) as unknown;
    default:
      return value;
  }
}

/** `taken`: a value that must be unique is another row's. */
export type SqliteTrouble = 'busy' | 'full' | 'broken' | 'taken' | 'other';

const BUSY = [5, 6];
const FULL = 13;
// Out of memory, read-only, input/output, corrupt, cannot open, protocol, not a database.
const BROKEN = [7, 8, 10, 11, 14, 15, 26];
const TAKEN = [2067, 1555];

/** What an error of the binding means for us: wait, or say that the store is out, or a conflict, or a fault of our own. */
export function troubleOf(error: unknown): SqliteTrouble {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (code === 'ERR_INVALID_STATE') return 'broken'; // the database is closed
  const message = error instanceof Error ? error.message : '';
  if (typeof errcode !== 'number')
    return /unable to open database|database is not open|out of memory/i.test(message) ? 'broken' : 'other';
  if (TAKEN.includes(errcode)) return 'taken';
  const primary = errcode & 0xff;
  if (BUSY.includes(primary)) return 'busy';
  if (primary === FULL) return 'full';
  return BROKEN.includes(primary) ? 'broken' : 'other';
}
