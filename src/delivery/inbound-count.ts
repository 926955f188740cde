import type { Clock } from '../clock.js';
import { inbox } from '../inbox/inbox-tables.js';
import type { Engine } from '../storage/engine.js';

/** Inbound messages count against the number's rate, and on MongoDB most of them may come in through other processes: so they are counted
 *  where all of them lie. Late by a fraction of a second. */

const EVERY_MS = 250;
/** A door's append is grouped over some ms after the arrival it writes. */
const LAG_MS = 100;
/** The rate looks no further back. */
const WINDOW_MS = 1_000;

export class InboundCount {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #phoneNumberId: string;
  #until: number;
  #askedAt = -Infinity;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string) {
    this.#engine = engine;
    this.#clock = clock;
    this.#phoneNumberId = phoneNumberId;
    this.#until = clock.now() - LAG_MS;
  }

  /** How many came since the last question; 0 when that was just now. */
  async sinceLast(): Promise<number> {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt < EVERY_MS) return 0;
    const until = this.#clock.now() - LAG_MS;
    // Whoever did not hold the number for a while has nothing to do with what came meanwhile.
    const from = Math.max(this.#until, until - WINDOW_MS);
    const count = await this.#engine.count(inbox, {
      arrival: { gt: from * 1_000, lte: until * 1_000 },
      phoneNumberId: this.#phoneNumberId,
      kind: 'message',
    });
    this.#askedAt = now;
    this.#until = until;
    return count;
  }
}
