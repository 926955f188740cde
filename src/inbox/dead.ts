import { aliases, contacts } from '../contacts/contact-tables.js';
import { survivorsOf } from '../contacts/find-contacts.js';
import type { PersonKey } from '../contacts/identity.js';
import { set, type Engine, type Op } from '../storage/engine.js';
import { inbox, type InboxRow } from './inbox-tables.js';

/** Updates that were tried in vain and set aside, for people to look at and to retry. */

/** A place in the list: updates that arrived at the same moment are told apart by their ids. */
export type DeadCursor = { readonly arrival: number; readonly id: string };

/** The next ones after a place in the list, oldest first. */
export async function readDead(
  engine: Engine,
  after: DeadCursor | undefined,
  limit: number,
): Promise<readonly InboxRow[]> {
  const dead = { state: 'dead' } as const;
  const orderBy = [['arrival', 'asc'], ['id', 'asc']] as const; // prettier-ignore
  if (!after) return engine.find(inbox, { where: dead, orderBy, limit });
  const [twins, later] = await Promise.all([
    engine.find(inbox, { where: { ...dead, arrival: after.arrival, id: { gt: after.id } }, orderBy, limit }),
    engine.find(inbox, { where: { ...dead, arrival: { gt: after.arrival } }, orderBy, limit }),
  ]);
  return [...twins, ...later].slice(0, limit);
}

/** Whose updates these are, where that is known: the contact by the person's key, after all merges. */
export async function contactsOf(engine: Engine, rows: readonly InboxRow[]): Promise<ReadonlyMap<PersonKey, string>> {
  const keys = [...new Set(rows.flatMap(({ personKey }) => personKey ?? []))];
  if (keys.length === 0) return new Map();
  const [people, moved] = await Promise.all([
    engine.find(contacts, { where: { personKey: { in: keys } }, limit: keys.length }),
    engine.getMany(aliases, keys),
  ]);
  const ids = new Map<PersonKey, string>(people.map((contact) => [contact.personKey, contact.id]));
  for (const alias of moved) ids.set(alias.id, alias.contactId);
  const survivors = await survivorsOf(engine, [...new Set(ids.values())]);
  return new Map([...ids].flatMap(([key, id]) => (survivors.has(id) ? [[key, survivors.get(id)?.id ?? id]] : [])));
}

/** The update waits again, as if it had never been tried. A conflict when it is no longer dead. */
export const retryOp = (id: string, now: number): Op =>
  set(inbox, id, { state: 'waiting', tries: 0, notBefore: now, reason: null }, { state: 'dead' });
