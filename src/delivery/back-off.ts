import { pauseOf } from '../platform/effects.js';
import type { PauseReason } from '../platform/number-table.js';
import type { Outcome } from './settlement.js';

/** What the outcomes of calls say of the whole number: how long it has to hold back, and when it has to be paused. Pure; times are one
 *  monotonic clock's, ms. */

const FIRST_MS = 1_000;
const MAX_RATE_MS = 60_000;
/** Connections that cannot be made: nobody asked us to wait, so the way is tried at least this often (DESIGN §3). */
const MAX_CONNECT_MS = 30_000;

export class BackOff {
  #refusals = 0;
  #blockedUntil = -Infinity;

  /** After how many ms calls may start again; 0 when they may now. */
  waitMs(now: number): number {
    return Math.max(0, this.#blockedUntil - now);
  }

  /** The last word was a refusal: one call at a time tries whether that has changed. */
  get isTrying(): boolean {
    return this.#refusals > 0;
  }

  note(outcome: Outcome, now: number): void {
    if (outcome.kind === 'accepted' || outcome.kind === 'rejected') {
      this.#refusals = 0;
    } else if (outcome.kind === 'notSent' && outcome.scope === 'number') {
      // Of calls that were in the air together one refusal counts.
      if (now >= this.#blockedUntil) this.#refusals += 1;
      const limit = isAnswer(outcome) ? MAX_RATE_MS : MAX_CONNECT_MS;
      const pause = outcome.retryAfterMs ?? Math.min(FIRST_MS * 2 ** (Math.max(1, this.#refusals) - 1), limit);
      this.#blockedUntil = Math.max(this.#blockedUntil, now + pause);
    }
  }
}

const UNKNOWNS_TO_PAUSE = 5;

/** Calls in a row whose outcome is not known. Times are the wall clock's, ms. */
export class UnknownStreak {
  /** When the last of them came back. */
  #times: readonly number[] = [];

  get isTooLong(): boolean {
    return this.#times.length >= UNKNOWNS_TO_PAUSE;
  }

  note(outcome: Outcome, now: number): void {
    if (outcome.kind === 'unknown') this.#times = [...this.#times, now].slice(-UNKNOWNS_TO_PAUSE);
    else if (isAnswer(outcome)) this.end();
  }

  /** @param before what came back after that still counts */
  end(before = Infinity): void {
    this.#times = this.#times.filter((time) => time > before);
  }
}

/** Graph was there and spoke. */
export const isAnswer = (outcome: Outcome): boolean =>
  outcome.kind === 'accepted' ||
  outcome.kind === 'rejected' ||
  (outcome.kind === 'notSent' && (outcome.code !== undefined || outcome.reason === 'rate'));

/** Whether something must stop until somebody mends it, and what: a token that is refused, an account or a number that Meta has shut, a
 *  class of messages that it does not take any more. */
export function pauseFor(outcome: Outcome): PauseReason | undefined {
  if (outcome.kind === 'notSent' && outcome.scope === 'account')
    return outcome.reason === 'policy' ? (pauseOf(outcome.code ?? 0) ?? 'policy') : 'token';
  return outcome.kind === 'rejected' ? pauseOf(outcome.code) : undefined;
}
