import type { QuietHours } from '../config.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { survivorsOf } from '../contacts/find-contacts.js';
import { insert, set, type Engine, type Op } from '../storage/engine.js';
import { heardAmong, heardPage, selectPage } from './audience.js';
import { isTimeZone } from './given-time.js';
import {
  announcements,
  recipientId,
  recipients,
  type AnnouncementRow,
  type NoticeRow,
  type RecipientRow,
} from './notice-tables.js';
import { leavingAt, type Leaving, type LeavingFacts } from './quiet-hours.js';

/** Writes down an announcement's audience when it starts: one row a person, in slices, each in one commit with how far it is. Whether
 *  somebody agreed is not asked here but when the message leaves. */

export type GatherDeps = {
  readonly engine: Engine;
  readonly quiet: QuietHours | null;
  readonly companyZone: string;
};

/** One slice. @returns the announcement as it is now; undefined when somebody else was at it meanwhile */
export async function gatherSlice(
  deps: GatherDeps,
  notice: NoticeRow,
  word: AnnouncementRow,
  all: readonly AnnouncementRow[],
  now: number,
): Promise<AnnouncementRow | undefined> {
  const earlier = earlierThan(word, all);
  const page = await nextPage(deps.engine, notice, word, earlier);
  // Of contacts each comes once; of those who heard, somebody may have heard twice.
  const known = isForAll(word) ? new Set<string>() : await knownOf(deps.engine, word, page.people);
  const fresh = page.people.filter((person) => !known.has(recipientId(word.id, person.id)));
  const informed = word.forNewcomers
    ? await heardAmong(
        deps.engine,
        earlier.map(({ id }) => id),
        fresh.map(({ id }) => id),
      )
    : new Set<ContactId>();
  const leaving = leavingByZone(deps, notice, word, all, now);
  const rows = fresh.map((person): RecipientRow =>
    informed.has(person.id)
      ? recipientRow(word.id, person.id, { kind: 'skipped', reason: 'changed' }, now)
      : recipientRow(word.id, person.id, leaving(person), now),
  );
  const progress = {
    cursor: page.cursor,
    gathering: page.cursor !== null,
    audience: word.audience + rows.length,
  };
  const ops: Op[] = [
    set(announcements, word.id, progress, { gathering: true, cursor: word.cursor }),
    ...rows.map((row) => insert(recipients, row)),
  ];
  return (await deps.engine.commit(ops)) === 'committed' ? { ...word, ...progress } : undefined;
}

/** Those that somebody may have heard: after them a change, a cancellation or an end makes sense. */
export const earlierThan = (word: AnnouncementRow, all: readonly AnnouncementRow[]): readonly AnnouncementRow[] =>
  all.filter((one) => one.fed && one.id !== word.id && one.kind !== 'done');

const isForAll = ({ kind }: AnnouncementRow): boolean => kind === 'before' || kind === 'begun';

async function knownOf(
  engine: Engine,
  word: AnnouncementRow,
  people: readonly ContactRow[],
): Promise<ReadonlySet<string>> {
  const ids = people.map((person) => recipientId(word.id, person.id));
  return new Set((await engine.getMany(recipients, ids)).map(({ id }) => id));
}

async function nextPage(engine: Engine, notice: NoticeRow, word: AnnouncementRow, earlier: readonly AnnouncementRow[]) {
  const cursor = word.cursor ?? '';
  if (isForAll(word)) return selectPage(engine, notice.plan.audience, cursor);
  const page = await heardPage(
    engine,
    earlier.map(({ id }) => id),
    cursor,
  );
  const survivors = await survivorsOf(engine, page.contactIds);
  // Two who were told and have become one since are told once.
  return {
    people: [...new Map([...survivors.values()].map((person) => [person.id, person])).values()],
    cursor: page.cursor,
  };
}

const recipientRow = (announcementId: string, contactId: ContactId, leaving: Leaving, now: number): RecipientRow => ({
  id: recipientId(announcementId, contactId),
  announcementId,
  contactId,
  state: leaving.kind === 'leaves' ? 'planned' : 'skipped',
  reason: leaving.kind === 'leaves' ? null : leaving.reason,
  dueAt: leaving.kind === 'leaves' ? leaving.at : now,
  at: now,
});

/** When it leaves to a person: a matter of their zone alone. */
export function leavingByZone(
  { quiet, companyZone }: Pick<GatherDeps, 'quiet' | 'companyZone'>,
  notice: Pick<NoticeRow, 'plan'>,
  word: AnnouncementRow,
  all: readonly AnnouncementRow[],
  now: number,
): (person: Pick<ContactRow, 'timeZone'>) => Leaving {
  const zones = new Map<string, Leaving>();
  return (person) => {
    const zone = zoneOf(person, companyZone);
    let leaving = zones.get(zone);
    if (!leaving) zones.set(zone, (leaving = leavingAmong(notice, word, all, zone, quiet, now)));
    return leaving;
  };
}

/** Where somebody lives; the company's zone where nobody knows. */
export const zoneOf = ({ timeZone }: Pick<ContactRow, 'timeZone'>, companyZone: string): string =>
  timeZone !== null && isKnownZone(timeZone) ? timeZone : companyZone;

const zonesAsked = new Map<string, boolean>();
const MAX_ZONES = 2_000;

function isKnownZone(zone: string): boolean {
  let known = zonesAsked.get(zone);
  if (known === undefined && zonesAsked.size < MAX_ZONES) zonesAsked.set(zone, (known = isTimeZone(zone)));
  return known ?? isTimeZone(zone);
}

const HOUR_MS = 3_600_000;

/** As `leavingAt`; but of several words "before" that a night brings together only the latest is said. */
export function leavingAmong(
  notice: Pick<NoticeRow, 'plan'>,
  word: AnnouncementRow,
  all: readonly AnnouncementRow[],
  zone: string,
  quiet: QuietHours | null,
  now: number,
): Leaving {
  const leaving = leavingAt(leavingFacts(notice, word), zone, quiet, now);
  if (word.kind !== 'before' || leaving.kind !== 'leaves' || leaving.at === Math.max(word.at, now)) return leaving;
  const isCrowded = all.some((other) => {
    if (other.kind !== 'before' || other.at <= word.at || (other.state !== 'planned' && other.state !== 'running'))
      return false;
    const theirs = leavingAt(leavingFacts(notice, other), zone, quiet, now);
    return theirs.kind === 'leaves' && theirs.at <= leaving.at + HOUR_MS;
  });
  return isCrowded ? { kind: 'skipped', reason: 'tooLate' } : leaving;
}

const leavingFacts = ({ plan }: Pick<NoticeRow, 'plan'>, word: AnnouncementRow): LeavingFacts => ({
  kind: word.kind,
  at: word.at,
  notBefore: word.notBefore,
  uselessAfter: word.uselessAfter,
  startsAt: plan.startsAt,
  urgent: plan.urgent,
});
