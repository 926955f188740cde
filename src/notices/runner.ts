import { setImmediate as breathe } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { outbox, PRIORITIES } from '../delivery/outbox-table.js';
import { Rounds } from '../delivery/rounds.js';
import { SLICE, type Engine, type Patch } from '../storage/engine.js';
import { isAlive } from './acts.js';
import { carryOutDue } from './carry-out-due.js';
import { feedSlice, type FeedDeps } from './feed.js';
import { earlierThan, gatherSlice } from './gather.js';
import { announcements, recipients, type AnnouncementRow, type NoticeRow, type RecipientRow } from './notice-tables.js';
import { sweep } from './sweep.js';
import { TemplateWaits } from './template-waits.js';
import { wholeNotice } from './whole-notice.js';
import type { Wordings } from './wordings.js';

/** Runs what is due of the notices: one process at a time. A tick only asks; everything that is decided stands in the store, so that a tick
 *  that is missed, comes twice, or is cut off in the middle changes nothing.
 *
 *  An announcement starts (its words are frozen), is gathered (its audience is written down), is fed to the outbox as fast as that empties,
 *  and is closed when everybody's fate is settled. One that was cut short is swept: whoever has not got it is skipped for the reason. */
export type RunnerDeps = Omit<FeedDeps, 'isUsable' | 'phoneNumberId'> & {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Absent without an account: then everything is planned and nothing leaves. */
  readonly phoneNumberId: string | undefined;
  readonly wordings: Wordings;
  readonly newId: () => string;
  /** Whether this process runs the notices now. */
  readonly mayRun: () => boolean;
  /** How many notices may leave in a second. */
  readonly perSecond: number;
  /** Messages were queued. */
  readonly onQueued: () => void;
  readonly log: Record<'info' | 'warn', (event: string, fields: Record<string, string | number>) => void>;
  readonly onPoint?: (point: string) => void;
};

const BUSY_MS = 50;
const IDLE_MS = 1_000;
const FAILED_MS = 2_000;
const MAX_DUE = 100;
/** What is done for one announcement before the next has its turn. */
const GATHER_SLICES = 40;
const FEED_SLICES = 8;
/** How many messages wait in the outbox at the most: what leaves in so many seconds. */
const AHEAD_SECONDS = 2;
/** Those that are in the air when a change is made are known by then (Graph has 10 s to answer). */
const IN_AIR_MS = 15_000;

export class NoticesRunner {
  readonly #deps: RunnerDeps;
  readonly #rounds: Rounds;
  #idleMs = IDLE_MS;
  readonly #templates: TemplateWaits;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#templates = new TemplateWaits(deps.engine, deps.clock, deps.wordings);
    this.#rounds = new Rounds(
      () => this.#runRound(),
      () => this.#idleMs,
    );
  }

  /** Asks what is due. */
  nudge(): void {
    this.#rounds.nudge();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #runRound(): Promise<void> {
    try {
      this.#idleMs = this.#deps.mayRun() && (await this.#round()) ? BUSY_MS : IDLE_MS;
    } catch (error) {
      this.#deps.log.warn('notices.failed', { error: error instanceof Error ? error.name : 'unknown' });
      this.#idleMs = FAILED_MS;
    }
  }

  /** @returns whether there is more to do soon */
  async #round(): Promise<boolean> {
    const { engine, clock } = this.#deps;
    const due = await engine.find(announcements, {
      where: { dueAt: { lte: clock.now() } },
      orderBy: [['dueAt', 'asc']],
      limit: MAX_DUE,
    });
    for (const noticeId of new Set(due.map((row) => row.noticeId))) await this.#advance(noticeId);
    return due.length > 0;
  }

  async #advance(noticeId: string): Promise<void> {
    const { engine, clock } = this.#deps;
    const whole = await wholeNotice(engine, noticeId);
    if (!whole || whole.notice.state === 'draft' || whole.notice.state === 'paused') {
      await this.#sleep(whole?.announcements ?? []);
      return;
    }
    await this.#sleep(whole.announcements.filter((row) => !isAlive(row)));
    if (!(await carryOutDue(this.#deps, whole, clock.now()))) return;
    // Cut short before started: a change waits until what it speaks of is settled.
    const order = (row: AnnouncementRow) => (row.state === 'running' ? 1 : 0);
    const open = (await wholeNotice(engine, noticeId))?.announcements.filter((row) => row.open) ?? [];
    for (const { id } of open.sort((one, other) => order(one) - order(other))) {
      const fresh = await wholeNotice(engine, noticeId);
      const word = fresh?.announcements.find((row) => row.id === id && row.open);
      if (!fresh || !word || fresh.notice.state === 'paused') continue;
      if (word.dueAt === null || word.dueAt > clock.now()) continue;
      await this.#work(fresh.notice, word, fresh.announcements);
    }
  }

  async #sleep(rows: readonly AnnouncementRow[]): Promise<void> {
    const patches = rows
      .filter(({ dueAt }) => dueAt !== null)
      .map(({ id }): Patch<AnnouncementRow> => ({ id, set: { dueAt: null } }));
    await this.#deps.engine.patchMany(announcements, patches);
  }

  async #work(notice: NoticeRow, given: AnnouncementRow, all: readonly AnnouncementRow[]): Promise<void> {
    const { engine, clock } = this.#deps;
    const word = given.gathering ? await this.#gather(notice, given, all) : given;
    if (!word) return;
    const next = word.state === 'running' ? await this.#feed(notice, word, all) : await this.#sweep(word);
    if (next === 'over') {
      this.#templates.over(word);
      const over = { open: false, dueAt: null } as const;
      const { id } = word;
      await engine.patchMany(announcements, [
        { id, set: { ...over, state: 'done' }, when: { state: 'running', gathering: false } },
      ]);
      await engine.patchMany(announcements, [{ id, set: over, when: { open: true, gathering: false } }]);
      this.#deps.log.info('announcement.closed', { announcement: word.id, audience: word.audience });
    } else if (next > clock.now()) {
      const until = Math.min(next, word.state === 'running' ? word.uselessAfter : next);
      await engine.patchMany(announcements, [
        { id: word.id, set: { dueAt: until }, when: { open: true, dueAt: given.dueAt } },
      ]);
    }
  }

  /** @returns the announcement as it is then; undefined when it has to be looked at again first */
  async #gather(
    notice: NoticeRow,
    given: AnnouncementRow,
    all: readonly AnnouncementRow[],
  ): Promise<AnnouncementRow | undefined> {
    const { clock } = this.#deps;
    if (given.cursor === '' && (await this.#isInAir(given, all))) {
      const dueAt = clock.now() + 250;
      await this.#deps.engine.patchMany(announcements, [
        { id: given.id, set: { dueAt }, when: { open: true, dueAt: given.dueAt } },
      ]);
      return undefined;
    }
    let word = given;
    for (let slice = 0; word.gathering && slice < GATHER_SLICES; slice += 1) {
      const after = await gatherSlice(this.#deps, notice, word, all, clock.now());
      this.#deps.onPoint?.('after-gathered');
      if (!after) return undefined;
      word = after;
      await breathe();
    }
    return word;
  }

  /** Whether messages of the earlier announcements are on their way: in some seconds it is known who has heard them. */
  async #isInAir(word: AnnouncementRow, all: readonly AnnouncementRow[]): Promise<boolean> {
    if (word.kind === 'before' || word.kind === 'begun') return false;
    if (this.#deps.clock.now() - word.at > IN_AIR_MS && word.kind !== 'done') return false;
    const earlier = earlierThan(word, all).map(({ id }) => id);
    if (earlier.length === 0 || this.#deps.clock.now() >= word.uselessAfter) return false;
    const waiting = word.kind === 'done' ? ['attempted'] : ['queued', 'claimed', 'attempted'];
    const where = { purpose: 'notice', announcementId: { in: earlier }, state: { in: waiting } } as const;
    return (await this.#deps.engine.find(outbox, { where: where as never, limit: 1 })).length > 0;
  }

  /** @returns when to look again, or that there is nothing more to do */
  async #feed(notice: NoticeRow, given: AnnouncementRow, all: readonly AnnouncementRow[]): Promise<number | 'over'> {
    const { clock, phoneNumberId } = this.#deps;
    if (phoneNumberId === undefined) return clock.now() + IDLE_MS;
    const usable = await this.#templates.usable(given);
    await this.#templates.wake(given, usable);
    let [row, word] = [notice, given];
    for (let slice = 0; slice < FEED_SLICES; slice += 1) {
      const room = await this.#room(phoneNumberId);
      if (room < 1) return clock.now() + BUSY_MS;
      const now = clock.now();
      const due = await this.#planned(word.id, Math.min(room, SLICE), now);
      if (due.length === 0) return this.#afterLast(word);
      const fed = await feedSlice(
        { ...this.#deps, phoneNumberId, isUsable: (language) => usable.has(language) },
        row,
        word,
        all,
        due,
        now,
      );
      this.#deps.onPoint?.('after-fed');
      if (!fed) return now;
      if (fed.waiting > 0) this.#templates.note(word);
      if (fed.queued > 0) {
        if (!word.fed) row = { ...row, version: row.version + 1 };
        word = { ...word, fed: true };
        this.#deps.onQueued();
      }
      await breathe();
    }
    return clock.now();
  }

  #planned(announcementId: string, limit: number, until: number): Promise<RecipientRow[]> {
    return this.#deps.engine.find(recipients, {
      where: { announcementId, state: 'planned', dueAt: { lte: until } },
      orderBy: [['dueAt', 'asc']],
      limit,
    });
  }

  async #afterLast(word: AnnouncementRow): Promise<number | 'over'> {
    const { clock } = this.#deps;
    const [next] = await this.#planned(word.id, 1, Number.MAX_SAFE_INTEGER);
    if (next) return this.#templates.nextLook(word, Math.max(next.dueAt, clock.now() + 1));
    if (word.gathering) return clock.now();
    return (await this.#isUnsettled(word.id)) ? clock.now() + IDLE_MS : 'over';
  }

  /** @returns when to look again, or that there is nothing more to do */
  async #sweep(word: AnnouncementRow): Promise<number | 'over'> {
    const { engine, clock } = this.#deps;
    if (!(await sweep(engine, word, clock.now())) || word.gathering) return clock.now();
    return (await this.#isUnsettled(word.id)) ? clock.now() + 250 : 'over';
  }

  async #isUnsettled(announcementId: string): Promise<boolean> {
    const where = { purpose: 'notice', announcementId, state: { in: ['queued', 'claimed', 'attempted'] } } as const;
    return (await this.#deps.engine.find(outbox, { where: where as never, limit: 1 })).length > 0;
  }

  /** How many more messages the outbox takes: it never holds many more than can leave at once, so that a reply finds nothing to pass. */
  async #room(phoneNumberId: string): Promise<number> {
    const where = {
      phoneNumberId,
      active: true,
      priority: PRIORITIES.notice,
      state: { in: ['queued', 'claimed'] },
    } as const;
    const waiting = await this.#deps.engine.count(outbox, where as never);
    return Math.max(SLICE, this.#deps.perSecond * AHEAD_SECONDS) - waiting;
  }
}
