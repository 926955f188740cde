import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { AwaitedReplies } from './awaited-replies.js';
import type { TurnDeps } from './decide-turn.js';
import type { FreshUpdates } from './fresh-updates.js';
import { inbox, type InboxRow } from './inbox-tables.js';
import { bury, isStoreOut, nameOf, runTurn, type RunDeps, type TurnLog } from './run-turn.js';
import { loadFacts, type BatchFacts, type Waiting } from './turn-facts.js';
import type { PersonUpdate, Update } from './update.js';
import { WaitingPeople } from './waiting-people.js';

/** Turns (DESIGN §3 "A customer's message"): rounds that read who waits (waiting-people.ts) and run their turns side by side
 *  (run-turn.ts). One turn of a person at a time; many persons at once. */

export type TurnsDeps = TurnDeps & {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Reads one stored body; undefined when it holds no update of a person (a fault: such a row is dead). */
  readonly read: (raw: Uint8Array) => Update | undefined;
  /** What needs no reading: this process took it in just now. */
  readonly fresh?: FreshUpdates;
  /** Whether a row may not wait for the reply before it. */
  readonly isUrgent: (update: PersonUpdate) => boolean;
  /** Partitions that this process owns now; all of them on SQLite. */
  readonly ownedPartitions: () => readonly number[] | 'all';
  /** Told after a commit that queued something to send. */
  readonly onQueued: () => void;
  readonly log: TurnLog;
  readonly onPoint?: (point: string) => void;
};

const IDLE_POLL_MS = { sqlite: 1_000, mongodb: 100 } as const;
/** Between two rounds that are wanted at once: each asks the store ten things, which a few more people then share. The first one after a
 *  pause begins at once. */
const PACE_MS = { sqlite: 20, mongodb: 25 } as const;
/** Nobody could have a turn just now, though many wait. */
const CROWDED_POLL_MS = 20;
const STORE_OUT_POLL_MS = 500;
/** A turn that takes longer (another transaction holds its rows) keeps nobody else waiting. */
const BATCH_PATIENCE_MS = 250;
const MAX_RUNNING = 1_000;

export class Turns {
  readonly #deps: TurnsDeps;
  readonly #runDeps: RunDeps;
  readonly #running = new Set<PersonKey>();
  readonly #batches = new Set<Promise<void>>();
  readonly #replies: AwaitedReplies;
  readonly #people: WaitingPeople;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  /** The last round failed, or turns of it, for a reason that is no row's. */
  #interrupted = false;
  #stopped = false;

  constructor(deps: TurnsDeps) {
    this.#deps = deps;
    this.#replies = new AwaitedReplies(deps.engine, deps.clock, (row) => this.#isUrgent(row));
    this.#people = new WaitingPeople(deps.engine, deps.clock, this.#replies, this.#running);
    this.#runDeps = {
      ...deps,
      onReply: (key, outboxId) => {
        this.#replies.add(key, outboxId);
        deps.onQueued();
      },
      onRest: (key, until) => this.#people.rest(key, until),
    };
  }

  start(): void {
    this.nudge();
  }

  /** Something new may be waiting. */
  nudge(): void {
    this.#again = true;
    // While the store is out it is asked now and then, not whenever somebody knocks.
    if (!this.#working && !(this.#interrupted && this.#timer)) this.#begin();
  }

  /** The dispatcher of this process settled a row: the person's next turn may start. */
  replySettled(outboxId: string): void {
    if (this.#replies.settled(outboxId)) this.nudge();
  }

  /** Starts no new turn and resolves when the running ones are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
    await Promise.all(this.#batches);
  }

  #begin(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    const paceMs = PACE_MS[this.#deps.engine.kind];
    let pauseMs: number;
    let isFirst = true;
    do {
      if (!isFirst && paceMs > 0) await sleep(paceMs);
      isFirst = false;
      this.#again = false;
      pauseMs = await this.#round();
    } while (!this.#stopped && !this.#interrupted && (pauseMs === 0 || this.#again));
    this.#working = undefined;
    if (!this.#stopped) this.#timer = setTimeout(() => this.#begin(), pauseMs);
  }

  /** @returns after how long to look again, ms */
  async #round(): Promise<number> {
    const wasInterrupted = this.#interrupted;
    this.#interrupted = false;
    const pauseMs = await this.#look().catch((error: unknown) => this.#interrupt(error));
    if (!this.#interrupted) return pauseMs;
    if (!wasInterrupted) this.#deps.log.warn('turns.interrupted', {});
    return STORE_OUT_POLL_MS;
  }

  async #look(): Promise<number> {
    await this.#replies.refresh();
    const owned = this.#deps.ownedPartitions();
    if (owned !== 'all' && owned.length === 0) return this.#idleMs();
    const { people, more } = await this.#people.next(owned);
    const batch = await this.#readBatch(people);
    if (batch.size > 0) await this.#runSome(batch);
    return people.size > 0 ? 0 : more ? CROWDED_POLL_MS : this.#idleMs();
  }

  #idleMs(): number {
    const ends = [this.#replies.nextEndMs(), this.#people.nextEndMs()].filter((endMs) => endMs !== undefined);
    return Math.max(1, Math.min(IDLE_POLL_MS[this.#deps.engine.kind], ...ends));
  }

  /** The store is out, and nobody's row to blame: all is taken again when it is back. Anything else is a fault of ours. */
  #interrupt(error: unknown): number {
    if (!isStoreOut(error)) this.#deps.log.error('turns.fault', { error: nameOf(error) });
    this.#interrupted = true;
    return STORE_OUT_POLL_MS;
  }

  /** The rows as what they say; those that say nothing are set aside. */
  async #readBatch(
    people: ReadonlyMap<PersonKey, readonly InboxRow[]>,
  ): Promise<Map<PersonKey, [Waiting, ...Waiting[]]>> {
    const batch = new Map<PersonKey, [Waiting, ...Waiting[]]>();
    for (const [key, rows] of people) {
      const readable: Waiting[] = [];
      for (const row of rows) {
        const update = this.#read(row);
        if (update) readable.push({ row, update });
        else if (row.raw) await bury(this.#deps, row, 'unreadable', row.tries + 1);
        else await this.#letGo(row);
      }
      const [first, ...others] = readable;
      if (first) batch.set(key, [first, ...others]);
    }
    return batch;
  }

  /** The person was erased before it was handled. */
  async #letGo(row: InboxRow): Promise<void> {
    await this.#deps.engine.patchMany(inbox, [{ id: row.id, set: { state: 'handled' }, when: { state: 'waiting' } }]);
  }

  #read(row: InboxRow): PersonUpdate | undefined {
    try {
      const update = row.raw ? (this.#deps.fresh?.of(row.id) ?? this.#deps.read(row.raw)) : undefined;
      switch (update?.kind) {
        case 'message':
        case 'identityChange':
        case 'preference':
          return update;
        default:
          return undefined;
      }
    } catch {
      return undefined;
    }
  }

  #isUrgent(row: InboxRow): boolean {
    const update = this.#read(row);
    try {
      return update !== undefined && this.#deps.isUrgent(update);
    } catch {
      // Whatever breaks over it, breaks in its own turn, and keeps nobody else waiting.
      return false;
    }
  }

  /** Runs the turns of a batch; goes on without those that take long, but never has too many in the air. */
  async #runSome(people: ReadonlyMap<PersonKey, [Waiting, ...Waiting[]]>): Promise<void> {
    for (const key of people.keys()) this.#running.add(key);
    let isLate = false;
    const batch: Promise<void> = this.#runBatch(people).finally(() => {
      this.#batches.delete(batch);
      if (isLate) this.nudge();
    });
    this.#batches.add(batch);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve();
      }, BATCH_PATIENCE_MS);
    });
    await Promise.race([batch, patience]);
    clearTimeout(timer);
    while (this.#running.size > MAX_RUNNING) await Promise.race(this.#batches);
  }

  /** Never rejects. */
  async #runBatch(people: ReadonlyMap<PersonKey, [Waiting, ...Waiting[]]>): Promise<void> {
    let facts: BatchFacts | undefined;
    try {
      facts = await loadFacts(this.#deps.engine, people);
    } catch (error) {
      // Whoever's row it is that cannot be read about: everybody asks alone then.
      if (isStoreOut(error)) this.#interrupt(error);
    }
    await Promise.all([...people].map(([key, rows]) => this.#runOne(key, rows, facts)));
  }

  async #runOne(key: PersonKey, rows: [Waiting, ...Waiting[]], facts: BatchFacts | undefined): Promise<void> {
    try {
      if (facts || !this.#interrupted) await runTurn(this.#runDeps, key, rows, facts);
    } catch (error) {
      this.#interrupt(error);
    } finally {
      this.#running.delete(key);
      for (const { row } of rows) this.#deps.fresh?.forget(row.id);
    }
  }
}
