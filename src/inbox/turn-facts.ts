import { callbacks, type CallbackRow } from '../callbacks/callback-table.js';
import { cases, type CaseRow } from '../cases/case-table.js';
import { readGuards } from '../consent/ledger.js';
import type { GuardRow } from '../consent/consent-tables.js';
import { readMarketed } from '../consent/platform-stop.js';
import type { Topic } from '../contacts/contact-shape.js';
import { aliases, identities, type ContactRow } from '../contacts/contact-tables.js';
import { idsOf, survivorsOf } from '../contacts/find-contacts.js';
import { identitiesOf, identityKey, type ContactId, type PersonKey } from '../contacts/identity.js';
import type { Known } from '../contacts/people.js';
import { possibleCodes } from '../entry/entry-code.js';
import type { EntrySites } from '../entry/entry-ops.js';
import { entryLinks } from '../entry/entry-table.js';
import { conversationId, conversations, type ConversationRow } from '../messages/message-tables.js';
import { readRatings, starTapIn, type RatingsKnown } from '../ratings/rating-facts.js';
import { slices, type Engine } from '../storage/engine.js';
import type { AnyRow, Table } from '../storage/table.js';
import type { InboxRow } from './inbox-tables.js';
import type { PersonUpdate } from './update.js';

/** One waiting row and what it says. */
export type Waiting = { readonly row: InboxRow; readonly update: PersonUpdate };

/** All that the turns of a batch of persons need of the store, read in one query a table, not one a person. */
export type BatchFacts = {
  readonly known: Known;
  readonly aliases: ReadonlyMap<PersonKey, PersonKey>;
  readonly conversations: ReadonlyMap<string, ConversationRow>;
  /** Cases that are not closed, by contact. Of two people who became one there may be two: the last one counts, in which an agent talks
   *  if there is such a one. */
  readonly openCases: ReadonlyMap<ContactId, readonly CaseRow[]>;
  /** The call-backs that are still to be made, the next one first, by contact. Of two people who became one there may be two. */
  readonly standingCallbacks: ReadonlyMap<ContactId, readonly CallbackRow[]>;
  /** What people agreed to, by contact. */
  readonly guards: ReadonlyMap<ContactId, GuardRow>;
  /** Topics that Meta's stop covers because they were sent as marketing; read where somebody used that control. */
  readonly marketed: readonly Topic[];
  /** Of the rows of stars that were tapped. */
  readonly ratings: RatingsKnown;
  /** Of the click-to-chat links whose codes were written. */
  readonly entrySites: EntrySites;
};

const MAX_OPEN_CASES = 1_000;
const MAX_CALLBACKS = 1_000;

export async function loadFacts(
  engine: Engine,
  batch: ReadonlyMap<PersonKey, readonly Waiting[]>,
): Promise<BatchFacts> {
  const identityKeys = new Set<string>();
  const conversationIds = new Set<string>();
  for (const [key, waiting] of batch) {
    for (const { row, update } of waiting) {
      conversationIds.add(conversationId(row.phoneNumberId ?? '', key));
      const senders = update.kind === 'identityChange' ? [update.before, update.after] : [update.sender];
      for (const sender of senders)
        for (const identity of identitiesOf(sender)) identityKeys.add(identityKey(identity));
    }
  }
  const [identityRows, aliasRows, conversationRows] = await Promise.all([
    readAll(engine, identities, identityKeys),
    readAll(engine, aliases, batch.keys()),
    readAll(engine, conversations, conversationIds),
  ]);
  const people = await livingContacts(
    engine,
    identityRows.map((row) => row.contactId),
  );
  const contactIds = [...new Set([...people.values()].map((contact) => contact.id))];
  const hasPreference = [...batch.values()].some((rows) => rows.some(({ update }) => update.kind === 'preference'));
  const starTaps = [...batch.values()].flatMap((rows) =>
    rows.flatMap(({ update }) => (update.kind === 'message' ? (starTapIn(update.content) ?? []) : [])),
  );
  const codes = [...batch.values()].flatMap((rows) =>
    rows.flatMap(({ update }) =>
      update.kind === 'message' && update.content.type === 'text' ? possibleCodes(update.content.body) : [],
    ),
  );
  const [openCases, standingCallbacks, guards, marketed, ratings, links] = await Promise.all([
    openCasesOf(engine, [...people.values()]),
    standingCallbacksOf(engine, [...people.values()]),
    guardsOf(engine, contactIds),
    hasPreference ? readMarketed(engine) : [],
    readRatings(engine, starTaps),
    readAll(engine, entryLinks, new Set(codes)),
  ]);
  return {
    known: { identities: new Map(identityRows.map((row) => [row.id, row])), contacts: people },
    aliases: new Map(aliasRows.map((row) => [row.id, row.personKey])),
    conversations: new Map(conversationRows.map((row) => [row.id, row])),
    openCases,
    standingCallbacks,
    guards,
    marketed,
    ratings,
    entrySites: new Map(links.flatMap(({ id, site }) => (site === null ? [] : [[id, site] as const]))),
  };
}

/** However many there are: one read may ask for a thousand at the most. */
async function readAll<Row extends AnyRow>(engine: Engine, table: Table<Row>, ids: Iterable<string>): Promise<Row[]> {
  const found = await Promise.all([...slices([...ids])].map((slice) => engine.getMany(table, slice)));
  return found.flat() as Row[];
}

async function guardsOf(engine: Engine, contactIds: readonly ContactId[]): Promise<Map<ContactId, GuardRow>> {
  const found = await Promise.all([...slices(contactIds)].map((slice) => readGuards(engine, slice)));
  return new Map(found.flatMap((part) => [...part]));
}

/** Who the contacts are by now, after all merges, by the ids asked for. */
async function livingContacts(engine: Engine, ids: readonly ContactId[]): Promise<Map<ContactId, ContactRow>> {
  const found = await Promise.all([...slices([...new Set(ids)])].map((slice) => survivorsOf(engine, slice)));
  return new Map(found.flatMap((part) => [...part] as [ContactId, ContactRow][]));
}

/** A merged contact's cases are the survivor's. */
async function openCasesOf(engine: Engine, people: readonly ContactRow[]): Promise<Map<ContactId, CaseRow[]>> {
  const owner = ownersOf(people);
  if (owner.size === 0) return new Map();
  const rows = await engine.find(cases, {
    where: { contactId: { in: [...owner.keys()] }, state: { in: ['waiting', 'open'] } },
    orderBy: [['id', 'asc']],
    limit: MAX_OPEN_CASES,
  });
  const found = new Map<ContactId, CaseRow[]>();
  for (const row of rows.toSorted((one, other) => Number(one.state === 'open') - Number(other.state === 'open'))) {
    const id = owner.get(row.contactId) ?? row.contactId;
    found.set(id, [...(found.get(id) ?? []), row]);
  }
  return found;
}

/** So are their call-backs. */
async function standingCallbacksOf(
  engine: Engine,
  people: readonly ContactRow[],
): Promise<Map<ContactId, CallbackRow[]>> {
  const owner = ownersOf(people);
  if (owner.size === 0) return new Map();
  const rows = await engine.find(callbacks, {
    where: { contactId: { in: [...owner.keys()] }, active: true },
    orderBy: [['dueKey', 'asc']],
    limit: MAX_CALLBACKS,
  });
  const found = new Map<ContactId, CallbackRow[]>();
  for (const row of rows) {
    const id = owner.get(row.contactId) ?? row.contactId;
    found.set(id, [...(found.get(id) ?? []), row]);
  }
  return found;
}

/** By every id under which rows of these people may lie: who they are. */
function ownersOf(people: readonly ContactRow[]): Map<ContactId, ContactId> {
  const owner = new Map<ContactId, ContactId>();
  for (const person of people) for (const id of idsOf(person)) owner.set(id, person.id);
  return owner;
}
