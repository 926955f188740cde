import { existsSync } from 'node:fs';
import { holdRow } from './hold.js';
import { pendingOf, type Migration } from './migration.js';
import { openDatabase, type SqliteDatabase } from './sqlite-binding.js';
import { appliedTo, emptyTables, hasTable, snapshotInto } from './sqlite-migrate.js';

/** Backups of the SQLite file: made beside a running server, and looked at before they are trusted. */

/** A file that is not, or is no longer, a backup of ours. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

/** Writes a snapshot of `source` to `file`, which must not be there, with the hold inside (DESIGN §4.17).
 *  @param leftOut tables whose rows never leave the machine. @throws BadBackup when the source is no store of ours */
export function writeBackup(source: string, file: string, leftOut: readonly string[]): void {
  if (existsSync(file)) throw new BadBackup(`${file} is there already`);
  const database = openDatabase(source, { readOnly: true });
  try {
    if (!hasTable(database, 'meta'))
      throw new BadBackup(`${source} is not a store of Vestnik, or none was ever started on it`);
    snapshotInto(database, file, (partial) => {
      emptyTables(partial, leftOut);
      const copy = openDatabase(partial);
      try {
        writeHold(copy, Date.now());
        mustBeWhole(copy, partial);
      } finally {
        copy.close();
      }
    });
  } finally {
    database.close();
  }
}

/** Looks a backup over before anything is replaced by it. @returns what it says of itself
 *  @throws BadBackup, NewerStore */
export function readBackup(
  file: string,
  migrations: readonly Migration[],
): { readonly backupAt: number | undefined; readonly secretFingerprint: string | undefined } {
  let database: SqliteDatabase | undefined;
  try {
    database = openDatabase(file, { readOnly: true });
    mustBeWhole(database, file);
  } catch (error) {
    database?.close();
    if (error instanceof BadBackup) throw error;
    throw new BadBackup(`${file} is no SQLite file, or is damaged`, { cause: error });
  }
  try {
    const applied = appliedTo(database);
    if (applied.size === 0 || !hasTable(database, 'meta')) throw new BadBackup(`${file} is not a backup of Vestnik`);
    pendingOf(migrations, applied);
    const value = (id: string): Record<string, unknown> | undefined => {
      const row = database.prepare('SELECT "value" FROM "meta" WHERE "id" = ?').get(id);
      return row && (JSON.parse(String(row['value'])) as Record<string, unknown>);
    };
    const [backupAt, fingerprint] = [value('hold')?.['backupAt'], value('secret')?.['is']];
    return {
      backupAt: typeof backupAt === 'number' ? backupAt : undefined,
      secretFingerprint: typeof fingerprint === 'string' ? fingerprint : undefined,
    };
  } finally {
    database.close();
  }
}

/** Puts the hold into a store that nobody has open. */
export function holdFile(file: string, backupAt: number): void {
  const database = openDatabase(file);
  try {
    writeHold(database, backupAt);
  } finally {
    database.close();
  }
}

/** Brings what stands in the WAL into the file itself, if that can still be done. */
export function foldWal(file: string): void {
  const database = openDatabase(file);
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function writeHold(database: SqliteDatabase, backupAt: number): void {
  const row = holdRow(backupAt);
  database
    .prepare('INSERT OR REPLACE INTO "meta" ("id", "value") VALUES (?, ?)')
    .run(row.id, JSON.stringify(row.value));
}

function mustBeWhole(database: SqliteDatabase, file: string): void {
  const found = database.prepare('PRAGMA integrity_check').get();
  if (String(Object.values(found ?? {})[0]) !== 'ok') throw new BadBackup(`${file} is damaged`);
}
