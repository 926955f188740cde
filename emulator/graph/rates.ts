import type { Clock } from '../clock.js';
import { RATES } from '../limits.js';
import type { Person } from '../phone/people.js';
import type { Settings } from '../settings.js';

// A sender that keeps strictly to N in any second may still see two of its seconds pressed together by the network: the
// bucket holds a quarter of a second more than N, so that only a sender which really exceeds the rate is refused.
const SLACK = 1.25;

/** The number's throughput and the pair rate of reference §7.1, as token buckets on the emulator's clock. */
export class Rates {
  private tokens = Number.POSITIVE_INFINITY;
  private at = 0;

  constructor(
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Takes one send from the number's quota. @returns false when there is none: 130429 */
  takeSend(): boolean {
    if (!this.settings.numberRate) return true;
    this.refill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Received messages count too, but here they use up at most half of the quota: Meta does not refuse what customers
   *  write, and how it shares the rest out is not documented. */
  takeReceived(): void {
    if (!this.settings.numberRate) return;
    this.refill();
    if (this.tokens > this.settings.numberPerSecond / 2) this.tokens -= 1;
  }

  /** Takes one message from what may still go to this person. @returns false when there is none: 131056 */
  takePair(person: Person): boolean {
    if (!this.settings.pairRate) return true;
    const now = this.clock.now();
    const earned = Math.max(0, now - person.pairAt) / RATES.pairEveryMs;
    const tokens = Math.min(RATES.pairBurst, person.pairTokens + earned);
    person.pairAt = now;
    person.pairTokens = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }

  reset(): void {
    this.tokens = Number.POSITIVE_INFINITY;
    this.at = 0;
  }

  private refill(): void {
    const now = this.clock.now();
    const perSecond = this.settings.numberPerSecond;
    this.tokens = Math.min(perSecond * SLACK, this.tokens + (Math.max(0, now - this.at) / 1000) * perSecond);
    this.at = now;
  }
}
