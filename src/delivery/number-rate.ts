/** The rate of a number (DESIGN §3): no 1,000 ms hold more sends plus inbound messages than the setting; Meta counts both. A flood of
 *  inbound still leaves half of it to replies, and notices use at most nine tenths of what is left: replies live on the last tenth, and
 *  only beyond it they take from the notices. A window of times, not a bucket: a
 *  bucket lets twice its rate through around a refill. All times are one monotonic clock's, ms. */
export type CallKind = 'reply' | 'notice';

const SECOND_MS = 1_000;

export class NumberRate {
  readonly #perSecond: number;
  readonly #sends: TimesOfASecond;
  /** Those of the sends that are notices. */
  readonly #notices: TimesOfASecond;
  readonly #inbound: TimesOfASecond;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#sends = new TimesOfASecond(perSecond);
    this.#notices = new TimesOfASecond(perSecond);
    // More than half of the setting is never taken into account.
    this.#inbound = new TimesOfASecond(Math.floor(perSecond / 2));
  }

  noteInbound(count: number, now: number): void {
    for (let index = 0; index < Math.min(count, this.#perSecond); index += 1) this.#inbound.add(now);
  }

  /** Takes the right to start one call at `now`. */
  take(now: number, kind: CallKind): boolean {
    if (this.room(now, kind) < 1) return false;
    this.#sends.add(now);
    if (kind === 'notice') this.#notices.add(now);
    return true;
  }

  /** A call that was made without asking: by whoever held the number before us. */
  noteSend(now: number): void {
    this.#sends.add(now);
  }

  /** How many calls may start at `now`. */
  room(now: number, kind: CallKind): number {
    const left = this.#perSecond - this.#inbound.within(now);
    const free = Math.max(0, left - this.#sends.within(now));
    if (kind === 'reply') return free;
    // At a setting of one or two a tenth is less than a message: one notice may still leave when nothing else does.
    const share = Math.max(Math.min(left, 1), Math.floor(left * 0.9));
    return Math.max(0, Math.min(free, share - this.#notices.within(now)));
  }

  /** After how many ms there is more room than now; at least 1, at most just over a second. */
  waitMs(now: number): number {
    const oldest = Math.min(this.#sends.oldest(now), this.#inbound.oldest(now));
    return Number.isFinite(oldest) ? Math.max(1, Math.floor(oldest + SECOND_MS - now) + 1) : 1;
  }
}

/** Times of the last second, the newest `capacity` of them. */
class TimesOfASecond {
  readonly #times: Float64Array;
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
  }

  add(now: number): void {
    if (this.#times.length === 0) return;
    if (this.#size === this.#times.length) this.#drop();
    this.#times[(this.#start + this.#size) % this.#times.length] = now;
    this.#size += 1;
  }

  within(now: number): number {
    // Times exactly 1,000 ms apart still lie in one window.
    while (this.#size > 0 && (this.#times[this.#start] ?? 0) < now - SECOND_MS) this.#drop();
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
