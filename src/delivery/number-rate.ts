/** The rate of a number (DESIGN §3): no 1,000 ms hold more sends plus inbound messages than the setting; Meta counts both. A flood of
 *  inbound still leaves half of it to replies. A window of times, not a bucket: a bucket lets twice its rate through around a refill. */
export class NumberRate {
  readonly #perSecond: number;
  readonly #sends: TimesOfASecond;
  readonly #inbound: TimesOfASecond;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#sends = new TimesOfASecond(perSecond);
    // More than the setting changes nothing: half of it is all that inbound can take away.
    this.#inbound = new TimesOfASecond(perSecond);
  }

  noteInbound(count: number, now: number): void {
    for (let index = 0; index < Math.min(count, this.#perSecond); index += 1) this.#inbound.add(now);
  }

  /** Takes the right to start one call at `now` (a monotonic clock, ms). */
  take(now: number, kind: 'reply' | 'notice'): boolean {
    const sends = this.#sends.within(now);
    if (sends >= this.#limit(now, kind)) return false;
    this.#sends.add(now);
    return true;
  }

  /** When `take` is worth asking again; ms from `now`. */
  waitMs(now: number): number {
    const oldest = Math.min(this.#sends.oldest(now), this.#inbound.oldest(now));
    return Number.isFinite(oldest) ? Math.max(1, Math.ceil(oldest + SECOND_MS - now)) : 1;
  }

  #limit(now: number, kind: 'reply' | 'notice'): number {
    const inbound = Math.min(this.#inbound.within(now), Math.floor(this.#perSecond / 2));
    const left = this.#perSecond - inbound;
    // Notices leave a tenth of what is left to replies.
    return kind === 'reply' ? left : Math.floor(left * 0.9);
  }
}

const SECOND_MS = 1_000;

/** Times of the last second, the newest `capacity` of them. */
class TimesOfASecond {
  readonly #times: Float64Array;
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(Math.max(1, capacity));
  }

  add(now: number): void {
    if (this.#size === this.#times.length) this.#drop();
    this.#times[(this.#start + this.#size) % this.#times.length] = now;
    this.#size += 1;
  }

  within(now: number): number {
    // Exactly 1,000 ms apart are still two sends of one window: the older goes only after it.
    while (this.#size > 0 && (this.#times[this.#start] ?? 0) <= now - SECOND_MS) this.#drop();
    return this.#size;
  }

  oldest(now: number): number {
    return this.within(now) > 0 ? (this.#times[this.#start] ?? Infinity) : Infinity;
  }

  #drop(): void {
    this.#start = (this.#start + 1) % this.#times.length;
    this.#size -= 1;
  }
}
