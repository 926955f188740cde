import { insert, set, type Engine, type Op } from '../storage/engine.js';
import { plannedRow, type WholeNotice } from './acts.js';
import { whatIsDue } from './due.js';
import { announcements, notices, type AnnouncementRow, type NoticeRow } from './notice-tables.js';
import { windowOf } from './notice.js';
import { scheduled } from './schedule.js';
import type { NoticeLanguage, Wordings } from './wordings.js';

/** What the planner says is due of a notice, as the writes of one commit: announcements start with their words frozen, are skipped, or end for
 *  whoever has not got them. */

export type DueDeps = {
  readonly engine: Engine;
  readonly wordings: Pick<Wordings, 'say'>;
  readonly newId: () => string;
  readonly log: Record<'info', (event: string, fields: Record<string, string | number>) => void>;
};

/** @returns false when somebody else changed the notice meanwhile @throws StoreUnavailable */
export async function carryOutDue(
  { engine, wordings, newId, log }: DueDeps,
  { notice, announcements: words }: WholeNotice,
  now: number,
): Promise<boolean> {
  const due = whatIsDue(words, notice, now);
  const starting = words.filter(({ id }) => due.starts.includes(id)).map((row) => started(wordings, notice, row, now));
  const begun = due.turnsIntoBegun
    ? [started(wordings, notice, plannedRow(notice.id, begunNow(notice), newId()), now)]
    : [];
  const ops: Op[] = [
    ...starting.map(({ id, ...fields }) => set(announcements, id, fields, { state: 'planned' })),
    ...begun.map((row) => insert(announcements, row)),
    ...due.skips.map(({ id, reason }) =>
      set(announcements, id, { state: 'skipped', reason, dueAt: null }, { state: 'planned' }),
    ),
    ...due.ends.map(({ id, reason }) => {
      const isFed = words.some((word) => word.id === id && word.fed);
      return set(announcements, id, { state: isFed ? 'done' : 'skipped', reason, dueAt: now }, { state: 'running' });
    }),
  ];
  if (ops.length === 0) return true;
  ops.push(set(notices, notice.id, { version: notice.version + 1 }, { version: notice.version }));
  if ((await engine.commit(ops)) === 'conflict') return false;
  for (const { id, kind } of [...starting, ...begun]) log.info('announcement.started', { announcement: id, kind });
  for (const { id, reason } of due.skips) log.info('announcement.skipped', { announcement: id, reason });
  return true;
}

function started(
  wordings: DueDeps['wordings'],
  { plan }: NoticeRow,
  row: AnnouncementRow,
  now: number,
): AnnouncementRow {
  const what = {
    kind: row.kind,
    window: windowOf(plan),
    formerly: row.formerly,
    usefulMs: row.uselessAfter - now,
  };
  const say = (language: NoticeLanguage) => wordings.say(what, language);
  const texts = { ru: say('ru'), en: say('en') };
  return {
    ...{ ...row, state: 'running', open: true, gathering: true, cursor: '', dueAt: now, texts },
    ttlMs: Math.max(texts.ru.ttlSeconds, texts.en.ttlSeconds) * 1_000,
  };
}

const begunNow = (notice: NoticeRow) =>
  scheduled({ ...notice.plan }, 'begun', null, notice.startsAt, { quiet: null, timeZones: [] });
