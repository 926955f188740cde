import type { Clock } from '../clock.js';
import type { Announcements, Forms, Standing } from '../delivery/announcements.js';
import type { OutboxRow } from '../delivery/outbox-table.js';
import type { Engine } from '../storage/engine.js';
import { formsOf } from './in-window.js';
import { announcements, notices, type AnnouncementRow, type NoticeRow } from './notice-tables.js';

/** What the dispatcher may send of the notices now, as the store had it at most a second ago: after the answer to a pause, a change or a
 *  cancellation no call starts later than that. */

/** Read anew after this long; used for this long at most, so that a store which is out stops the notices, and not only the news of them. */
const READ_AFTER_MS = 250;
const USED_FOR_MS = 900;
/** More announcements do not run at a time. */
const MAX_OPEN = 1_000;

type Known = { readonly word: AnnouncementRow; readonly notice: NoticeRow | undefined };
const LEAVES: Standing = { kind: 'leaves' };
const WAITS: Standing = { kind: 'waits' };

export class SendGate implements Announcements {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #known: ReadonlyMap<string, Known> = new Map();
  #readAt = -Infinity;
  /** Asked about and not known: begun since the last reading, or over. */
  readonly #missing = new Set<string>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** Something was changed by this process: what was read is old. */
  forget(): void {
    this.#readAt = -Infinity;
  }

  async refresh(): Promise<void> {
    const startedAt = this.#clock.monotonic();
    if (startedAt - this.#readAt < READ_AFTER_MS) return;
    const open = await this.#engine.find(announcements, {
      where: { open: true },
      orderBy: [['noticeId', 'asc']],
      limit: MAX_OPEN,
    });
    const missing = [...this.#missing].slice(0, MAX_OPEN);
    const words = [...open, ...(missing.length > 0 ? await this.#engine.getMany(announcements, missing) : [])];
    const ids = [...new Set(words.map((word) => word.noticeId))];
    const rows = new Map((await this.#engine.getMany(notices, ids)).map((row) => [row.id, row]));
    this.#known = new Map(words.map((word) => [word.id, { word, notice: rows.get(word.noticeId) }]));
    this.#missing.clear();
    // What was true when the question was asked, not when the answer came.
    this.#readAt = startedAt;
  }

  get waiting(): readonly string[] {
    return [...this.#known.values()].filter(isPaused).map(({ word }) => word.id);
  }

  standing({ announcementId, uselessAfter }: Pick<OutboxRow, 'announcementId' | 'uselessAfter'>): Standing {
    if (announcementId === null) return LEAVES;
    if (this.#clock.monotonic() - this.#readAt > USED_FOR_MS) return WAITS;
    const known = this.#known.get(announcementId);
    if (!known?.notice) {
      this.#missing.add(announcementId);
      this.forget();
      return WAITS;
    }
    if (isPaused(known)) return WAITS;
    if (known.word.state !== 'running') return { kind: 'refused', reason: known.word.reason ?? 'cancelled' };
    const now = this.#clock.now();
    if (uselessAfter <= now && now < known.word.uselessAfter) return { kind: 'refused', reason: 'quietHours' };
    return LEAVES;
  }

  forms({ announcementId, content }: Pick<OutboxRow, 'announcementId' | 'content'>): Forms | undefined {
    const known = announcementId === null ? undefined : this.#known.get(announcementId);
    return known && formsOf(known.word.texts, content);
  }
}

const isPaused = ({ notice }: Known): boolean => notice?.state === 'paused';
