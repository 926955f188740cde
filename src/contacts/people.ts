import { insert, put, set, type Op } from '../storage/engine.js';
import { contacts, identities, type ContactRow, type IdentityRow } from './contact-tables.js';
import {
  identitiesOf,
  identityKey,
  type ContactId,
  type Identity,
  type IdentityKind,
  type PersonKey,
  type Sender,
} from './identity.js';
import { personKeyOf } from './person-key.js';

/** Who is speaking: from what one update says of its sender and what we know, to a contact and the writes that make it so.
 *  Rules of reference §3.10. A BSUID is never given to somebody else, so a former one still finds its person; a phone number is, so
 *  a former one finds nobody. Two contacts that prove to be one are merged by themselves first (merge.ts). */

/** What was read of the store for a sender: the rows of all identities named, and the contacts they point to. */
export type Known = {
  readonly identities: ReadonlyMap<string, IdentityRow>;
  readonly contacts: ReadonlyMap<ContactId, ContactRow>;
};

export type Resolution =
  /** The contact as it will be once `ops` are committed. */
  | { readonly kind: 'contact'; readonly contact: ContactRow; readonly isNew: boolean; readonly ops: readonly Op[] }
  /** Two contacts are one person: merge the second into the first, then ask again. */
  | { readonly kind: 'merge'; readonly survivor: ContactRow; readonly loser: ContactRow };

export type Birth = {
  readonly now: number;
  readonly newId: () => ContactId;
  readonly pepper: Buffer;
  readonly language: string | null;
};

const currentOf = (contact: ContactRow, kind: IdentityKind): string | undefined =>
  contact.identities.find((identity) => identity.kind === kind)?.value;

function ownerOf(known: Known, kind: IdentityKind, value: string | undefined): ContactRow | undefined {
  if (value === undefined) return undefined;
  const row = known.identities.get(identityKey({ kind, value }));
  if (!row || (kind === 'phone' && row.former)) return undefined;
  return known.contacts.get(row.contactId);
}

/** The older of two contacts is the one that goes on: most of what others know of the person bears its id. */
export const bySeniority = (one: ContactRow, other: ContactRow): { survivor: ContactRow; loser: ContactRow } =>
  one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id)
    ? { survivor: one, loser: other }
    : { survivor: other, loser: one };

/** For a message. Undefined when the sender bears no identity at all. */
export function resolveSender(sender: Sender, known: Known, birth: Birth): Resolution | undefined {
  const byUser = ownerOf(known, 'userId', sender.userId) ?? ownerOf(known, 'parentUserId', sender.parentUserId);
  const byPhone = ownerOf(known, 'phone', sender.phone);
  if (byUser && byPhone && byUser.id !== byPhone.id && currentOf(byPhone, 'userId') === undefined)
    return { kind: 'merge', ...bySeniority(byUser, byPhone) };
  if (byUser) return withIdentities(byUser, sender, known, birth.now);
  // The phone of somebody with another BSUID was given to a new person (it was recycled); a phone alone is its owner's.
  const owner =
    byPhone && sender.userId !== undefined && currentOf(byPhone, 'userId') !== undefined ? undefined : byPhone;
  if (owner) return withIdentities(owner, sender, known, birth.now);
  return newContact(sender, known, birth);
}

/** For a change of number or BSUID that Meta announced: `before` finds the person, `after` is what they have now. */
export function resolveChange(
  before: Sender,
  after: Pick<Sender, 'phone' | 'userId' | 'parentUserId'>,
  known: Known,
  birth: Birth,
): Resolution | undefined {
  const person = ownerOf(known, 'userId', before.userId) ?? ownerOf(known, 'phone', before.phone);
  const already = ownerOf(known, 'userId', after.userId);
  if (!person) return resolveSender(after, known, birth);
  // They wrote under the new identity before we were told of it, and were taken for somebody new.
  if (already && already.id !== person.id) return { kind: 'merge', survivor: person, loser: already };
  const byPhone = ownerOf(known, 'phone', after.phone);
  if (byPhone && byPhone.id !== person.id && currentOf(byPhone, 'userId') === undefined)
    return { kind: 'merge', survivor: person, loser: byPhone };
  return withIdentities(person, after, known, birth.now, true);
}

/** The contact with the sender's identities as its standing ones; what they replace becomes former. */
function withIdentities(contact: ContactRow, sender: Sender, known: Known, now: number, announced = false): Resolution {
  const ops: Op[] = [];
  let standing = contact.identities;
  for (const identity of identitiesOf(sender)) {
    const row = known.identities.get(identityKey(identity));
    const isStanding = standing.some((one) => one.kind === identity.kind && one.value === identity.value);
    if (isStanding) continue;
    // A late message under a BSUID that they no longer have changes nothing; Meta's own word does.
    if (!announced && row?.contactId === contact.id && row.former && identity.kind !== 'phone') continue;
    for (const old of standing.filter((one) => one.kind === identity.kind))
      ops.push(set(identities, identityKey(old), { former: true }, {}, 'skip'));
    standing = [...standing.filter((one) => one.kind !== identity.kind), identity];
    ops.push(...takeIdentity(identity, row, contact, known, now));
  }
  const name = contact.name ?? sender.name ?? null;
  if (ops.length === 0 && name === contact.name) return { kind: 'contact', contact, isNew: false, ops };
  const changed: ContactRow = { ...contact, identities: standing, name, version: contact.version + 1 };
  const { identities: list, version } = changed;
  return {
    kind: 'contact',
    contact: changed,
    isNew: false,
    ops: [set(contacts, contact.id, { identities: list, name, version }, { version: contact.version }), ...ops],
  };
}

/** The identity's row, and the loss of it for whoever had it. */
function takeIdentity(
  identity: Identity,
  row: IdentityRow | undefined,
  contact: ContactRow,
  known: Known,
  now: number,
): Op[] {
  const mine: IdentityRow = {
    id: identityKey(identity),
    contactId: contact.id,
    personKey: contact.personKey,
    former: false,
    since: now,
  };
  if (!row) return [insert(identities, mine)];
  const ops: Op[] = [put(identities, mine)];
  const owner = known.contacts.get(row.contactId);
  if (owner && owner.id !== contact.id) {
    const left = owner.identities.filter((one) => one.kind !== identity.kind || one.value !== identity.value);
    ops.push(set(contacts, owner.id, { identities: left, version: owner.version + 1 }, { version: owner.version }));
  }
  return ops;
}

function newContact(sender: Sender, known: Known, birth: Birth): Resolution | undefined {
  const personKey = personKeyOf(birth.pepper, sender);
  const list = identitiesOf(sender);
  if (!personKey || list.length === 0) return undefined;
  const contact: ContactRow = {
    id: birth.newId(),
    personKey,
    name: sender.name ?? null,
    language: birth.language,
    timeZone: null,
    tags: [],
    sites: [],
    identities: list,
    mergedIds: [],
    mergedInto: null,
    createdAt: birth.now,
    version: 1,
  };
  const ops = list.flatMap((identity) =>
    takeIdentity(identity, known.identities.get(identityKey(identity)), contact, known, birth.now),
  );
  return { kind: 'contact', contact, isNew: true, ops: [insert(contacts, contact), ...ops] };
}

/** The same new contact under another key, when the usual one is taken: by somebody who had this number before and whose history stays
 *  under it. */
export function underAnotherKey(
  resolution: Extract<Resolution, { kind: 'contact' }>,
  personKey: PersonKey,
): Resolution {
  const contact = { ...resolution.contact, personKey };
  const ops = resolution.ops.map((op): Op => {
    if (op.op === 'insert' && op.table === contacts) return insert(contacts, contact);
    if ((op.op === 'insert' || op.op === 'put') && op.table === identities)
      return { ...op, row: { ...op.row, personKey } as IdentityRow };
    return op;
  });
  return { kind: 'contact', contact, isNew: true, ops };
}
