import type { Clock } from '../clock.js';
import { numbers, type NumberRow, type Pause } from '../platform/number-table.js';
import { insert, set, type Engine } from '../storage/engine.js';

type Why = Pause['why'];

/** Why a number sends nothing now; kept in the store, so that a restart, another process and the API see the same. What is decided here
 *  counts at once and is written as soon as the store can be written. */
export class Pauses {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #phoneNumberId: string;
  #stored: readonly Pause[] = [];
  /** Not written yet: true adds, false lifts. */
  readonly #wanted = new Map<Why, boolean>();
  #writing: Promise<void> = Promise.resolve();
  #readAt = -Infinity;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string) {
    this.#engine = engine;
    this.#clock = clock;
    this.#phoneNumberId = phoneNumberId;
  }

  has(why: Why): boolean {
    return this.#wanted.get(why) ?? this.#stored.some((pause) => pause.why === why);
  }

  /** Since when, ms; undefined when it is not in the store. */
  since(why: Why): number | undefined {
    return this.#stored.find((pause) => pause.why === why)?.since;
  }

  /** Counts at once. @returns when it is written; if it cannot be, `refresh` tries again */
  add(why: Why): Promise<void> {
    return this.#want(why, true);
  }

  /** As `add`. */
  lift(why: Why): Promise<void> {
    return this.#want(why, false);
  }

  /** Writes what is not written yet, and reads anew when the last reading is older than `maxAgeMs`: an operator, or another process,
   *  may have lifted or added one. */
  async refresh(maxAgeMs: number): Promise<void> {
    if (this.#wanted.size > 0) await this.#write();
    if (this.#clock.monotonic() - this.#readAt < maxAgeMs) return;
    this.#stored = (await this.#row())?.paused ?? [];
    this.#readAt = this.#clock.monotonic();
  }

  /** What Graph said of the token when it was asked. */
  async noteToken(valid: boolean): Promise<void> {
    await this.#change(() => ({ tokenValid: valid, checkedAt: this.#clock.now() }));
  }

  #want(why: Why, on: boolean): Promise<void> {
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

  #row(): Promise<NumberRow | undefined> {
    return this.#engine.get(numbers, this.#phoneNumberId);
  }

  async #change(decide: (row: NumberRow) => Partial<NumberRow>): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const row = await this.#row();
      const before = row ?? emptyNumber(this.#phoneNumberId);
      const after = { ...before, ...decide(before), version: before.version + 1 };
      const { id, ...fields } = after;
      const op = row ? set(numbers, id, fields, { version: row.version }) : insert(numbers, after);
      if ((await this.#engine.commit([op])) !== 'committed') continue;
      this.#stored = after.paused;
      return;
    }
    throw new Error('conflicts did not end');
  }
}

const TRIES = 5;

const withChanges = (paused: readonly Pause[], wanted: readonly (readonly [Why, boolean])[], now: number): Pause[] => {
  const changed = new Map(wanted);
  const kept = paused.filter((pause) => changed.get(pause.why) !== false);
  const added = wanted.filter(([why, on]) => on && !kept.some((pause) => pause.why === why));
  return [...kept, ...added.map(([why]): Pause => ({ what: 'number', why, since: now }))];
};

const tokenOf = (wanted: readonly (readonly [Why, boolean])[]): Partial<NumberRow> => {
  const token = wanted.find(([why]) => why === 'token');
  return token ? { tokenValid: !token[1] } : {};
};

export const emptyNumber = (id: string): NumberRow => ({
  id,
  paused: [],
  quality: null,
  tier: null,
  tokenValid: null,
  checkedAt: null,
  version: 0,
});
