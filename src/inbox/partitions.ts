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
    if (this.#engine.kind === 'mongodb') await this.#round();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#engine.kind === 'sqlite') return;
    await Promise.all(
      [...this.#leases.keys()].map((partition) =>
        this.#engine.release(name(partition), this.#holder).catch(() => undefined),
      ),
    );
    await this.#engine.removeMany(workers, [this.#holder]).catch(() => 0);
    this.#leases.clear();
  }

  async #round(): Promise<void> {
    try {
      await this.#take(await this.#share());
    } catch {
      // The store is out: the leases run down by themselves, and others take them over if it is out for this process only.
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#round(), ROUND_MS);
  }

  /** How many partitions are this worker's, by the number of workers seen of late. */
  async #share(): Promise<number> {
    const now = this.#clock.now();
    await this.#engine.commit([put(workers, { id: this.#holder, seenAt: now })]);
    const alive = await this.#engine.find(workers, { where: { seenAt: { gt: now - ALIVE_MS } }, limit: MAX_WORKERS });
    return Math.ceil(PARTITIONS / Math.max(1, alive.length));
  }

  async #take(share: number): Promise<void> {
    const held = this.owned() as readonly number[];
    for (const partition of held.slice(share)) {
      this.#leases.delete(partition);
      await this.#engine.release(name(partition), this.#holder);
    }
    const renewed = await Promise.all(
      held
        .slice(0, share)
        .map(
          async (partition) => [partition, await this.#engine.lease(name(partition), this.#holder, LEASE_MS)] as const,
        ),
    );
    for (const [partition, lease] of renewed) {
      if (lease) this.#leases.set(partition, lease);
      else this.#leases.delete(partition);
    }
    // Workers start looking at different places, so that they do not all ask for the same lease.
    const start = this.#holder.charCodeAt(0) % PARTITIONS;
    let gained = false;
    for (let step = 0; step < PARTITIONS && this.#leases.size < share; step += 1) {
      const partition = (start + step) % PARTITIONS;
      if (this.#leases.has(partition)) continue;
      const lease = await this.#engine.lease(name(partition), this.#holder, LEASE_MS);
      if (!lease) continue;
      this.#leases.set(partition, lease);
      gained = true;
    }
    if (gained) this.#onGained();
  }
}
