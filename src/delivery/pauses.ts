import type { Clock } from '../clock.js';
import { numbers, type NumberRow, type Pause } from '../platform/number-table.js';
import { insert, set, type Engine } from '../storage/engine.js';

/** Why a number sends nothing now; kept in the store, so that a restart, another process and the API see the same. */
export class Pauses {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #phoneNumberId: string;
  #pauses: readonly Pause[] = [];
  #readAt = -Infinity;

  constructor(engine: Engine, clock: Clock, phoneNumberId: string) {
    this.#engine = engine;
    this.#clock = clock;
    this.#phoneNumberId = phoneNumberId;
  }

  /** As last read. */
  has(why: Pause['why']): boolean {
    return this.#pauses.some((pause) => pause.why === why);
  }

  get any(): boolean {
    return this.#pauses.length > 0;
  }

  /** Reads them anew when the last reading is older than `maxAgeMs`. */
  async refresh(maxAgeMs: number): Promise<void> {
    if (this.#clock.monotonic() - this.#readAt < maxAgeMs) return;
    this.#pauses = (await this.#row())?.paused ?? [];
    this.#readAt = this.#clock.monotonic();
  }

  async add(why: Pause['why']): Promise<void> {
    await this.#change((row) => {
      if (row.paused.some((pause) => pause.why === why)) return undefined;
      return {
        paused: [...row.paused, { what: 'number', why, since: this.#clock.now() }],
        ...(why === 'token' ? { tokenValid: false } : {}),
      };
    });
  }

  async lift(why: Pause['why']): Promise<void> {
    if (!this.has(why)) return;
    await this.#change((row) => ({
      paused: row.paused.filter((pause) => pause.why !== why),
      ...(why === 'token' ? { tokenValid: true } : {}),
    }));
  }

  /** What Graph said of the token when it was asked. */
  async noteToken(valid: boolean): Promise<void> {
    await this.#change(() => ({ tokenValid: valid, checkedAt: this.#clock.now() }));
  }

  #row(): Promise<NumberRow | undefined> {
    return this.#engine.get(numbers, this.#phoneNumberId);
  }

  async #change(decide: (row: NumberRow) => Partial<NumberRow> | undefined): Promise<void> {
    const TRIES = 5;
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const row = await this.#row();
      const before = row ?? emptyNumber(this.#phoneNumberId);
      const change = decide(before);
      if (!change) break;
      const after = { ...before, ...change, version: before.version + 1 };
      const op = row
        ? set(numbers, row.id, { ...change, version: after.version }, { version: row.version })
        : insert(numbers, after);
      if ((await this.#engine.commit([op])) === 'committed') break;
    }
    await this.refresh(0);
  }
}

export const emptyNumber = (id: string): NumberRow => ({
  id,
  paused: [],
  quality: null,
  tier: null,
  tokenValid: null,
  checkedAt: null,
  version: 0,
});
