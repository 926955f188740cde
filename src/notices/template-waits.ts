import type { Clock } from '../clock.js';
import { SLICE, type Engine, type Patch } from '../storage/engine.js';
import { recipients, type AnnouncementRow, type RecipientRow } from './notice-tables.js';
import { templateKeys } from './template-keys.js';
import type { NoticeLanguage, Wordings } from './wordings.js';

/** People who wait because the template of their language cannot be used: who may be told now, and who is told as soon as Meta approves. */

/** How long it is believed that a template can be used; that it cannot is asked about again soon. */
const USABLE_FOR_MS = 5_000;
const UNUSABLE_FOR_MS = 1_000;
/** Slices that are woken before others have their turn. */
const WAKE_SLICES = 40;

export class TemplateWaits {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #wordings: Pick<Wordings, 'standing'>;
  readonly #known = new Map<string, { readonly usable: boolean; readonly readAt: number }>();
  /** Announcements of which somebody was put off for a template, by this process: others find out when their people are due again. */
  readonly #waiting = new Set<string>();

  constructor(engine: Engine, clock: Clock, wordings: Pick<Wordings, 'standing'>) {
    this.#engine = engine;
    this.#clock = clock;
    this.#wordings = wordings;
  }

  /** The languages in which the announcement can leave by its template now. @throws StoreUnavailable */
  async usable(word: AnnouncementRow): Promise<ReadonlySet<NoticeLanguage>> {
    const usable = new Set<NoticeLanguage>();
    for (const key of templateKeys(word)) {
      const name = `${key.name} ${key.language}`;
      let known = this.#known.get(name);
      const ageMs = this.#clock.now() - (known?.readAt ?? -Infinity);
      if (!known || ageMs >= (known.usable ? USABLE_FOR_MS : UNUSABLE_FOR_MS)) {
        const [standing] = await this.#wordings.standing([key]);
        known = { usable: standing?.usable ?? false, readAt: this.#clock.now() };
        this.#known.set(name, known);
      }
      if (known.usable) usable.add(key.language);
    }
    return usable;
  }

  /** Somebody was put off. */
  note({ id }: Pick<AnnouncementRow, 'id'>): void {
    this.#waiting.add(id);
  }

  /** When to look again: soon, while somebody waits for a template. @param at when the next of its people is due */
  nextLook({ id }: Pick<AnnouncementRow, 'id'>, at: number): number {
    return this.#waiting.has(id) ? Math.min(at, this.#clock.now() + UNUSABLE_FOR_MS) : at;
  }

  /** Once all its templates can be used, whoever waited for one is due now. @throws StoreUnavailable */
  async wake(word: AnnouncementRow, usable: ReadonlySet<NoticeLanguage>): Promise<void> {
    if (!this.#waiting.has(word.id) || usable.size < templateKeys(word).length) return;
    const now = this.#clock.now();
    for (let slice = 0; slice < WAKE_SLICES; slice += 1) {
      const rows = await this.#engine.find(recipients, {
        where: { announcementId: word.id, state: 'planned', reason: 'template', dueAt: { gt: now } },
        limit: SLICE,
      });
      const due = rows.map((row): Patch<RecipientRow> => ({
        id: row.id,
        set: { dueAt: now },
        when: { state: 'planned', dueAt: row.dueAt },
      }));
      await this.#engine.patchMany(recipients, due);
      if (rows.length < SLICE) return void this.#waiting.delete(word.id);
    }
  }

  /** Nobody waits any more. */
  over({ id }: Pick<AnnouncementRow, 'id'>): void {
    this.#waiting.delete(id);
  }
}
