import type { Clock } from '../clock.js';
import type { CloudApi } from '../platform/cloud-api.js';
import type { PhoneNumberId } from '../platform/ids.js';
import { PAUSES, type PauseReason } from '../platform/number-table.js';
import { tierLimit } from '../platform/tier.js';
import type { Engine } from '../storage/engine.js';
import { BackOff, isAnswer, pauseFor, UnknownStreak } from './back-off.js';
import type { NumberLimits } from './limits.js';
import { Pauses } from './pauses.js';
import { Probing } from './probing.js';
import type { Outcome } from './settlement.js';

/** Whether the number may send now: it is open; it holds back for a while; it is paused, and a probe may leave; it is paused until a
 *  person acts. Every outcome of a call moves it. */

const PAUSES_MAX_AGE_MS = 1_500;
/** A thousand a second that each take half a second to be answered and written down. */
const IN_FLIGHT = 500;

export type Allowed = {
  /** How many calls may start now. */
  readonly calls: number;
  readonly repliesOnly: boolean;
  /** What leaves now is a probe of a paused number. */
  readonly isProbe: boolean;
};

/** Nothing leaves until an operator has looked at it. */
const UNTIL_RESUMED = ['restored', 'policy', 'locked'] as const satisfies readonly PauseReason[];
const NOTHING: Allowed = { calls: 0, repliesOnly: true, isProbe: false };

export type NumberStateDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly cloudApi: CloudApi;
  readonly phoneNumberId: PhoneNumberId;
  readonly log: Record<'info' | 'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
  /** It may be open again. */
  readonly onChange: () => void;
};

export class NumberState {
  readonly #deps: NumberStateDeps;
  readonly #pauses: Pauses;
  readonly #probing: Probing;
  readonly #backOff = new BackOff();
  readonly #streak = new UnknownStreak();

  constructor(deps: NumberStateDeps) {
    this.#deps = deps;
    this.#pauses = new Pauses(deps.engine, deps.clock, deps.phoneNumberId);
    this.#probing = new Probing({ ...deps, pauses: this.#pauses, onDone: deps.onChange });
  }

  /** What the store says: pauses may have been lifted or added elsewhere. */
  async refresh(maxAgeMs = PAUSES_MAX_AGE_MS): Promise<void> {
    await this.#pauses.refresh(maxAgeMs);
  }

  /** What is known of the number was changed in this process. */
  forget(): void {
    this.#pauses.forget();
  }

  /** @param inAir calls that have not come back */
  allowed(inAir: number): Allowed {
    if (UNTIL_RESUMED.some((why) => this.#pauses.has(why))) return NOTHING;
    if (this.#pauses.has('token')) {
      this.#probing.askAboutToken();
      return NOTHING;
    }
    if (this.holdsBackMs() > 0) return NOTHING;
    if (this.#pauses.has('unknowns'))
      return this.#probing.mayProbe(inAir) ? { calls: 1, repliesOnly: true, isProbe: true } : NOTHING;
    if (this.#streak.isTooLong) this.#streak.end(); // an operator has lifted the pause
    const places = this.#backOff.isTrying ? 1 : IN_FLIGHT;
    return { calls: Math.max(0, places - inAir), repliesOnly: this.#pauses.noticesPaused, isProbe: false };
  }

  /** Whether nothing leaves until something changes: what is claimed goes back to the queue. */
  get isClosed(): boolean {
    return (
      this.holdsBackMs() > 0 ||
      [...UNTIL_RESUMED, 'token' as const, 'unknowns' as const].some((why) => this.#pauses.has(why))
    );
  }

  /** For how long calls are not to start, ms. */
  holdsBackMs(): number {
    return this.#backOff.waitMs(this.#deps.clock.monotonic());
  }

  /** What Meta's limits say of it now. */
  get limits(): NumberLimits {
    return { tier: tierLimit(this.#pauses.tier), noticesPaused: this.#pauses.noticesPaused };
  }

  noteProbe(): void {
    this.#probing.noteProbe();
  }

  note(outcome: Outcome): void {
    this.#backOff.note(outcome, this.#deps.clock.monotonic());
    this.#streak.note(outcome, this.#deps.clock.now());
    if (isAnswer(outcome)) this.metaIsThere();
    else if (this.#streak.isTooLong) this.#pause('unknowns');
    const why = pauseFor(outcome);
    if (why) this.#pause(why);
  }

  /** Any answer, or any status of a send of ours.
   *  @param at when it arrived, ms, if that was not just now: what it says of Meta was so then, and not of what came after */
  metaIsThere(at?: number): void {
    this.#streak.end(at);
    if (!this.#pauses.has('unknowns')) return;
    if (at !== undefined && (this.#streak.isTooLong || at < (this.silentSince ?? 0))) return;
    this.#deps.log.info('number.resumed', { why: 'unknowns' });
    void this.#pauses.lift('unknowns').catch(() => undefined); // the next refresh tries again
    this.#deps.onChange();
  }

  /** Since when it is silent, as the store has it; ms. */
  get silentSince(): number | undefined {
    return this.#pauses.since('unknowns');
  }

  #pause(why: PauseReason): void {
    if (this.#pauses.has(why)) return;
    this.#probing.pausedNow();
    // Silence ends by itself; everything else wants a person.
    this.#deps.log[why === 'unknowns' ? 'warn' : 'error'](`${PAUSES[why]}.paused`, { why });
    void this.#pauses.add(why).catch(() => undefined); // the next refresh tries again
  }
}
