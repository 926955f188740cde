import type { Clock } from '../clock.js';
import { PARTITIONS } from '../contacts/person-key.js';
import { defineTable, type Migration } from '../storage/table.js';
import { put, type Engine, type Lease } from '../storage/engine.js';

/** Which partitions of people this process works for (DESIGN §2). On SQLite all of them; on MongoDB those that it leases: every worker
 *  announces itself, and takes no more than its share while others are there. */

export type WorkerRow = { readonly id: string; readonly seenAt: number };

export const workers = defineTable<WorkerRow>({
  name: 'workers',
  owner: 'inbox',
  columns: { id: { type: 'text' }, seenAt: { type: 'integer' } },
  indexes: [],
  person: null,
  erase: { keep: 'names of processes' },
  export: { none: 'names of processes' },
  retention: { field: 'seenAt', days: 1 },
});

export const workerMigrations: readonly Migration[] = [{ id: 'inbox/workers/1', steps: [{ ensure: workers }] }];

const LEASE_MS = 15_000;
const ROUND_MS = 3_000;
const ALIVE_MS = 12_000;
const MAX_WORKERS = 256;
const name = (partition: number): string => `partition:${partition}`;

export class Partitions {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #holder: string;
  readonly #onGained: () => void;
  readonly #leases = new Map<number, Lease>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: {
    readonly engine: Engine;
    readonly clock: Clock;
    readonly holder: string;
    readonly onGained: () => void;
  }) {
    this.#engine = deps.engine;
    this.#clock = deps.clock;
    this.#holder = deps.holder;
    this.#onGained = deps.onGained;
  }

  owned(): readonly number[] | 'all' {
    if (this.#engine.kind === 'sqlite') return 'all';
    return [...this.#leases].filter(([, lease]) => lease.remainingMs() > 0).map(([partition]) => partition);
  }

  async start(): Promise<void> {
    if (this.#engine.kind === 'mongodb') await this.#begin();
  }

  /** Gives back what it has, so that others need not wait for it to run out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#engine.kind === 'sqlite') return;
    await this.#working;
    await Promise.all(
      [...this.#leases.keys()].map((partition) =>
        this.#engine.release(name(partition), this.#holder).catch(() => undefined),
      ),
    );
    await this.#engine.removeMany(workers, [this.#holder]).catch(() => 0);
    this.#leases.clear();
  }

  #begin(): Promise<void> {
    this.#working = this.#round();
    return this.#working;
  }

  async #round(): Promise<void> {
    try {
      await this.#take(await this.#share());
    } catch {
      // The store is out: the leases run down by themselves, and others take them over if it is out for this process only.
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#begin(), ROUND_MS);
  }

  /** How many partitions are this worker's, by the number of workers seen of late. */
  async #share(): Promise<number> {
    const now = this.#clock.now();
    await this.#engine.commit([put(workers, { id: this.#holder, seenAt: now })]);
    const alive = await this.#engine.find(workers, { where: { seenAt: { gt: now - ALIVE_MS } }, limit: MAX_WORKERS });
    return Math.ceil(PARTITIONS / Math.max(1, alive.length));
  }

  async #take(share: number): Promise<void> {
    // One that ran out (the process slept, the store was out) may be somebody else's by now: it is asked for like any other.
    for (const [partition, lease] of this.#leases) if (lease.remainingMs() <= 0) this.#leases.delete(partition);
    const held = [...this.#leases.keys()];
    await Promise.all(
      held.map((partition, index) => (index < share ? this.#ask(partition) : this.#giveBack(partition))),
    );
    // Workers start looking at different places, so that they do not all ask for the same lease.
    const start = Number.parseInt(this.#holder.slice(0, 4), 16) || 0;
    const before = this.#leases.size;
    for (let step = 0; step < PARTITIONS && this.#leases.size < share && !this.#stopped; step += 1) {
      const partition = (start + step) % PARTITIONS;
      if (!this.#leases.has(partition)) await this.#ask(partition);
    }
    if (this.#leases.size > before) this.#onGained();
  }

  async #ask(partition: number): Promise<void> {
    const lease = await this.#engine.lease(name(partition), this.#holder, LEASE_MS);
    if (lease) this.#leases.set(partition, lease);
    else this.#leases.delete(partition);
  }

  async #giveBack(partition: number): Promise<void> {
    this.#leases.delete(partition);
    await this.#engine.release(name(partition), this.#holder);
  }
}
