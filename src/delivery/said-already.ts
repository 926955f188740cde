import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { outbox, type OutboxRow } from './outbox-table.js';

/** Two contacts that have become one person may each have a message of one announcement: one of them leaves. What has left, or may have,
 *  comes first; then the message to the contact that goes on; then the older one. */

const MAX_CONTACTS = 500;

/** @returns ids of the rows that must not leave: the person has that announcement already, or gets it by another row */
export async function saidAlready(
  engine: Engine,
  rows: readonly OutboxRow[],
  people: ReadonlyMap<ContactId, ContactRow>,
): Promise<ReadonlySet<string>> {
  const joined = rows.flatMap((row) => {
    const person = row.announcementId === null ? undefined : people.get(row.contactId);
    return person && person.mergedIds.length > 0 ? [{ row, person }] : [];
  });
  const over = new Set<string>();
  for (const { row, person } of joined) {
    const contactIds = [person.id, ...person.mergedIds].slice(0, MAX_CONTACTS);
    const found = await engine.find(outbox, {
      where: { purpose: 'notice', announcementId: row.announcementId, contactId: { in: contactIds } },
      limit: MAX_CONTACTS,
    });
    const [first] = found
      .filter(({ state }) => state !== 'rejected')
      .sort((one, other) => rank(one, person) - rank(other, person) || (one.id < other.id ? -1 : 1));
    if (first && first.id !== row.id) over.add(row.id);
  }
  return over;
}

function rank({ state, contactId }: OutboxRow, person: ContactRow): number {
  if (state !== 'queued' && state !== 'claimed') return 0;
  return contactId === person.id ? 1 : 2;
}
