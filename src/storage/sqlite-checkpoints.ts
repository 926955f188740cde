import { Worker } from 'node:worker_threads';
import type { SqliteDatabase, Statement } from './sqlite-binding.js';

/** Checkpoints of the log (WAL) in a thread of their own. SQLite makes one inside whatever COMMIT crosses the limit: at 1,000 messages a
 *  second that kept everybody waiting for 13-27 ms, twice a second. The thread copies nearly all of it, and what was written meanwhile is
 *  copied here, so that the log begins anew and does not grow. Where nobody writes much, or no thread can be had, SQLite goes on
 *  as ever. */

export type CheckpointOrder = 'checkpoint' | 'close';
export type CheckpointAnswer = 'done' | 'failed';

export type CheckpointLimits = {
  /** Pages in the log that are worth a checkpoint. */
  readonly pages: number;
  /** How often to look, while something is written. */
  readonly everyMs: number;
};

export const CHECKPOINT_LIMITS: CheckpointLimits = { pages: 2_000, everyMs: 100 };
/** What SQLite does by itself without the thread, pages: 16 MiB. */
export const AUTO_CHECKPOINT = 4_000;
/** And beside it, should the thread be too slow: 128 MiB. */
const LATE_CHECKPOINT = 32_000;
/** While somebody reads what the log holds (a backup), it cannot be emptied: looked at so many times more rarely. */
const IN_VAIN = 20;
/** More than this is the thread's to copy. */
const MOST_HERE = 500;
const CLOSE_PATIENCE_MS = 3_000;
const THREAD = new URL('./sqlite-checkpoint-thread.js', import.meta.url);

export class Checkpoints {
  readonly #database: SqliteDatabase;
  readonly #file: string;
  readonly #limits: CheckpointLimits;
  readonly #thread: URL;
  readonly #look: Statement;
  readonly #finish: Statement;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asked = false;
  /** How much of the log had been copied when the thread last answered, pages. */
  #copied = -1;
  #inVain = false;
  /** The thread failed: SQLite's own checkpoints have to do. */
  #given = false;
  #closed = false;

  /** @param thread for tests: another one's code */
  constructor(database: SqliteDatabase, file: string, limits = CHECKPOINT_LIMITS, thread = THREAD) {
    this.#database = database;
    this.#file = file;
    this.#limits = limits;
    this.#thread = thread;
    this.#look = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#finish = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** Something was committed. */
  committed(): void {
    if (this.#timer || this.#asked || this.#given || this.#closed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.pending() >= this.#limits.pages) this.#ask();
      },
      this.#limits.everyMs * (this.#inVain ? IN_VAIN : 1),
    ).unref();
  }

  /** Pages of the log that are not in the database file yet. */
  pending(): number {
    const { written, copied } = this.#log();
    return written - copied;
  }

  /** Resolves when the thread has let go of the file. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    const late = setTimeout(() => void worker.terminate(), CLOSE_PATIENCE_MS);
    worker.postMessage('close' satisfies CheckpointOrder);
    await gone;
    clearTimeout(late);
  }

  /** Pages of the log. */
  #log(): { readonly written: number; readonly copied: number } {
    try {
      const { log, checkpointed } = this.#look.get() ?? {};
      return { written: Number(log), copied: Number(checkpointed) };
    } catch {
      return { written: 0, copied: 0 }; // the store is out, which others say
    }
  }

  #ask(): void {
    if (this.#closed || this.#given) return;
    this.#asked = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('checkpoint' satisfies CheckpointOrder);
  }

  #start(): Worker {
    const worker = new Worker(this.#thread, {
      workerData: this.#file,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    worker.on('message', (answer: CheckpointAnswer) => this.#answered(answer));
    worker.on('error', () => this.#giveUp());
    worker.on('exit', () => this.#giveUp());
    this.#database.exec(`PRAGMA wal_autocheckpoint = ${LATE_CHECKPOINT}`);
    return worker;
  }

  #answered(answer: CheckpointAnswer): void {
    this.#asked = false;
    if (this.#closed) return;
    const { written, copied } = this.#log();
    this.#inVain = copied === this.#copied;
    this.#copied = copied;
    try {
      if (answer === 'done' && !this.#inVain && written - copied <= MOST_HERE) this.#finish.get();
    } catch {
      // The next commit meets what is wrong, and says it to those who wait.
    }
    this.committed();
  }

  #giveUp(): void {
    this.#worker = undefined;
    this.#asked = false;
    this.#given = true;
    if (this.#closed) return;
    try {
      this.#database.exec(`PRAGMA wal_autocheckpoint = ${AUTO_CHECKPOINT}`);
    } catch {
      // The database is closing.
    }
  }
}
