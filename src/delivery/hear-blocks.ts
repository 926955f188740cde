import { BLOCKED_BY_US } from '../contacts/blocked.js';
import { contacts } from '../contacts/contact-tables.js';
import { survivorsOf } from '../contacts/find-contacts.js';
import type { ContactId } from '../contacts/identity.js';
import { set, StoreUnavailable, type Engine } from '../storage/engine.js';
import { outbox } from './outbox-table.js';

/** What Meta said of a message of ours. */
type Refused = { readonly outboxId: string; readonly at: number; readonly errorCode: number | null };

const TRIES = 6;

/** Notes whom the company has blocked, so that nothing more is tried that nobody asked for. To be awaited before the news are marked as
 *  read; what is known already changes nothing. @throws StoreUnavailable */
export const hearBlocks =
  ({ engine, now }: { readonly engine: Engine; readonly now: () => number }) =>
  async (news: readonly Refused[]): Promise<void> => {
    const blocked = news.filter(({ errorCode }) => errorCode === BLOCKED_BY_US);
    if (blocked.length === 0) return;
    const rows = new Map(
      (await engine.getMany(outbox, [...new Set(blocked.map(({ outboxId }) => outboxId))])).map((row) => [row.id, row]),
    );
    for (const { outboxId, at } of blocked) {
      const row = rows.get(outboxId);
      if (row) await note(engine, row.contactId, Math.min(at, now()));
    }
  };

async function note(engine: Engine, contactId: ContactId, at: number): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const contact = (await survivorsOf(engine, [contactId])).get(contactId);
    if (!contact || (contact.blockedAt ?? 0) >= at) return;
    const { id, version, personKey } = contact;
    const op = set(contacts, id, { blockedAt: at, version: version + 1 }, { version });
    if ((await engine.commit([op], personKey)) === 'committed') return;
  }
  throw new StoreUnavailable('the contact changes faster than it can be written');
}
