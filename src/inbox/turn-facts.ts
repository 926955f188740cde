import { cases, type CaseRow } from '../cases/case-table.js';
import { aliases, contacts, identities, type ContactRow } from '../contacts/contact-tables.js';
import { identitiesOf, identityKey, type ContactId, type PersonKey } from '../contacts/identity.js';
import type { Known } from '../contacts/people.js';
import { conversationId, conversations, type ConversationRow } from '../messages/message-tables.js';
import type { Engine } from '../storage/engine.js';
import type { InboxRow } from './inbox-tables.js';
import type { PersonUpdate } from './update.js';

/** One waiting row and what it says. */
export type Waiting = { readonly row: InboxRow; readonly update: PersonUpdate };

/** All that the turns of a batch of persons need of the store, read in one query a table, not one a person. */
export type BatchFacts = {
  readonly known: Known;
  readonly aliases: ReadonlyMap<PersonKey, PersonKey>;
  readonly conversations: ReadonlyMap<string, ConversationRow>;
  /** Cases that are not closed, by contact. */
  readonly openCases: ReadonlyMap<ContactId, CaseRow>;
};

const MAX_OPEN_CASES = 1_000;

export async function loadFacts(
  engine: Engine,
  batch: ReadonlyMap<PersonKey, readonly Waiting[]>,
): Promise<BatchFacts> {
  const identityKeys = new Set<string>();
  for (const waiting of batch.values()) {
    for (const { update } of waiting) {
      const senders = update.kind === 'identityChange' ? [update.before, update.after] : [update.sender];
      for (const sender of senders)
        for (const identity of identitiesOf(sender)) identityKeys.add(identityKey(identity));
    }
  }
  const keys = [...batch.keys()];
  const [identityRows, aliasRows] = await Promise.all([
    engine.getMany(identities, [...identityKeys]),
    engine.getMany(aliases, keys),
  ]);
  const contactIds = [...new Set(identityRows.map((row) => row.contactId))];
  const contactRows = await engine.getMany(contacts, contactIds);
  const conversationIds = new Set<string>();
  for (const [key, waiting] of batch)
    for (const { row } of waiting) conversationIds.add(conversationId(row.phoneNumberId ?? '', key));
  const [conversationRows, caseRows] = await Promise.all([
    engine.getMany(conversations, [...conversationIds]),
    contactRows.length === 0 ? new Map<ContactId, CaseRow>() : openCasesOf(engine, contactRows),
  ]);
  return {
    known: { identities: byId(identityRows), contacts: byId<ContactRow, ContactId>(contactRows) },
    aliases: new Map(aliasRows.map((row) => [row.id, row.personKey])),
    conversations: byId(conversationRows),
    openCases: caseRows,
  };
}

const byId = <Row extends { readonly id: Id }, Id extends string>(rows: readonly Row[]): Map<Id, Row> =>
  new Map(rows.map((row) => [row.id, row]));

/** A merged contact's cases are the survivor's. */
async function openCasesOf(engine: Engine, people: readonly ContactRow[]): Promise<Map<ContactId, CaseRow>> {
  const owner = new Map<ContactId, ContactId>();
  for (const person of people) for (const id of [person.id, ...person.mergedIds]) owner.set(id, person.id);
  const rows = await engine.find(cases, {
    where: { contactId: { in: [...owner.keys()] }, state: { in: ['waiting', 'open'] } },
    orderBy: [['id', 'asc']],
    limit: MAX_OPEN_CASES,
  });
  return new Map(rows.map((row) => [owner.get(row.contactId) ?? row.contactId, row]));
}
