import type { Clock } from '../clock.js';
import { set, StoreUnavailable, type Engine, type Op } from '../storage/engine.js';
import { due, type DueRow } from './due-table.js';

/** Looks at what is due and lets its owner decide. A tick only asks "what is due?": one that is missed, late or doubled changes nothing,
 *  since what a handler decided is committed together with the row's next time, compared and set. */

/** What a handler makes of a thing that is due. */
export type DueStep = {
  /** Committed, all or none, with the row's next time; after a conflict the handler is asked again. */
  readonly ops: readonly Op[];
  /** The person's key, see `Engine.commit`. */
  readonly serial?: string;
  /** When to look again, ms; absent: it is done. */
  readonly next?: number;
  /** Once the commit is durable: to wake a worker. */
  readonly afterwards?: () => void;
};

/** Decides on one thing of its owner's. Reads what it needs; writes by its `ops` alone where one commit can hold them. */
export type DueHandler = (key: string, now: number) => Promise<DueStep>;

export type ScheduleDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Whether the lease is ours. */
  readonly mayRun: () => boolean;
  readonly handlers: Readonly<Record<string, DueHandler>>;
  readonly log: {
    warn(event: string, fields: Record<string, string | number>): void;
    error(event: string, fields: Record<string, string | number>): void;
  };
};

const PAGE = 100;
const AT_ONCE = 10;
/** In one tick; what is left is found by the next. */
const PAGES = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** After so many failures in a row somebody has to look at it; it is tried on all the same. */
const TRIES_UNTIL_ERROR = 8;

export class Schedule {
  readonly #deps: ScheduleDeps;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: ScheduleDeps) {
    this.#deps = deps;
  }

  /** Looks once at all that is due, the longest due first. One at a time; never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#look()
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) this.#deps.log.error('schedule.fault', { error: nameOf(error) });
      })
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Begins nothing more and waits for what has begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #look(): Promise<void> {
    for (let page = 0; page < PAGES && this.#mayGoOn(); page += 1) {
      const rows = await this.#deps.engine.find(due, {
        where: { dueAt: { lte: this.#deps.clock.now() } },
        orderBy: [['dueAt', 'asc']],
        limit: PAGE,
      });
      let moved = 0;
      for (let start = 0; start < rows.length && this.#mayGoOn(); start += AT_ONCE) {
        const outcomes = await Promise.all(rows.slice(start, start + AT_ONCE).map((row) => this.#run(row)));
        moved += outcomes.filter(Boolean).length;
      }
      // Rows that met a conflict are still due: they wait for the next tick.
      if (rows.length < PAGE || moved === 0) return;
    }
  }

  #mayGoOn(): boolean {
    return !this.#stopped && this.#deps.mayRun();
  }

  /** @returns whether the row has another time now */
  async #run(row: DueRow): Promise<boolean> {
    const { engine, clock, handlers } = this.#deps;
    const now = clock.now();
    try {
      const handler = handlers[row.owner];
      // Its owner is of a newer version that runs beside this one, or was taken out.
      if (!handler) throw new NobodyKnows();
      const step = await handler(row.key, now);
      const after = step.next === undefined ? { dueAt: null, doneAt: now } : { dueAt: step.next };
      const ops = [...step.ops, set(due, row.id, { ...after, tries: 0 }, { dueAt: row.dueAt })];
      if ((await engine.commit(ops, step.serial)) === 'conflict') return false;
      step.afterwards?.();
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      return this.#putOff(row, now, error);
    }
  }

  async #putOff(row: DueRow, now: number, error: unknown): Promise<boolean> {
    const tries = row.tries + 1;
    const level = tries === TRIES_UNTIL_ERROR ? 'error' : 'warn';
    this.#deps.log[level]('schedule.failed', { owner: row.owner, tries, error: nameOf(error) });
    const dueAt = now + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 20), LONGEST_PAUSE_MS);
    const patch = { id: row.id, set: { dueAt, tries }, when: { dueAt: row.dueAt } };
    return (await this.#deps.engine.patchMany(due, [patch])).length > 0;
  }
}

class NobodyKnows extends Error {
  override readonly name = 'NobodyKnows';
}

/** The kind of an error, never its words. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
