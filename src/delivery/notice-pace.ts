/** Spreads notices over the second: a tenth of a second takes no more than its share and a little. What leaves in one clump each second
 *  arrives with the next clump within one second of Graph's clock as soon as the network is a little uneven, and a reply that comes between
 *  would find its second full. Times are one monotonic clock's, ms. */

const SLOT_MS = 100;
const SLOTS_A_SECOND = 10;
/** So that a slot that began late does not cost the second. */
const SLACK = 1.1;

export class NoticePace {
  readonly #perSlot: number;
  #starts: readonly number[] = [];

  /** @param perSecond notices */
  constructor(perSecond: number) {
    this.#perSlot = Math.ceil((perSecond * SLACK) / SLOTS_A_SECOND) + 1;
  }

  /** How many may start now. */
  room(now: number): number {
    return this.#perSlot - this.#within(now).length;
  }

  note(count: number, now: number): void {
    this.#starts = [...this.#within(now), ...Array.from({ length: count }, () => now)];
  }

  /** After how many ms there is room; 0 when there is. */
  waitMs(now: number): number {
    const within = this.#within(now);
    const oldest = within[within.length - this.#perSlot];
    return oldest === undefined ? 0 : Math.max(1, Math.ceil(oldest + SLOT_MS - now));
  }

  #within(now: number): readonly number[] {
    const from = this.#starts.findIndex((at) => at > now - SLOT_MS);
    return from < 0 ? [] : this.#starts.slice(from);
  }
}
