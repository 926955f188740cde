import type { Clock } from '../clock.js';
import { changeNumber, withChanges } from '../platform/change-number.js';
import { numbers, PAUSES, type NumberRow, type Pause, type PauseReason } from '../platform/number-table.js';
import type { Engine } from '../storage/engine.js';

/** Why a number sends nothing now; kept in the store, so that a restart, another process and the API see the same. What is decided here
 *  counts at once and is written as soon as the store can be written. */
export class Pauses {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #phoneNumberId: string;
  #row: NumberRow | undefined;
  /** Not written yet: true adds, false lifts. */
  readonly #wanted = new Map<PauseReason, boolean>();
  #writing: Promise<void> = Promise.resolve();
  #readAt = -Infinity;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string) {
    this.#engine = engine;
    this.#clock = clock;
    this.#phoneNumberId = phoneNumberId;
  }

  has(why: PauseReason): boolean {
    return this.#wanted.get(why) ?? this.#stored.some((pause) => pause.why === why);
  }

  /** Whether anything holds back what nobody asked for just now. */
  get noticesPaused(): boolean {
    const wanted = [...this.#wanted].some(([why, on]) => on && PAUSES[why] === 'notices');
    return wanted || this.#stored.some(({ what, why }) => what === 'notices' && this.#wanted.get(why) !== false);
  }

  /** The portfolio's messaging limit as Meta names it; undefined when nobody has asked yet. */
  get tier(): string | undefined {
    return this.#row?.tier ?? undefined;
  }

  get #stored(): readonly Pause[] {
    return this.#row?.paused ?? [];
  }

  /** Since when, ms; undefined when it is not in the store. */
  since(why: PauseReason): number | undefined {
    return this.#stored.find((pause) => pause.why === why)?.since;
  }

  /** Counts at once. @returns when it is written; if it cannot be, `refresh` tries again */
  add(why: PauseReason): Promise<void> {
    return this.#want(why, true);
  }

  /** As `add`. */
  lift(why: PauseReason): Promise<void> {
    return this.#want(why, false);
  }

  /** Writes what is not written yet, and reads anew when the last reading is older than `maxAgeMs`: an operator, or another process,
   *  may have lifted or added one. */
  async refresh(maxAgeMs: number): Promise<void> {
    if (this.#wanted.size > 0) await this.#write();
    if (this.#clock.monotonic() - this.#readAt < maxAgeMs) return;
    this.#row = await this.#engine.get(numbers, this.#phoneNumberId);
    this.#readAt = this.#clock.monotonic();
  }

  /** It was changed past us: the next `refresh` reads it, however young the last reading is. */
  forget(): void {
    this.#readAt = -Infinity;
  }

  /** What Graph said of the token when it was asked. */
  async noteToken(valid: boolean): Promise<void> {
    await this.#change(() => ({ tokenValid: valid, checkedAt: this.#clock.now() }));
  }

  #want(why: PauseReason, on: boolean): Promise<void> {
    this.#wanted.set(why, on);
    return this.#write();
  }

  /** One write at a time: what is wanted meanwhile goes with the next. */
  #write(): Promise<void> {
    const next = this.#writing.catch(() => undefined).then(() => this.#writeOnce());
    this.#writing = next;
    return next;
  }

  async #writeOnce(): Promise<void> {
    const wanted = [...this.#wanted];
    if (wanted.length === 0) return;
    await this.#change((row) => ({ paused: withChanges(row.paused, wanted, this.#clock.now()), ...tokenOf(wanted) }));
    for (const [why, on] of wanted) if (this.#wanted.get(why) === on) this.#wanted.delete(why);
  }

  async #change(decide: (row: NumberRow) => Partial<NumberRow>): Promise<void> {
    this.#row = await changeNumber(this.#engine, this.#phoneNumberId, decide);
  }
}

const tokenOf = (wanted: readonly (readonly [PauseReason, boolean])[]): Partial<NumberRow> => {
  const token = wanted.find(([why]) => why === 'token');
  return token ? { tokenValid: !token[1] } : {};
};
