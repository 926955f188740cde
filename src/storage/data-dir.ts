import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, troubleOf, type SqliteDatabase } from './sqlite-binding.js';

export const SQLITE_FILE = 'vestnik.sqlite';
/** What customers sent; one file each, beside the store. */
export const MEDIA_FOLDER = 'media';
const LOCK_FILE = 'lock.sqlite';

/** Another process works with this data folder. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/** Makes an empty file that only its owner can read, unless it is there. */
export function touchPrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

/** Holds the operating system's lock on the data folder until the process ends, however it ends: SQLite's own lock on a file made for
 *  it, since Node has no flock. @throws StoreInUse */
export function lockDataDir(dataDir: string): SqliteDatabase {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, LOCK_FILE);
  touchPrivate(file);
  const lock = openDatabase(file);
  try {
    lock.exec('PRAGMA journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (troubleOf(error) === 'busy')
      throw new StoreInUse(`another Vestnik works with the data folder ${dataDir}`, { cause: error });
    throw error;
  }
}
