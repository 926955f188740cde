import { closeSync, fdatasync, fstatSync, openSync, read as readFrom, readSync, statSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { troubleOf, type SqliteDatabase, type Statement } from './sqlite-binding.js';
import { FIRST_PAGE_WITH_ROWS, MOST_PAGES, soiledGap } from './sqlite-gaps.js';

/** Leaves nothing in the files of what was deleted: the log is cut to nothing, and what stands in the gaps of pages (sqlite-gaps.ts) is
 *  overwritten with zeros.
 *
 *  The second is written past SQLite, which has no word for it. That is safe because only bytes are touched that SQLite does not read, under
 *  its own lock of the writer, while the log is empty (so that the file alone says what a page is, and no checkpoint of anybody may
 *  write into it), in one synchronous go with the reading; and this connection forgets the pages that it keeps in memory. */

export type ScrubLimits = {
  /** Pages that are overwritten in one go of the event loop. */
  readonly pagesAtOnce: number;
  /** How often somebody who reads or writes at the moment is waited for, and how long each time. */
  readonly tries: number;
  readonly pauseMs: number;
};
export const SCRUB_LIMITS: ScrubLimits = { pagesAtOnce: 250, tries: 10, pauseMs: 50 };

const CHUNK_BYTES = 1_048_576;

const read = promisify(readFrom);
const flush = promisify(fdatasync);

export class Scrubber {
  readonly #database: SqliteDatabase;
  readonly #file: string;
  readonly #limits: ScrubLimits;
  readonly #truncate: Statement;
  /** Bytes; the same for good. */
  readonly #pageSize: number;
  /** Closed with the database and never before: closing any descriptor of a file lets go of all POSIX locks that the process has on it. */
  #fd: number | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<boolean> | undefined;
  #stopped = false;

  constructor(database: SqliteDatabase, file: string, limits = SCRUB_LIMITS) {
    this.#database = database;
    this.#file = file;
    this.#limits = limits;
    this.#truncate = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#pageSize = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  }

  /** One that is under way may have passed what was deleted since: the next begins after it, once for all who ask meanwhile.
   *  @returns false when somebody who reads or writes did not come to an end: to be asked again */
  scrub(): Promise<boolean> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      const run = this.#run();
      this.#last = run.catch(() => undefined);
      return run;
    });
    return this.#next;
  }

  /** Begins nothing new and resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#next?.catch(() => undefined);
    await this.#last;
  }

  /** After the database was closed. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #run(): Promise<boolean> {
    if (!(await this.#patiently(() => this.#emptyLog()))) return false;
    const soiled = await this.#soiledPages();
    for (let first = 0; first < soiled.length; first += this.#limits.pagesAtOnce) {
      const pages = soiled.slice(first, first + this.#limits.pagesAtOnce);
      if (!(await this.#patiently(() => this.#overwrite(pages)))) return false;
      await flush(this.#descriptor());
    }
    return true;
  }

  /** @returns whether it was done at last */
  async #patiently(work: () => boolean): Promise<boolean> {
    for (let left = this.#limits.tries; left > 0 && !this.#stopped; left -= 1) {
      if (work()) return true;
      if (left > 1) await sleep(this.#limits.pauseMs);
    }
    return false;
  }

  /** TRUNCATE does nothing while somebody reads from the log. */
  #emptyLog(): boolean {
    return !this.#database.isTransaction && Number(this.#truncate.get()?.['busy']) === 0;
  }

  /** A first look beside everything else that goes on. A page that is written meanwhile is soiled, if at all, by what is still there. */
  async #soiledPages(): Promise<number[]> {
    const fd = this.#descriptor();
    const size = this.#pageSize;
    const pages = Math.floor(fstatSync(fd).size / size);
    if (pages > MOST_PAGES) return [];
    const found: number[] = [];
    const chunk = Buffer.alloc(Math.max(CHUNK_BYTES, size));
    for (let first = 1; first <= pages && !this.#stopped; first += chunk.length / size) {
      const { bytesRead } = await read(fd, chunk, 0, chunk.length, (first - 1) * size);
      for (let at = 0; at + size <= bytesRead; at += size) {
        const page = first + at / size;
        if (page >= FIRST_PAGE_WITH_ROWS && soiledGap(chunk.subarray(at, at + size))) found.push(page);
      }
    }
    return found;
  }

  /** @returns false when somebody else reads or writes just now */
  #overwrite(pages: readonly number[]): boolean {
    if (!this.#emptyLog() || !this.#begin()) return false;
    try {
      if ((statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false; // somebody was quicker
      this.#database.exec('PRAGMA shrink_memory');
      const fd = this.#descriptor();
      const page = Buffer.alloc(this.#pageSize);
      const zeros = Buffer.alloc(page.length);
      for (const number of pages) {
        const at = (number - 1) * page.length;
        if (readSync(fd, page, 0, page.length, at) < page.length) continue; // the file has shrunk
        const gap = soiledGap(page);
        if (gap) writeSync(fd, zeros, 0, gap.to - gap.from, at + gap.from);
      }
      return true;
    } finally {
      this.#database.exec('ROLLBACK');
    }
  }

  /** The lock of the writer, and with it a look at the file that no checkpoint may write over. */
  #begin(): boolean {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (troubleOf(error) === 'busy') return false;
      throw error;
    }
  }

  #descriptor(): number {
    return (this.#fd ??= openSync(this.#file, 'r+'));
  }
}
