import { existsSync } from 'node:fs';
import type { SqliteDatabase } from './sqlite-binding.js';
import { addColumnSql, createIndexSql, createTableSql } from './sqlite-sql.js';
import { NewerStore, type Migration } from './migration.js';
import type { AnyTable } from './table.js';

/** Applies what is not applied yet, each migration in a transaction with its record; the file is copied first when it holds anything.
 *  @throws NewerStore when the store was written by a newer version */
export function migrateSqlite(database: SqliteDatabase, file: string, migrations: readonly Migration[]): void {
  database.exec('CREATE TABLE IF NOT EXISTS "migrations" ("id" TEXT PRIMARY KEY NOT NULL)');
  const applied = new Set(database.prepare('SELECT "id" FROM "migrations"').all().map((row) => String(row['id'])));
  const known = new Set(migrations.map((migration) => migration.id));
  const strangers = [...applied].filter((id) => !known.has(id));
  if (strangers.length > 0) throw new NewerStore(strangers);
  const pending = migrations.filter((migration) => !applied.has(migration.id));
  if (pending.length === 0) return;
  if (applied.size > 0) copyBefore(database, file, applied.size);
  for (const migration of pending) {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const step of migration.steps) ensureTable(database, step.ensure);
      database.prepare('INSERT INTO "migrations" VALUES (?)').run(migration.id);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

function copyBefore(database: SqliteDatabase, file: string, version: number): void {
  const copy = `${file}.before-migration-${version}`;
  if (!existsSync(copy)) database.prepare('VACUUM INTO ?').run(copy);
}

function ensureTable(database: SqliteDatabase, table: AnyTable): void {
  database.exec(createTableSql(table));
  const present = new Set(database.prepare(`SELECT "name" FROM pragma_table_info('${table.name}')`).all().map((row) => String(row['name'])));
  for (const name of Object.keys(table.columns)) if (!present.has(name)) database.exec(addColumnSql(table, name));
  for (const index of table.indexes) database.exec(createIndexSql(table, index));
}
