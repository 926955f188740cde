import { StoreUnavailable } from './engine.js';
import { troubleOf, type SqliteDatabase } from './sqlite-binding.js';

/** Group commit: every write of the process goes through one queue; what has gathered within a few ms is one transaction with one
 *  fsync. A job that throws rolls back only itself (a savepoint, 0.7 us); a COMMIT that fails fails all of its group. What somebody waits
 *  for at the door goes before everything else; where that alone fills a group, the others begin the next one. */

type Job = {
  readonly run: () => unknown;
  /** One statement of it changes rows, which undoes itself when it fails. */
  readonly isOne: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly since: number;
};

export type WriterLimits = {
  /** How long a job may gather company. */
  readonly gatherMs: number;
  /** As much while much is written: what a commit costs by itself (the pages that nearly every one of them touches, the fsync) is shared by
   *  more. */
  readonly busyGatherMs: number;
  /** A group is cut when it has kept the main thread this long. */
  readonly groupMs: number;
  /** Jobs waiting beyond this are refused at once. */
  readonly maxWaiting: number;
  /** How long a job waits for a locked database. */
  readonly busyMs: number;
};

export const WRITER_LIMITS: WriterLimits = {
  gatherMs: 2,
  busyGatherMs: 16,
  groupMs: 8,
  maxWaiting: 20_000,
  busyMs: 4_000,
};
const BUSY_PAUSE_MS = 25;
/** A group of so many jobs shows that much is written. */
const BUSY_JOBS = 4;

export type JobOptions = {
  /** It changes rows by one statement at the most, so that it needs no savepoint. */
  readonly isOne?: boolean;
  /** It goes before those that are not. */
  readonly isFirst?: boolean;
};

export class SqliteWriter {
  #queue: Job[] = [];
  #first: Job[] = [];
  /** The last group was filled by those that go first. */
  #othersWaited = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** How many jobs the last group had. */
  #lastGroup = 0;
  readonly #database: SqliteDatabase;
  readonly #limits: WriterLimits;
  /** Called with a point's name in tests that kill the process there. */
  readonly #onPoint: (point: string) => void;
  readonly #onCommitted: () => void;

  constructor(
    database: SqliteDatabase,
    limits: WriterLimits = WRITER_LIMITS,
    onPoint: (point: string) => void = () => {},
    onCommitted: () => void = () => {},
  ) {
    this.#database = database;
    this.#limits = limits;
    this.#onPoint = onPoint;
    this.#onCommitted = onCommitted;
  }

  /** Resolves once what `run` wrote is on the disk. */
  submit<Result>(run: () => Result, { isOne = false, isFirst = false }: JobOptions = {}): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#waiting >= this.#limits.maxWaiting)
      return Promise.reject(new StoreUnavailable('too many writes are waiting'));
    return new Promise<Result>((resolve, reject) => {
      const job = { run, isOne, resolve: resolve as (value: unknown) => void, reject, since: performance.now() };
      (isFirst ? this.#first : this.#queue).push(job);
      this.#schedule(this.#lastGroup < BUSY_JOBS ? this.#limits.gatherMs : this.#limits.busyGatherMs);
    });
  }

  /** Writes what is waiting, then refuses everything. */
  close(): void {
    for (let rounds = 0; this.#waiting > 0 && rounds < 1_000; rounds += 1) this.#flush(true);
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  get #waiting(): number {
    return this.#first.length + this.#queue.length;
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush(false);
    }, afterMs);
  }

  #flush(last: boolean): void {
    if (this.#waiting === 0) return;
    const [ahead, behind] = this.#othersWaited ? [this.#queue, this.#first] : [this.#first, this.#queue];
    const jobs = [...ahead, ...behind];
    const started = performance.now();
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      this.#cannotBegin(error, last);
      return;
    }
    const outcomes: (() => void)[] = [];
    let taken = 0;
    let broken: { readonly error: unknown } | undefined;
    for (const job of jobs) {
      taken += 1;
      const failure = this.#runOne(job, outcomes);
      if (failure) {
        broken = failure;
        break;
      }
      if (performance.now() - started > this.#limits.groupMs) break;
    }
    const group = jobs.slice(0, taken);
    const left = [ahead.slice(taken), behind.slice(Math.max(0, taken - ahead.length))] as const;
    [this.#first, this.#queue] = this.#othersWaited ? [left[1], left[0]] : left;
    this.#othersWaited = !this.#othersWaited && taken <= ahead.length && this.#queue.length > 0;
    this.#lastGroup = taken;
    if (!broken) {
      try {
        this.#onPoint('in-group');
        this.#database.exec('COMMIT');
      } catch (error) {
        broken = { error };
      }
    }
    if (broken) {
      this.#rollback();
      const reason = unavailable(broken.error);
      for (const job of group) job.reject(reason);
    } else {
      for (const settle of outcomes) settle();
      this.#onCommitted();
    }
    if (this.#waiting > 0) this.#schedule(0);
  }

  /** @returns the error that takes the whole group down, if it is one of those */
  #runOne(job: Job, outcomes: (() => void)[]): { readonly error: unknown } | undefined {
    try {
      if (!job.isOne) this.#database.exec('SAVEPOINT job');
      const result = job.run();
      if (!job.isOne) this.#database.exec('RELEASE job');
      outcomes.push(() => job.resolve(result));
      return undefined;
    } catch (error) {
      if (!['other', 'taken'].includes(troubleOf(error))) return { error };
      try {
        if (!job.isOne) {
          this.#database.exec('ROLLBACK TO job');
          this.#database.exec('RELEASE job');
        }
      } catch (rollbackError) {
        return { error: rollbackError };
      }
      outcomes.push(() => job.reject(error));
      return undefined;
    }
  }

  #cannotBegin(error: unknown, last: boolean): void {
    const mayPass = !last && troubleOf(error) === 'busy';
    const waitedTooLong = (job: Job) => !mayPass || performance.now() - job.since > this.#limits.busyMs;
    const reason = unavailable(error);
    const gone = [...this.#first, ...this.#queue].filter(waitedTooLong);
    this.#first = this.#first.filter((job) => !waitedTooLong(job));
    this.#queue = this.#queue.filter((job) => !waitedTooLong(job));
    for (const job of gone) job.reject(reason);
    if (this.#waiting > 0) this.#schedule(BUSY_PAUSE_MS);
  }

  #rollback(): void {
    // A full disk makes SQLite roll back by itself.
    if (!this.#database.isTransaction) return;
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // Whatever is wrong, the next BEGIN says it to those who wait.
    }
  }
}

/** The error of the binding as what it means for a caller. */
export function unavailable(error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble === 'other' || trouble === 'taken') return error;
  const words = {
    busy: 'the store is locked by another program',
    full: 'the disk is full',
    broken: 'the store cannot be read or written',
  };
  return new StoreUnavailable(words[trouble], { cause: error });
}
