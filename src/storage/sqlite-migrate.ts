import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { touchPrivate } from './data-dir.js';
import { pendingOf, type Migration } from './migration.js';
import { openDatabase, type SqliteDatabase } from './sqlite-binding.js';
import { addColumnSql, createIndexSql, createTableSql } from './sqlite-sql.js';
import { indexName, type AnyTable } from './table.js';

const COPY_DAYS = 14;
const DAY_MS = 24 * 3_600_000;

/** Applies what is not applied yet, each migration in a transaction with its record; the file is copied first when it holds anything.
 *  @throws NewerStore when the store was written by a newer version */
export function migrateSqlite(
  database: SqliteDatabase,
  file: string,
  migrations: readonly Migration[],
  onPoint: (point: string) => void,
): void {
  forgetOldCopies(file, Date.now());
  const applied = appliedTo(database);
  const pending = pendingOf(migrations, applied);
  if (pending.length === 0) return;
  if (applied.size > 0) copyBefore(database, file, applied.size, secretTables(migrations));
  database.exec('CREATE TABLE IF NOT EXISTS "migrations" ("id" TEXT PRIMARY KEY NOT NULL)');
  for (const migration of pending) {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const step of migration.steps) ensureTable(database, step.ensure);
      onPoint('in-migration');
      database.prepare('INSERT INTO "migrations" VALUES (?)').run(migration.id);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The migrations a store has been through; none for a new file. */
export function appliedTo(database: SqliteDatabase): Set<string> {
  const table = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`).get();
  const rows = table ? database.prepare('SELECT "id" FROM "migrations"').all() : [];
  return new Set(rows.map((row) => String(row['id'])));
}

/** Beside the file, whole or not at all: a copy cut off by a crash must not pass for one. */
function copyBefore(database: SqliteDatabase, file: string, version: number, leftOut: readonly string[]): void {
  const copy = `${file}.before-migration-${version}`;
  if (!existsSync(copy)) snapshotInto(database, copy, (partial) => emptyTables(partial, leftOut));
}

/** Tables whose rows never leave the store: a copy made before a migration must not keep what is deleted meanwhile. */
const secretTables = (migrations: readonly Migration[]): readonly string[] => [
  ...new Set(
    migrations.flatMap(({ steps }) => steps.flatMap(({ ensure }) => (ensure.inBackup === false ? [ensure.name] : []))),
  ),
];

/** Deletes all rows of these tables, as far as they are there, from a file that nobody else has open; their bytes are overwritten. */
export function emptyTables(file: string, names: readonly string[]): void {
  const database = openDatabase(file);
  try {
    database.exec('PRAGMA secure_delete = ON');
    for (const name of names) if (hasTable(database, name)) database.exec(`DELETE FROM "${name}"`);
  } finally {
    database.close();
  }
}

export const hasTable = (database: SqliteDatabase, name: string): boolean =>
  database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !== undefined;

/** Writes all that the database holds now into a new file, readable by its owner alone, on the disk once this returns. */
export function snapshotInto(
  database: SqliteDatabase,
  file: string,
  finish: (partial: string) => void = () => undefined,
): void {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    touchPrivate(partial); // VACUUM INTO accepts an empty file, and would make its own one readable by others
    database.prepare('VACUUM INTO ?').run(partial);
    finish(partial);
    sync(partial);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  sync(dirname(file));
}

function sync(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return; // there a folder cannot be opened
  const handle = openSync(path, 'r');
  try {
    if (process.platform !== 'win32') fsyncSync(handle); // there it wants a handle that can write
  } finally {
    closeSync(handle);
  }
}

/** The copies hold what people have had erased since: they are for the days after an update, not for ever. */
function forgetOldCopies(file: string, now: number): void {
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(`${basename(file)}.before-migration-`)) continue;
    const copy = join(dirname(file), name);
    if (now - statSync(copy).mtimeMs > COPY_DAYS * DAY_MS) rmSync(copy, { force: true });
  }
}

function ensureTable(database: SqliteDatabase, table: AnyTable): void {
  database.exec(createTableSql(table));
  const columns = database.prepare(`SELECT "name" FROM pragma_table_info('${table.name}')`).all();
  const present = new Set(columns.map((row) => String(row['name'])));
  for (const name of Object.keys(table.columns)) if (!present.has(name)) database.exec(addColumnSql(table, name));
  const wanted = new Set(table.indexes.map((index) => indexName(table, index)));
  const indexes = database.prepare(`SELECT "name" FROM pragma_index_list('${table.name}') WHERE "origin" = 'c'`).all();
  for (const { name } of indexes) if (!wanted.has(String(name))) database.exec(`DROP INDEX "${String(name)}"`);
  for (const index of table.indexes) database.exec(createIndexSql(table, index));
}
