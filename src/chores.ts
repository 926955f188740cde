import cron, { type ScheduledTask } from 'node-cron';
import type { Log } from './observability/log.js';
import type { Engine } from './storage/engine.js';
import { HeldLease } from './storage/held-lease.js';

/** What is done by the clock and not because of a message: each chore by one process at a time, never twice at once, and whatever goes
 *  wrong with it is said in the log and tried again at its next time. */
export type Chore = {
  /** When; as cron writes it, with seconds if there are six fields. */
  readonly every: string;
  readonly run: () => Promise<unknown>;
  /** Only whoever holds this lease does it; absent: `run` sees to that itself. */
  readonly lease?: string;
  /** The log's event when it failed. */
  readonly failed: string;
  /** Once at the start too. */
  readonly atStart?: true;
  readonly timeZone?: string;
};

type Kept = { readonly chore: Chore; readonly lease: HeldLease | undefined; task?: ScheduledTask; run?: Promise<void> };

export class Chores {
  readonly #kept: readonly Kept[];
  readonly #log: Log;
  #stopped = false;

  constructor(chores: readonly Chore[], { engine, holder, log }: { engine: Engine; holder: string; log: Log }) {
    this.#kept = chores.map((chore) => ({
      chore,
      lease: chore.lease === undefined ? undefined : new HeldLease(engine, chore.lease, holder),
    }));
    this.#log = log;
  }

  async start(): Promise<void> {
    await Promise.all(this.#kept.map(async ({ lease }) => lease?.start()));
    if (this.#stopped) return;
    for (const kept of this.#kept) {
      const { every, atStart, timeZone } = kept.chore;
      if (atStart) void this.#do(kept);
      kept.task = cron.schedule(every, () => this.#do(kept), timeZone === undefined ? {} : { timezone: timeZone });
    }
  }

  /** Resolves when what runs is over and the leases are given back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { task } of this.#kept) await task?.stop();
    await Promise.all(this.#kept.map(async ({ run }) => run));
    await Promise.all(this.#kept.map(async ({ lease }) => lease?.stop()));
  }

  async #do(kept: Kept): Promise<void> {
    if (kept.run || kept.lease?.held === false) return;
    kept.run = kept.chore
      .run()
      .then(
        () => undefined,
        (error: unknown) =>
          this.#log.warn(kept.chore.failed, { error: error instanceof Error ? error.name : 'unknown' }),
      )
      .finally(() => delete kept.run);
    await kept.run;
  }
}
