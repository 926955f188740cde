import type { Clock } from '../clock.js';
import type { Person } from '../phone/people.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Unique people a day that may be written to first (reference §7.2); null: no limit. */
export const TIERS = [250, 2_000, 10_000, 100_000, null] as const;
export type TierLimit = (typeof TIERS)[number];

export interface TierSettings {
  enabled: boolean;
  limit: TierLimit;
  /** Meta does not say what an exhausted limit answers (reference §12.10): this code, and how it is told */
  code: number;
  by: 'answer' | 'webhook';
  /** the limit rises by itself while quality is good and half of it was used */
  grows: boolean;
  /** bad quality lowers the limit, as it did before 2025-10-07 */
  loweredByQuality: boolean;
}

export const tierName = (limit: TierLimit): string =>
  limit === null ? 'TIER_UNLIMITED' : limit === 250 ? 'TIER_250' : `TIER_${limit / 1000}K`;

/** Counts the people whom the business wrote to first, outside a window, in the last 24 hours. One number, one portfolio. */
export class Tier {
  /** people in the order in which they began to count; the front up to `head` is used up */
  private counted: { readonly person: Person; readonly at: number }[] = [];
  private head = 0;
  /** the most that were counted at once in the last 7 days: decides about growth */
  private peaks: { readonly day: number; most: number }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly settings: () => TierSettings,
  ) {}

  /** How many count now. */
  get used(): number {
    const before = this.clock.now() - DAY_MS;
    while ((this.counted[this.head]?.at ?? Infinity) <= before) this.head += 1;
    if (this.head > 4_096 && this.head * 2 > this.counted.length) {
      this.counted = this.counted.slice(this.head);
      this.head = 0;
    }
    return this.counted.length - this.head;
  }

  /** Counts a person, once in 24 hours. @returns false when the limit is used up and they do not count yet */
  take(person: Person): boolean {
    const now = this.clock.now();
    if (person.tierAt !== 0 && now - person.tierAt < DAY_MS) return true;
    const { enabled, limit } = this.settings();
    const used = this.used;
    if (enabled && limit !== null && used >= limit) return false;
    person.tierAt = now;
    this.counted.push({ person, at: now });
    this.notePeak(used + 1, now);
    return true;
  }

  /** The most people counted at once in the last 7 days. */
  get peak(): number {
    const day = Math.floor(this.clock.now() / DAY_MS);
    return Math.max(0, ...this.peaks.filter((each) => each.day > day - 7).map((each) => each.most));
  }

  /** Counts again those whom an earlier run had counted. */
  restore(people: Iterable<Person>): void {
    this.clear();
    const before = this.clock.now() - DAY_MS;
    for (const person of people) if (person.tierAt > before) this.counted.push({ person, at: person.tierAt });
    this.counted.sort((a, b) => a.at - b.at);
  }

  clear(): void {
    this.counted = [];
    this.head = 0;
    this.peaks = [];
  }

  private notePeak(most: number, now: number): void {
    const day = Math.floor(now / DAY_MS);
    const today = this.peaks.at(-1);
    if (today?.day === day) today.most = Math.max(today.most, most);
    else this.peaks = [...this.peaks.slice(-7), { day, most }];
  }
}
