import type { Clock } from '../clock.js';
import type { Engine } from '../storage/engine.js';
import { notices, type NoticeRow } from './notice-tables.js';
import { windowOf, type AudienceFilter } from './notice.js';
import type { WindowFacts } from './wordings.js';

/** What goes on now and what comes next, for whoever asks the bot. */

export type LiveNotice = { readonly id: string; readonly window: WindowFacts; readonly audience: AudienceFilter };

export type LiveFacts = {
  /** Under way, the one that ends first. */
  readonly now: LiveNotice | null;
  /** The next that begins. */
  readonly next: LiveNotice | null;
};

export const NO_WORKS: LiveFacts = { now: null, next: null };

/** Of these windows, those that matter at a moment. Pure. */
export function liveAt(windows: readonly LiveNotice[], now: number): LiveFacts {
  const running = windows.filter(({ window }) => window.startsAt <= now && now < window.endsAt);
  const ahead = windows.filter(({ window }) => window.startsAt > now);
  return {
    now: running.toSorted((one, other) => one.window.endsAt - other.window.endsAt)[0] ?? null,
    next: ahead.toSorted((one, other) => one.window.startsAt - other.window.startsAt)[0] ?? null,
  };
}

/** Whether customers are to know of a window now: it is approved, not off, and not over. */
export const isLive = ({ state, endsAt }: Pick<NoticeRow, 'state' | 'endsAt'>, now: number): boolean =>
  (state === 'approved' || state === 'paused') && now < endsAt;

const MAX_WINDOWS = 500;
const READ_EVERY_MS = 3_000;

/** Approved windows that are not over, read every few seconds: a question is answered without asking the store. */
export class LiveNotices {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #windows: readonly LiveNotice[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** Reads now, and again and again. While the store is out what was read last counts: windows end by the clock all the same. */
  async start(): Promise<void> {
    await this.read().catch(() => undefined);
    this.#timer = setInterval(() => void this.read().catch(() => undefined), READ_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param now ms */
  at(now: number): LiveFacts {
    return liveAt(this.#windows, now);
  }

  /** Whether a notice's window is not over at a moment, nor off. */
  isAhead(noticeId: string, now: number): boolean {
    return this.#windows.some(({ id, window }) => id === noticeId && now < window.endsAt);
  }

  /** @throws StoreUnavailable */
  async read(): Promise<void> {
    const now = this.#clock.now();
    const rows = await this.#engine.find(notices, {
      where: { endsAt: { gt: now } },
      orderBy: [['endsAt', 'asc']],
      limit: MAX_WINDOWS,
    });
    this.#windows = rows
      .filter((row) => isLive(row, now))
      .map(({ id, plan }) => ({ id, window: windowOf(plan), audience: plan.audience }));
  }
}
