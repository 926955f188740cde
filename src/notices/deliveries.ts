import { outbox } from '../delivery/outbox-table.js';
import type { Engine } from '../storage/engine.js';
import { fateOfMessage, fateOfRecipient, lapsedBefore, type DeliveryState, type Fate } from './counts.js';
import { recipientId, recipients, type AnnouncementRow } from './notice-tables.js';
import type { SkipReason } from './notice.js';

/** The people behind the counts: announcement by announcement, each in the order of the contacts. */

export type Delivery = Fate & { readonly contactId: string; readonly announcement: string; readonly at: number };

export type DeliveriesQuery = {
  readonly state: DeliveryState | undefined;
  readonly reason: SkipReason | undefined;
  /** After this one: `announcement:contact`. */
  readonly after: string | undefined;
  readonly limit: number;
};

const PAGE = 500;
/** Rows looked at for one answer; where a filter fits few of them the page is short, and has a `next` all the same. */
const MAX_ROWS = 20_000;

export async function readDeliveries(
  engine: Engine,
  words: readonly AnnouncementRow[],
  { state, reason, after, limit }: DeliveriesQuery,
  now: number,
): Promise<{ readonly items: readonly Delivery[]; readonly next?: string }> {
  const [fromWord = '', fromContact = ''] = after?.split(':') ?? [];
  const items: Delivery[] = [];
  let seen = 0;
  for (const word of words.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    if (word.id < fromWord) continue;
    let cursor = word.id === fromWord ? fromContact : '';
    for (let more = true; more;) {
      const page = await deliveriesPage(engine, word, cursor, now);
      more = page.length === PAGE;
      for (const one of page) {
        seen += 1;
        cursor = one.contactId;
        const fits = (state === undefined || one.state === state) && (reason === undefined || one.reason === reason);
        if (fits && items.length === limit) {
          const last = items.at(-1);
          return { items, ...(last ? { next: recipientId(last.announcement, last.contactId) } : {}) };
        }
        if (fits) items.push(one);
      }
      if (seen >= MAX_ROWS && more) return { items, next: recipientId(word.id, cursor) };
    }
  }
  return { items };
}

/** The next people of one announcement, whether their message is queued or they have none. */
async function deliveriesPage(engine: Engine, word: AnnouncementRow, after: string, now: number): Promise<Delivery[]> {
  const [messages, others] = await Promise.all([
    engine.find(outbox, {
      where: { purpose: 'notice', announcementId: word.id, contactId: { gt: after as never } },
      orderBy: [['contactId', 'asc']],
      limit: PAGE,
    }),
    engine.find(recipients, {
      where: {
        id: { gt: recipientId(word.id, after), lt: `${word.id};` },
        announcementId: word.id,
        state: { notIn: ['queued'] },
      },
      orderBy: [['id', 'asc']],
      limit: PAGE,
    }),
  ]);
  const lapsed = lapsedBefore(word, now);
  const told = messages.map((row): Delivery => ({
    ...fateOfMessage(row, lapsed),
    contactId: row.contactId,
    announcement: word.id,
    at:
      row.readAt ?? row.deliveredAt ?? row.failedAt ?? row.sentAt ?? row.settledAt ?? row.attemptedAt ?? row.createdAt,
  }));
  const untold = others.map((row): Delivery => ({
    ...fateOfRecipient(row, word),
    contactId: row.contactId,
    announcement: word.id,
    at: row.at,
  }));
  return [...told, ...untold].sort((one, other) => (one.contactId < other.contactId ? -1 : 1)).slice(0, PAGE);
}
