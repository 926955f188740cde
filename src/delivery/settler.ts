import type { Clock } from '../clock.js';
import { slices, type Engine } from '../storage/engine.js';
import { outbox } from './outbox-table.js';
import { settlementPatch, type Settling } from './settlement.js';

/** Writes what became of attempts, gathered over some ms. What Graph said is not forgotten while the store is out: it is written as soon
 *  as it can be. Bounded by the calls that may be in the air. */

const GATHER_MS = { sqlite: 20, mongodb: 25 } as const;
const RETRY_MS = 250;

export type SettlerDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly pepper: Buffer;
  /** What Meta refused, before it is written. */
  readonly onRefused?: (refusals: readonly Refusal[]) => Promise<void>;
  /** They stand in the store now, unless the rows are no longer ours: another holder's, or erased. */
  readonly onWritten: (settled: readonly Settling[]) => void;
  /** It can never be written. The row stays attempted, and has to be put right as one that somebody left behind. */
  readonly onUnwritable: (settled: Settling) => void;
  readonly log: { error(event: string, fields: Record<string, string | number>): void };
};

/** Meta would not take a message of ours. */
export type Refusal = {
  readonly outboxId: string;
  readonly at: number;
  readonly errorCode: number;
  readonly category: null;
};

export class Settler {
  readonly #deps: SettlerDeps;
  #waiting: Settling[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  add(settling: Settling): void {
    this.#waiting.push(settling);
    this.#soon(GATHER_MS[this.#deps.engine.kind]);
  }

  /** Writes what waits now, once. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#waiting.length === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  #soon(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, afterMs);
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const slice of slices(waiting)) {
      try {
        await this.#patch(slice);
        this.#deps.onWritten(slice);
      } catch (error) {
        if (isPassing(error)) this.#waiting.push(...slice);
        else await this.#oneByOne(slice);
      }
    }
    if (this.#waiting.length > 0) this.#soon(RETRY_MS);
  }

  /** One of them cannot be written whatever the store does: it must not hold the others back. */
  async #oneByOne(slice: readonly Settling[]): Promise<void> {
    for (const one of slice) {
      try {
        await this.#patch([one]);
        this.#deps.onWritten([one]);
      } catch (error) {
        if (isPassing(error)) {
          this.#waiting.push(one);
        } else {
          this.#deps.log.error('settlement.unwritable', { row: one.row.id, error: nameOf(error) });
          this.#deps.onUnwritable(one);
        }
      }
    }
  }

  async #patch(slice: readonly Settling[]): Promise<void> {
    const { engine, clock, pepper } = this.#deps;
    // First of all: cut off after this it is told once more, and known already; the other way round it would be lost.
    const refusals = slice.flatMap(({ row, outcome }) =>
      outcome.kind === 'rejected'
        ? [{ outboxId: row.id, at: clock.now(), errorCode: outcome.code, category: null }]
        : [],
    );
    if (refusals.length > 0) await this.#deps.onRefused?.(refusals);
    await engine.patchMany(
      outbox,
      slice.map((one) => settlementPatch(one, clock.now(), pepper)),
    );
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
const isPassing = (error: unknown): boolean => nameOf(error) === 'StoreUnavailable';
