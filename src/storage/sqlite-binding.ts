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

export type SqliteDatabase = {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
};

/** Opens a database file. `busy_timeout` stays 0: SQLite would wait by sleeping on the event loop; the writer waits instead. */
export function openDatabase(file: string, options: { readOnly?: boolean } = {}): SqliteDatabase {
  return new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: 0 }) as unknown as SqliteDatabase;
}

/** A JS value as SQLite stores it. The binding refuses booleans, undefined and objects, so none reaches it. */
export function toSql(type: ColumnType, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'text':
      if (typeof value !== 'string') throw new TypeError(`a text column got a ${typeof value}`);
      return value;
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError('an integer column got something else');
      return value;
    case 'real':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError('a real column got something else');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeError(`a boolean column got a ${typeof value}`);
      return value ? 1 : 0;
    case 'json':
      return JSON.stringify(value);
    case 'blob':
      if (!(value instanceof Uint8Array)) throw new TypeError(`a blob column got a ${typeof value}`);
      return value;
  }
}

/** The way back. */
export function fromSql(type: ColumnType, value: SqlValue | undefined): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'boolean':
      return value === 1;
    case 'json':
      return JSON.parse(value as string) as unknown;
    default:
      return value;
  }
}

export type SqliteTrouble = 'busy' | 'full' | 'broken' | 'other';

/** What an error of the binding means for us: wait, or say that the store is out, or a fault of our own. */
export function troubleOf(error: unknown): SqliteTrouble {
  const code = (error as { sqliteCode?: unknown; errcode?: unknown }).sqliteCode ?? (error as { errcode?: unknown }).errcode;
  const message = error instanceof Error ? error.message : '';
  const primary = typeof code === 'number' ? code & 0xff : undefined;
  if (primary === 5 || primary === 6 || /database (table )?is locked|SQLITE_(BUSY|LOCKED)/i.test(message)) return 'busy';
  if (primary === 13 || /database or disk is full|SQLITE_FULL/i.test(message)) return 'full';
  if (
    [8, 10, 11, 14, 26].includes(primary ?? -1) ||
    /readonly database|disk I\/O error|malformed|unable to open|not a database|database is not open/i.test(message)
  )
    return 'broken';
  return 'other';
}
