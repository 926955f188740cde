import type { Clock } from '../clock.js';
import type { MediaClient } from '../platform/media-client.js';
import { set, StoreUnavailable, type Engine } from '../storage/engine.js';
import { fetchMedia } from './fetch-media.js';
import { CASE_LIMITS } from './limits.js';
import { media, type MediaLoss, type MediaRow } from './media-table.js';
import { sweepFiles } from './sweep-files.js';

/** Fetches the files that customers sent to cases. A try is noted in the row before it is made, so that neither a crash nor a restart
 *  makes more of them than said; a file is under its name only when it is whole, and its row says so only after that. */

export type FetcherDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly client: Pick<MediaClient, 'info' | 'download'>;
  /** Whether the lease is ours: one process fetches. */
  readonly mayRun: () => boolean;
  readonly log: { warn(event: string, fields: Record<string, string | number>): void };
};

const AT_ONCE = 4;
const LOOK_AT = 50;
/** What Meta does not know will hardly come back. */
const MAX_TRIES = { expired: 3, damaged: 12, unavailable: 12 } as const;
const FIRST_PAUSE_MS = 2_000;
/** Twelve tries take about 17 hours: a token can be mended meanwhile, and Meta keeps a file for seven days. */
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** From the first question to the last byte. */
const TRY_MS = 5 * 60_000;

export class MediaFetcher {
  readonly #deps: FetcherDeps;
  readonly #inAir = new Map<string, { readonly done: Promise<void>; readonly abort: AbortController }>();
  #looking: Promise<void> | undefined;
  #swept = false;
  #stopped = false;

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
  }

  /** Begins what is due, as far as there is room. Never rejects. */
  tick(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#warn('media.interrupted', error))
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Resolves when nothing is being fetched. */
  async idle(): Promise<void> {
    while (this.#looking || this.#inAir.size > 0) {
      await this.#looking;
      await Promise.all([...this.#inAir.values()].map(({ done }) => done));
    }
  }

  /** Breaks off what is being fetched: it is due again later. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { abort } of this.#inAir.values()) abort.abort();
    await this.idle();
  }

  async #look(): Promise<void> {
    if (!this.#mayGoOn()) return;
    if (!this.#swept) {
      await sweepFiles(this.#deps.engine, this.#deps.clock.now());
      this.#swept = true;
    }
    if (this.#inAir.size >= AT_ONCE) return;
    const rows = await this.#deps.engine.find(media, {
      where: { dueAt: { lte: this.#deps.clock.now() } },
      orderBy: [['dueAt', 'asc']],
      limit: LOOK_AT,
    });
    for (const row of rows) {
      if (!this.#mayGoOn() || this.#inAir.size >= AT_ONCE) return;
      if (!this.#inAir.has(row.id)) this.#begin(row);
    }
  }

  #mayGoOn(): boolean {
    return !this.#stopped && this.#deps.mayRun();
  }

  #begin(row: MediaRow): void {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TRY_MS);
    const done = this.#fetch(row, abort.signal)
      .catch((error: unknown) => this.#warn('media.failed', error))
      .finally(() => {
        clearTimeout(timer);
        this.#inAir.delete(row.id);
        // There is room: the next one need not wait for a tick.
        if (this.#mayGoOn()) void this.tick();
      });
    this.#inAir.set(row.id, { done, abort });
  }

  async #fetch(row: MediaRow, signal: AbortSignal): Promise<void> {
    const { engine, clock, client } = this.#deps;
    const tries = row.tries + 1;
    const now = clock.now();
    const pauseMs = Math.min(FIRST_PAUSE_MS * 3 ** Math.min(row.tries, 20), LONGEST_PAUSE_MS);
    const begun = { id: row.id, set: { tries, dueAt: now + pauseMs }, when: { tries: row.tries, dueAt: row.dueAt } };
    if ((await engine.patchMany(media, [begun])).length === 0) return;
    const fetched = await fetchMedia({ client, files: engine.files }, row, await this.#held(row), signal);
    if (fetched.kind === 'again' && this.#stopped) return this.#putBack(row, tries);
    const patch = fetched.kind === 'final' ? fetched.patch : this.#givenUp(fetched.reason, tries);
    if (!patch) return;
    const op = set(media, row.id, { ...patch, dueAt: null, platformId: null }, { tries, state: 'waiting' });
    // Erased meanwhile, or fetched by another: then nothing of it stays.
    if ((await engine.commit([op])) === 'conflict' && !(await engine.get(media, row.id)))
      await engine.files.remove([row.id]);
  }

  #givenUp(reason: MediaLoss, tries: number): Pick<MediaRow, 'state' | 'reason'> | undefined {
    if (tries < MAX_TRIES[reason]) return undefined;
    this.#deps.log.warn('media.lost', { reason, tries });
    return { state: 'failed', reason };
  }

  /** It was our own stopping that broke it off: that was no try. */
  async #putBack({ id, tries, dueAt }: MediaRow, begun: number): Promise<void> {
    await this.#deps.engine.patchMany(media, [{ id, set: { tries, dueAt }, when: { tries: begun, state: 'waiting' } }]);
  }

  async #held({ caseId }: MediaRow): Promise<{ files: number; bytes: number }> {
    const rows = await this.#deps.engine.find(media, {
      where: { caseId, state: 'stored' },
      limit: CASE_LIMITS.files,
    });
    return { files: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) };
  }

  #warn(event: string, error: unknown): void {
    // A store that is out says so elsewhere.
    if (error instanceof StoreUnavailable) return;
    this.#deps.log.warn(event, { error: error instanceof Error ? error.name : 'unknown' });
  }
}
