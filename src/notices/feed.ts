import { isBlocked } from '../contacts/blocked.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { survivorsOf } from '../contacts/find-contacts.js';
import { maySend, refusalOf } from '../consent/consent.js';
import { readGuards } from '../consent/ledger.js';
import { outbox, PRIORITIES } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { conversationId } from '../messages/message-tables.js';
import { openWindows } from '../messages/open-windows.js';
import { insert, set, type Engine, type Op } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { leavingByZone, type GatherDeps } from './gather.js';
import {
  announcements,
  notices,
  recipientId,
  recipients,
  type AnnouncementRow,
  type NoticeRow,
  type RecipientRow,
} from './notice-tables.js';
import { windowOf, type SkipReason } from './notice.js';
import { NOTICE_LANGUAGES, type NoticeLanguage } from './wordings.js';

/** Hands the next of an announcement's people to the outbox, a slice at a time and never many more than can leave within seconds: what is
 *  planned costs the dispatcher nothing. Everything is asked of each person now, and of those who stay once more at the attempt. */

export type FeedDeps = GatherDeps & {
  readonly phoneNumberId: string;
  readonly languageOf: (person: ContactRow) => NoticeLanguage;
  /** Whether the template of a language may be used now. */
  readonly isUsable: (language: NoticeLanguage) => boolean;
};

export type Fed = {
  readonly queued: number;
  readonly decided: number;
  /** How many wait for their template. */
  readonly waiting: number;
};

/** A person whose template cannot be used waits and is looked at again, for they may have written meanwhile; an approval wakes them sooner. */
const TEMPLATE_RETRY_MS = 30_000;

type Fate =
  | { readonly kind: 'queued'; readonly person: ContactRow; readonly language: NoticeLanguage; readonly by: number }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'waits'; readonly until: number; readonly reason: SkipReason | null };

/** @param due planned rows whose time has come, at most a slice; @returns undefined when somebody else was at them meanwhile */
export async function feedSlice(
  deps: FeedDeps,
  notice: NoticeRow,
  word: AnnouncementRow,
  all: readonly AnnouncementRow[],
  due: readonly RecipientRow[],
  now: number,
): Promise<Fed | undefined> {
  const { engine } = deps;
  const fateOf = await fates(deps, notice, word, all, due, now);
  const ops: Op[] = [];
  let [queued, waiting] = [0, 0];
  for (const row of due) {
    const fate = fateOf(row);
    const was = { state: 'planned', dueAt: row.dueAt } as const;
    if (fate.kind === 'waits') {
      if (fate.reason === 'template') waiting += 1;
      ops.push(set(recipients, row.id, { dueAt: fate.until, reason: fate.reason }, was));
    } else if (fate.kind === 'skipped')
      ops.push(set(recipients, row.id, { state: 'skipped', reason: fate.reason, at: now }, was));
    else {
      queued += 1;
      ops.push(set(recipients, row.id, { state: 'queued', reason: null, at: now }, was));
      ops.push(insert(outbox, messageRow(deps.phoneNumberId, word, fate, now)));
    }
  }
  if (queued > 0 && !word.fed) {
    ops.push(set(announcements, word.id, { fed: true }));
    ops.push(
      set(
        notices,
        notice.id,
        { told: windowOf(notice.plan), version: notice.version + 1 },
        { version: notice.version },
      ),
    );
  }
  return (await engine.commit(ops)) === 'committed' ? { queued, decided: due.length, waiting } : undefined;
}

const messageRow = (
  phoneNumberId: string,
  word: AnnouncementRow,
  { person, language, by }: Extract<Fate, { kind: 'queued' }>,
  now: number,
) =>
  queuedRow({
    id: timeId(now),
    phoneNumberId,
    contactId: person.id,
    personKey: person.personKey,
    purpose: 'notice',
    topic: 'maintenance',
    announcementId: word.id,
    priority: PRIORITIES.notice,
    content: word.texts?.[language].content ?? null,
    createdAt: now,
    dueAt: now,
    uselessAfter: by,
    answers: null,
  });

async function fates(
  deps: FeedDeps,
  notice: NoticeRow,
  word: AnnouncementRow,
  all: readonly AnnouncementRow[],
  due: readonly RecipientRow[],
  now: number,
): Promise<(row: RecipientRow) => Fate> {
  const people = await survivorsOf(
    deps.engine,
    due.map((row) => row.contactId),
  );
  const guards = await readGuards(
    deps.engine,
    [...people.values()].map((person) => person.id),
  );
  const merged = await othersOf(deps.engine, word, due, people);
  const mayBeTold = await tellable(deps, people.values(), now);
  const leaving = leavingByZone(deps, notice, word, all, now);
  return (row) => {
    const person = people.get(row.contactId);
    if (!person) return { kind: 'skipped', reason: 'erased' };
    if (merged(row, person)) return { kind: 'skipped', reason: 'merged' };
    const guard = guards.get(person.id);
    if (!maySend(guard, 'maintenance', now)) return { kind: 'skipped', reason: refusalOf(guard, 'maintenance') };
    if (isBlocked(person, now)) return { kind: 'skipped', reason: 'blocked' };
    if (!person.identities.some(({ kind }) => kind !== 'parentUserId'))
      return { kind: 'skipped', reason: 'undeliverable' };
    const when = leaving(person);
    if (when.kind === 'skipped') return when;
    if (when.at > now) return { kind: 'waits', until: when.at, reason: null };
    const language = deps.languageOf(person);
    if (!mayBeTold(person)) return { kind: 'waits', until: now + TEMPLATE_RETRY_MS, reason: 'template' };
    return { kind: 'queued', person, language, by: when.by };
  };
}

/** Who can be told now: those whose language has a template that may be used, and those who may be written to without one. The dispatcher
 *  decides in which form it leaves. */
async function tellable(
  { engine, phoneNumberId, languageOf, isUsable }: FeedDeps,
  people: Iterable<ContactRow>,
  now: number,
): Promise<(person: ContactRow) => boolean> {
  if (NOTICE_LANGUAGES.every(isUsable)) return () => true;
  const others = [...people].filter((person) => !isUsable(languageOf(person)));
  if (others.length === 0) return () => true;
  const talkOf = ({ personKey }: ContactRow) => conversationId(phoneNumberId, personKey);
  const open = await openWindows(engine, others.map(talkOf), now);
  return (person) => isUsable(languageOf(person)) || open.has(talkOf(person));
}

/** Two people who have become one since the audience was written down have two rows: the one that goes on keeps its own, and of those
 *  merged into somebody without a row one stays. */
async function othersOf(
  engine: Engine,
  word: AnnouncementRow,
  due: readonly RecipientRow[],
  people: ReadonlyMap<string, ContactRow>,
): Promise<(row: RecipientRow, person: ContactRow) => boolean> {
  const joined = due.flatMap((row) => people.get(row.contactId) ?? []).filter((person) => person.mergedIds.length > 0);
  if (joined.length === 0) return () => false;
  const ids = [
    ...new Set(joined.flatMap((person) => [person.id, ...person.mergedIds].map((id) => recipientId(word.id, id)))),
  ];
  const rows: RecipientRow[] = [];
  for (let from = 0; from < ids.length; from += 1_000)
    rows.push(...(await engine.getMany(recipients, ids.slice(from, from + 1_000))));
  const alive = new Map(rows.filter(({ state }) => state !== 'skipped').map((row) => [row.contactId, row]));
  return (row, person) => {
    const theirs = [person.id, ...person.mergedIds].flatMap((id) => alive.get(id) ?? []);
    const queued = theirs.find(({ state }) => state === 'queued');
    return (queued ?? theirs[0] ?? row).id !== row.id;
  };
}
