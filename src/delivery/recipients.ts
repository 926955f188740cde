import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { erasures } from '../contacts/erasure-table.js';
import type { ContactId } from '../contacts/identity.js';
import { newContactRow } from '../contacts/new-contact-row.js';
import type { Engine } from '../storage/engine.js';
import type { OutboxRow } from './outbox-table.js';

/** Who the rows are for, as they are known now: by the row's own contact id, though two people may have become one since it was queued. Of
 *  somebody who was erased nothing is known but where the last word goes, and only for that row. */
export async function recipientsOf(
  engine: Engine,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<ContactId, ContactRow>> {
  const known = await read(engine, new Set(rows.map((row) => row.contactId)));
  const gone = rows.filter((row) => !known.has(row.contactId));
  const found = gone.length === 0 ? known : new Map([...known, ...(await lastWords(engine, gone))]);
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

async function lastWords(engine: Engine, rows: readonly OutboxRow[]): Promise<Map<ContactId, ContactRow>> {
  const leaving = await engine.getMany(erasures, [...new Set(rows.map((row) => row.contactId))]);
  const found = leaving.flatMap(({ id, to, personKey, outboxId }): [ContactId, ContactRow][] =>
    to && personKey && rows.some((row) => row.id === outboxId)
      ? [[id, newContactRow({ id, personKey, identities: to, createdAt: 0, version: 0 })]]
      : [],
  );
  return new Map(found);
}
