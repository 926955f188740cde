import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import type { OutboxRow } from './outbox-table.js';

/** Who the rows are for, as they are known now: by the row's own contact id, though two people may have become one since it was queued. */
export async function recipientsOf(
  engine: Engine,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<ContactId, ContactRow>> {
  const found = await read(engine, new Set(rows.map((row) => row.contactId)));
  const merged = new Set([...found.values()].flatMap((contact) => contact.mergedInto ?? []));
  if (merged.size === 0) return found;
  const survivors = await read(engine, merged);
  return new Map(
    [...found].flatMap(([id, contact]): [ContactId, ContactRow][] => {
      const person = contact.mergedInto === null ? contact : survivors.get(contact.mergedInto);
      return person ? [[id, person]] : [];
    }),
  );
}

async function read(engine: Engine, ids: ReadonlySet<ContactId>): Promise<Map<ContactId, ContactRow>> {
  return new Map((await engine.getMany(contacts, [...ids])).map((contact) => [contact.id, contact]));
}
