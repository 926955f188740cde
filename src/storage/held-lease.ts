import type { Engine, Lease } from './engine.js';

/** A lease that is kept as long as the process lives: asked for again and again, renewed long before it ends. */
export const LEASE_MS = 15_000;
const RENEW_MS = 3_000;

export class HeldLease {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #holder: string;
  #lease: Lease | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(engine: Engine, name: string, holder: string) {
    this.#engine = engine;
    this.#name = name;
    this.#holder = holder;
  }

  get held(): boolean {
    return (this.#lease?.remainingMs() ?? 0) > 0;
  }

  /** Does nothing once it was stopped: a process may be told to end while it starts. */
  start(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#asking = this.#ask();
    return this.#asking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#asking; // what is asked for now would be granted after the release, and kept from everybody until it runs out
    if (this.held) await this.#engine.release(this.#name, this.#holder).catch(() => undefined);
    this.#lease = undefined;
  }

  async #ask(): Promise<void> {
    try {
      this.#lease = await this.#engine.lease(this.#name, this.#holder, LEASE_MS);
    } catch {
      // The store is out: what is left of the lease runs down by itself.
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), RENEW_MS);
  }
}
