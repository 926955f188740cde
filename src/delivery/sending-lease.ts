import type { Clock } from '../clock.js';
import type { Engine, Lease } from '../storage/engine.js';

/** The right to send for a number: held by one process at a time, renewed as long as it works. */

export const LEASE_MS = 15_000;
/** No Graph call starts with less than this left: Graph gets 10 s to answer. */
export const LEASE_NEEDED_MS = 10_000;
const RENEW_EVERY_MS = 3_000;
/** Who does not hold it asks this often: taken over within 20 s of a death (DESIGN §3). */
const ASK_EVERY_MS = 1_000;

export class SendingLease {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #holder: string;
  #lease: Lease | undefined;
  #askedAt = -Infinity;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string, holder: string) {
    this.#engine = engine;
    this.#clock = clock;
    this.#name = `sender:${phoneNumberId}`;
    this.#holder = holder;
  }

  /** Takes it, renews it, or leaves it as it is. @returns the lease's fence while it is held; undefined while somebody else has it */
  async hold(): Promise<number | undefined> {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt >= (this.#lease ? RENEW_EVERY_MS : ASK_EVERY_MS)) {
      const lease = await this.#engine.lease(this.#name, this.#holder, LEASE_MS);
      this.#lease = lease;
      this.#askedAt = now;
    }
    if (this.#lease && this.#lease.remainingMs() <= 0) this.#lease = undefined;
    return this.#lease?.fence;
  }

  /** Whether a call may start for a row that was claimed under `fence`. */
  allowsCall(fence: number): boolean {
    return this.#lease?.fence === fence && this.#lease.remainingMs() >= LEASE_NEEDED_MS;
  }

  async release(): Promise<void> {
    this.#lease = undefined;
    await this.#engine.release(this.#name, this.#holder);
  }
}
