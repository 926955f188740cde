import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { SQLITE_FILE } from '../storage/data-dir.js';
import { foldWal, holdFile } from '../storage/sqlite-backup.js';

/** Puts a copy of `backup` in the place of the store, held. At no moment is there a store that is neither the old one nor the new.
 *  The data folder's lock must be held. @returns where the old one is kept, if there was one */
export function replaceStore(
  dataDir: string,
  backup: string,
  backupAt: number,
): { readonly aside: string | undefined } {
  const store = join(dataDir, SQLITE_FILE);
  const fresh = `${store}.restoring`;
  rmSync(fresh, { force: true });
  copyFileSync(backup, fresh);
  chmodSync(fresh, 0o600);
  holdFile(fresh, backupAt);
  sync(fresh);
  const aside = existsSync(store) ? putAside(store) : undefined;
  renameSync(fresh, store);
  if (process.platform !== 'win32') sync(dataDir);
  return { aside };
}

function putAside(store: string): string {
  const aside = `${store}.before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  try {
    foldWal(store);
  } catch {
    // It may be damaged, which is why somebody restores. Its WAL then goes aside with it.
  }
  // A WAL that stayed behind would be played into the new file.
  for (const tail of ['-wal', '-shm']) if (existsSync(store + tail)) renameSync(store + tail, aside + tail);
  try {
    linkSync(store, aside); // the store keeps its name until the new one takes it
  } catch {
    renameSync(store, aside); // a file system without links
  }
  return aside;
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    if (process.platform !== 'win32') fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
