import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { outbox } from '../delivery/outbox-table.js';
import { SLICE, type Engine } from '../storage/engine.js';
import type { AudienceFilter } from './notice.js';

/** Whom a notice concerns: everybody the filter selects, or those who have heard of it; page by page. */

export type AudiencePage = {
  readonly people: readonly ContactRow[];
  /** Where the next page begins; null after the last one. */
  readonly cursor: string | null;
};

/** The next of everybody that the filter selects, in the order of their ids. @param cursor '' for the first page */
export async function selectPage(engine: Engine, filter: AudienceFilter, cursor: string): Promise<AudiencePage> {
  const rows = await engine.find(contacts, {
    where: { id: { gt: cursor as ContactId } },
    orderBy: [['id', 'asc']],
    limit: SLICE,
  });
  const selects = selectorOf(filter);
  return {
    people: rows.filter((row) => row.mergedInto === null && selects(row)),
    cursor: rows.length === SLICE ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** One of the sites, if sites are named, and one of the tags, if tags are. Case and outer blanks do not matter. */
export function selectorOf({ sites, tags }: AudienceFilter): (contact: Pick<ContactRow, 'sites' | 'tags'>) => boolean {
  const [wantedSites, wantedTags] = [sites, tags].map((list) => list && new Set(list.map(folded)));
  const isAmong = (wanted: ReadonlySet<string> | undefined, theirs: readonly string[]) =>
    wanted === undefined || theirs.some((one) => wanted.has(folded(one)));
  return (contact) => isAmong(wantedSites, contact.sites) && isAmong(wantedTags, contact.tags);
}

const folded = (text: string): string => text.trim().toLowerCase();

/** The next of those to whom one of these announcements went, or may have gone: what Graph took and has not failed, and what nobody knows.
 *  @param cursor `announcement:contact`, '' for the first page */
export async function heardPage(
  engine: Engine,
  announcementIds: readonly string[],
  cursor: string,
): Promise<{ readonly contactIds: readonly ContactId[]; readonly cursor: string | null }> {
  const [from = '', after = ''] = cursor.split(':');
  const [announcementId, following] = announcementIds.filter((id) => id >= from).sort();
  if (announcementId === undefined) return { contactIds: [], cursor: null };
  const rows = await engine.find(outbox, {
    where: {
      purpose: 'notice',
      announcementId,
      contactId: { gt: (announcementId === from ? after : '') as ContactId },
    },
    orderBy: [['contactId', 'asc']],
    limit: SLICE,
  });
  const isLast = rows.length < SLICE;
  const next = isLast ? following && `${following}:` : `${announcementId}:${rows.at(-1)?.contactId ?? ''}`;
  return { contactIds: rows.filter(hasHeard).map((row) => row.contactId), cursor: next ?? null };
}

/** Which of these people have heard of it by one of the announcements. */
export async function heardAmong(
  engine: Engine,
  announcementIds: readonly string[],
  people: readonly ContactId[],
): Promise<ReadonlySet<ContactId>> {
  if (announcementIds.length === 0 || people.length === 0) return new Set();
  const rows = await engine.find(outbox, {
    where: { purpose: 'notice', announcementId: { in: announcementIds }, contactId: { in: people } },
    limit: announcementIds.length * people.length,
  });
  return new Set(rows.filter(hasHeard).map((row) => row.contactId));
}

type Fate = {
  readonly state: string;
  readonly failedAt: number | null;
  readonly deliveredAt: number | null;
  readonly readAt: number | null;
};

/** A "delivered" disproves a "failed" (reference §4). What is in the air counts: by the time it is asked again it is known or unknown. */
const hasHeard = ({ state, failedAt, deliveredAt, readAt }: Fate): boolean =>
  state === 'unknown' ||
  state === 'attempted' ||
  (state === 'accepted' && (failedAt === null || deliveredAt !== null || readAt !== null));
