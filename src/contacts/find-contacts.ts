import type { Engine } from '../storage/engine.js';
import type { Person } from '../storage/register.js';
import { aliases, contacts, identities, type ContactRow } from './contact-tables.js';
import { identityKey, type ContactId } from './identity.js';
import { numberVariants } from './number-variants.js';

/** A merge may have been merged again; nobody was merged more often than that. */
const MAX_MERGES = 20;
const MAX_ALIASES = 1_000;

/** Who a contact's id stands for now: itself, or whoever it was merged into. */
export async function survivorOf(engine: Engine, id: string): Promise<ContactRow | undefined> {
  return (await survivorsOf(engine, [id])).get(id);
}

/** The same for many: by the id asked for. At most 1,000. */
export async function survivorsOf(engine: Engine, ids: readonly string[]): Promise<ReadonlyMap<string, ContactRow>> {
  const rows = new Map<string, ContactRow>();
  let missing: string[] = [...new Set(ids)];
  for (let merges = 0; missing.length > 0 && merges <= MAX_MERGES; merges += 1) {
    const found = await engine.getMany(contacts, missing);
    for (const row of found) rows.set(row.id, row);
    missing = found.flatMap(({ mergedInto }) => (mergedInto !== null && !rows.has(mergedInto) ? [mergedInto] : []));
  }
  const survivors = new Map<string, ContactRow>();
  for (const id of ids) {
    let row = rows.get(id);
    for (let merges = 0; row?.mergedInto && merges < MAX_MERGES; merges += 1) row = rows.get(row.mergedInto);
    if (row && row.mergedInto === null) survivors.set(id, row);
  }
  return survivors;
}

/** All ids under which rows of this person may lie. */
export const idsOf = (contact: ContactRow): readonly ContactId[] => [contact.id, ...contact.mergedIds];

/** The person as the register of personal data knows people: by every id and every key that they ever had. */
export async function personOf(engine: Engine, contact: ContactRow): Promise<Person> {
  const contactIds = idsOf(contact);
  const [rows, old] = await Promise.all([
    engine.getMany(contacts, contactIds),
    engine.find(aliases, { where: { contactId: { in: contactIds } }, limit: MAX_ALIASES }),
  ]);
  const personKeys = [contact.personKey, ...rows.map((row) => row.personKey), ...old.map((row) => row.id)];
  return { contactIds, personKeys: [...new Set(personKeys)] };
}

/** Whoever has the number, in any of the ways it may be written. A number that was given to somebody else is that person's alone. */
export async function contactsByPhone(engine: Engine, digits: string): Promise<readonly ContactRow[]> {
  return contactsByKeys(
    engine,
    numberVariants(digits).map((value) => identityKey({ kind: 'phone', value })),
  );
}

/** Whoever has, or had, the BSUID. */
export const contactsByUserId = (engine: Engine, value: string): Promise<readonly ContactRow[]> =>
  contactsByKeys(engine, [identityKey({ kind: 'userId', value })]);

async function contactsByKeys(engine: Engine, keys: readonly string[]): Promise<readonly ContactRow[]> {
  const rows = (await engine.getMany(identities, keys)).filter((row) => !row.former || !row.id.startsWith('phone:'));
  const survivors = await survivorsOf(
    engine,
    rows.map((row) => row.contactId),
  );
  return [...new Map([...survivors.values()].map((contact) => [contact.id, contact])).values()];
}
