import { insert, set, type Op } from '../storage/engine.js';
import type { QuietHours } from '../config.js';
import { announcements, notices, type AnnouncementRow, type NoticeRow } from './notice-tables.js';
import { saysOtherwise, windowOf, type NoticePlan, type NoticeState, type SkipReason } from './notice.js';
import { leadKey, parseLead } from './lead.js';
import { scheduled, scheduleOf, type Scheduled } from './schedule.js';
import type { WindowFacts } from './wordings.js';

/** What operators do to a notice, as the writes of one commit. Each compares and sets the notice's version; whether the moment is right is
 *  asked beforehand (`stateOf`). Pure. */

export type ActFacts = {
  readonly now: number;
  /** The operator's id. */
  readonly by: string;
  readonly newId: () => string;
  readonly quiet: QuietHours | null;
  readonly companyZone: string;
};

/** A notice with all its announcements, the oldest first. */
export type WholeNotice = { readonly notice: NoticeRow; readonly announcements: readonly AnnouncementRow[] };
export type Changed = WholeNotice & { readonly ops: readonly Op[] };

/** How often a window may be changed. */
export const MAX_CHANGES = 50;

/** What is shown of it now: a window begins and ends by the clock. One that is paused stays so while anything of it may still leave. */
export function stateOf(
  { state, startsAt, endsAt }: NoticeRow,
  words: readonly AnnouncementRow[],
  now: number,
): NoticeState {
  if (state === 'draft' || state === 'cancelled') return state;
  if (state === 'paused' && (now < endsAt || words.some(isAlive))) return 'paused';
  if (now >= endsAt) return 'done';
  return now >= startsAt ? 'underWay' : 'approved';
}

export const isAlive = ({ state, open }: AnnouncementRow): boolean => state === 'planned' || open;

export function makeNotice(plan: NoticePlan, facts: ActFacts): Changed {
  const id = facts.newId();
  const notice: NoticeRow = {
    id,
    state: 'draft',
    startsAt: plan.startsAt,
    endsAt: plan.endsAt,
    plan,
    history: [],
    proposed: null,
    told: null,
    timeZones: [],
    evenIfLate: false,
    madeAt: facts.now,
    madeBy: facts.by,
    changedAt: null,
    changedBy: null,
    approvedAt: null,
    approvedBy: null,
    version: 1,
  };
  const words = scheduleOf(plan, scheduleFacts(notice, facts)).map((one) => plannedRow(id, one, facts.newId()));
  const ops = [insert(notices, notice), ...words.map((row) => insert(announcements, row))];
  return { notice, announcements: words, ops };
}

/** @param timeZones where the audience lives */
export function approve(
  { notice, announcements: words }: WholeNotice,
  given: { readonly evenIfLate: boolean; readonly timeZones: readonly string[] },
  facts: ActFacts,
): Changed {
  const plan = notice.plan;
  const after: NoticeRow = {
    ...{ ...notice, ...given, state: 'approved', approvedAt: facts.now, approvedBy: facts.by },
    version: notice.version + 1,
  };
  const schedule = scheduleFacts(after, facts);
  const rows = words.map((row): AnnouncementRow => {
    if (row.state !== 'planned') return row;
    const { notBefore } = scheduled({ ...plan }, row.kind, row.lead, row.at, schedule);
    return { ...row, notBefore, dueAt: notBefore };
  });
  return changedNotice({ notice, announcements: words }, after, rows);
}

/** Nothing starts any more, and what is queued waits. */
export function pause(whole: WholeNotice): Changed {
  const after: NoticeRow = { ...whole.notice, state: 'paused', version: whole.notice.version + 1 };
  return changedNotice(
    whole,
    after,
    whole.announcements.map((row) => ({ ...row, dueAt: null })),
  );
}

export function resume(whole: WholeNotice, { now }: ActFacts): Changed {
  const after: NoticeRow = { ...whole.notice, state: 'approved', version: whole.notice.version + 1 };
  return changedNotice(
    whole,
    after,
    whole.announcements.map((row) => awake(row, now)),
  );
}

/** Whoever heard of it, or may have, hears that it is off. */
export function cancel(whole: WholeNotice, facts: ActFacts): Changed {
  const { notice } = whole;
  const { now } = facts;
  const after: NoticeRow = { ...notice, state: 'cancelled', proposed: null, version: notice.version + 1 };
  const rows = whole.announcements.map((row) => cut(awake(row, now), 'cancelled', now));
  const heard = notice.told !== null && now < notice.endsAt;
  const word = heard ? [armed(wordNow(notice, 'cancelled', now, facts), now)] : [];
  return changedNotice(whole, after, [...rows, ...word]);
}

/** Another plan for a draft or an approved notice. Planned announcements move with it; where the texts become untrue, running ones are cut
 *  short, and whoever heard the old words hears of the change, once: a change that has not left yet gives way to the next. */
export function change(whole: WholeNotice, plan: NoticePlan, facts: ActFacts): Changed {
  const { notice } = whole;
  const { now, by } = facts;
  const after: NoticeRow = {
    ...notice,
    plan,
    startsAt: plan.startsAt,
    endsAt: plan.endsAt,
    history: [...notice.history, { plan: notice.plan, until: now, by }],
    proposed: null,
    changedAt: now,
    changedBy: by,
    version: notice.version + 1,
  };
  const lives = notice.state === 'approved';
  const isUntrue = saysOtherwise(notice.plan, plan);
  const schedule = scheduleOf(plan, scheduleFacts(after, facts));
  const used = new Set<Scheduled>();
  let isCutShort = false;
  const rows = whole.announcements.map((row): AnnouncementRow => {
    if (isUntrue && (row.state === 'running' || (row.state === 'planned' && row.forNewcomers))) {
      isCutShort ||= row.kind === 'before';
      return cut(row, 'changed', now);
    }
    if (row.state !== 'planned' || row.forNewcomers) return row;
    const next = schedule.find((one) => !used.has(one) && isSame(one, row));
    if (!next) return cut(row, 'changed', now);
    used.add(next);
    return { ...row, ...next, dueAt: lives ? next.notBefore : row.dueAt };
  });
  const added = schedule.filter((one) => !used.has(one) && isNews(one, whole, now));
  const latest = schedule.filter((one) => one.kind === 'before' && one.at <= now && !used.has(one)).at(-1);
  // Those whom the run had not reached hear of the window as it is now, and not of a change of what they never heard.
  const rest =
    isCutShort && latest && now < plan.startsAt && notice.told !== null
      ? [{ ...plannedRow(notice.id, { ...latest, at: now, notBefore: now }, facts.newId()), forNewcomers: true }]
      : [];
  const told = notice.told;
  const word =
    told !== null && isUntrue && saysOtherwise(told, plan)
      ? [{ ...wordNow(after, 'changed', now, facts), formerly: told }]
      : [];
  const more = [...added.map((one) => plannedRow(notice.id, one, facts.newId())), ...rest, ...word];
  return changedNotice(whole, after, [...rows, ...more.map((row) => (lives ? armed(row, now) : row))]);
}

/** The change waits for a second operator; nothing else happens. */
export function propose({ notice, announcements: words }: WholeNotice, plan: NoticePlan, facts: ActFacts): Changed {
  const proposed = { plan, at: facts.now, by: facts.by };
  const after: NoticeRow = { ...notice, proposed, version: notice.version + 1 };
  return changedNotice({ notice, announcements: words }, after, words);
}

const isSame = (one: Scheduled, row: AnnouncementRow): boolean => {
  if (one.kind !== row.kind) return false;
  const [mine, theirs] = [one.lead, row.lead].map((text) => text && parseLead(text));
  return mine && theirs ? leadKey(mine) === leadKey(theirs) : one.lead === row.lead;
};

/** Whether it is to be said though nothing of the kind is planned: its time is ahead, or nobody was told anything yet. */
function isNews(one: Scheduled, { notice, announcements: rows }: WholeNotice, now: number): boolean {
  const said = rows.filter((row) => row.state !== 'planned' && isSame(one, row));
  if (said.some((row) => row.at === one.at)) return false;
  if (one.at > now) return true;
  return said.length === 0 && (one.kind !== 'before' || notice.told === null);
}

/** What has not left yet does not leave any more. */
function cut(row: AnnouncementRow, reason: SkipReason, now: number): AnnouncementRow {
  if (row.state !== 'planned' && row.state !== 'running') return row;
  return { ...row, state: 'cancelled', reason, dueAt: row.open ? now : null };
}

/** What a resume looks at again. */
const awake = (row: AnnouncementRow, now: number): AnnouncementRow =>
  isAlive(row) ? { ...row, dueAt: row.open ? now : Math.max(row.notBefore, now) } : row;

const armed = (row: AnnouncementRow, now: number): AnnouncementRow => ({ ...row, dueAt: Math.max(row.notBefore, now) });

const wordNow = (notice: NoticeRow, kind: 'changed' | 'cancelled', now: number, facts: ActFacts): AnnouncementRow =>
  plannedRow(notice.id, scheduled({ ...notice.plan }, kind, null, now, scheduleFacts(notice, facts)), facts.newId());

const scheduleFacts = ({ timeZones, plan }: NoticeRow, { quiet, companyZone }: ActFacts) => ({
  quiet,
  timeZones: new Set([companyZone, ...timeZones, ...(timeZones.length === 0 ? [plan.timeZone] : [])]),
});

export const plannedRow = (noticeId: string, one: Scheduled, id: string): AnnouncementRow => ({
  id,
  noticeId,
  kind: one.kind,
  lead: one.lead,
  at: one.at,
  notBefore: one.notBefore,
  uselessAfter: one.uselessAfter,
  state: 'planned',
  reason: null,
  dueAt: null,
  open: false,
  gathering: false,
  cursor: null,
  audience: 0,
  fed: false,
  forNewcomers: false,
  formerly: null,
  texts: null,
  ttlMs: null,
});

/** The writes that lead from one to the other. An announcement is written only where the act means it: how far its run is stays. */
export function changedNotice(before: WholeNotice, notice: NoticeRow, rows: readonly AnnouncementRow[]): Changed {
  const { id, ...fields } = notice;
  const ops: Op[] = [set(notices, id, fields, { version: before.notice.version })];
  const known = new Map(before.announcements.map((row) => [row.id, row]));
  for (const row of rows) {
    const old = known.get(row.id);
    if (!old) ops.push(insert(announcements, row));
    else {
      const patch = differences(old, row);
      if (Object.keys(patch).length > 0) ops.push(set(announcements, row.id, patch));
    }
  }
  return { notice, announcements: rows, ops };
}

function differences(old: AnnouncementRow, row: AnnouncementRow): Partial<Omit<AnnouncementRow, 'id'>> {
  const changed = Object.entries(row).filter(([field, value]) => old[field as keyof AnnouncementRow] !== value);
  return Object.fromEntries(changed);
}

/** What the texts of a notice say now. */
export const windowNow = ({ plan }: NoticeRow): WindowFacts => windowOf(plan);
