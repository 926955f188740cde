/** The pair rate (reference §7.1): to one person, 1 message per 6 s, and a burst of 45 borrowed from the future. Ordinary replies use 40
 *  of it; stop confirmations and humans may use the rest. After a refusal (131056) the person waits 4^n s. */

const REFILL_MS = 6_000;
const BURST = 45;
const ORDINARY_BURST = 40;
const MAX_PAUSE_MS = 6 * 3_600_000;
export const MAX_PEOPLE = 50_000;
/** After this long nothing is owed any more, whatever was sent. */
export const PAIR_MEMORY_MS = BURST * REFILL_MS;

type Debt = {
  readonly since: number;
  readonly messages: number;
  readonly refusals: number;
  readonly pausedUntil: number;
};

/** Counts for the people written to of late, the latest last; the others owe nothing and are forgotten. All times are one clock's ms. */
export class PairRate {
  readonly #debts = new Map<string, Debt>();

  get size(): number {
    return this.#debts.size;
  }

  /** @returns 0 when one message may leave now, else how long to wait, ms */
  waitMs(person: string, now: number, reserved: boolean): number {
    const debt = this.#debts.get(person);
    if (!debt) return 0;
    const excess = owedAt(debt, now) + 1 - (reserved ? BURST : ORDINARY_BURST);
    // A thousandth of a ms is what the clock's fractions leave behind.
    const refill = Math.max(0, Math.ceil(excess * REFILL_MS - 0.001));
    return Math.max(refill, Math.ceil(debt.pausedUntil - now), 0);
  }

  /** One message leaves. */
  note(person: string, now: number): void {
    const debt = this.#debts.get(person);
    const owed = debt ? owedAt(debt, now) : 0;
    this.#keep(
      person,
      { since: now, messages: owed + 1, refusals: debt?.refusals ?? 0, pausedUntil: debt?.pausedUntil ?? 0 },
      now,
    );
  }

  /** Meta refused with 131056. @returns how long the person waits, ms */
  refused(person: string, now: number): number {
    const debt = this.#debts.get(person);
    const refusals = debt?.refusals ?? 0;
    const pause = pairPauseMs(refusals);
    this.#keep(
      person,
      { since: now, messages: debt ? owedAt(debt, now) : 0, refusals: refusals + 1, pausedUntil: now + pause },
      now,
    );
    return pause;
  }

  /** Meta took one: the pauses start over. */
  accepted(person: string): void {
    const debt = this.#debts.get(person);
    if (debt && debt.refusals > 0) this.#debts.set(person, { ...debt, refusals: 0, pausedUntil: 0 });
  }

  #keep(person: string, debt: Debt, now: number): void {
    this.#debts.delete(person);
    this.#debts.set(person, debt);
    if (this.#debts.size <= MAX_PEOPLE) return;
    // First those whom forgetting makes no difference to, then those written to longest ago; half of all, so that it is seldom.
    for (const [other, theirs] of this.#debts)
      if (other !== person && owedAt(theirs, now) <= ORDINARY_BURST / 2 && theirs.pausedUntil <= now)
        this.#forget(other);
    for (const other of this.#debts.keys()) this.#forget(other);
  }

  #forget(person: string): void {
    if (this.#debts.size > MAX_PEOPLE / 2) this.#debts.delete(person);
  }
}

const owedAt = (debt: Debt, now: number): number => Math.max(0, debt.messages - (now - debt.since) / REFILL_MS);

/** Meta's own rule: wait 4^n s before try n, from 0 (reference §7.1). */
export const pairPauseMs = (refusals: number): number => Math.min(4 ** refusals * 1_000, MAX_PAUSE_MS);
