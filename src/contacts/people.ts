import { insert, set, type Op } from '../storage/engine.js';
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
import { newContactRow } from './new-contact-row.js';
import { ownKeyOf, personKeyOf } from './person-key.js';

/** Who is speaking: from what one update says of its sender and what we know, to a contact and the writes that make it so.
 *  Rules of reference §3.10. A BSUID is never given to somebody else, so a former one still finds its person; a phone number is, so
 *  a former one finds nobody. Two contacts that prove to be one are merged by themselves first (merge.ts). */

/** What was read of the store for a sender. */
export type Known = {
  /** The rows of all identities named. */
  readonly identities: ReadonlyMap<string, IdentityRow>;
  /** Whom they point to, by the id that stands in the identity's row: after all merges, so that nobody here was merged into another. */
  readonly contacts: ReadonlyMap<ContactId, ContactRow>;
};

export type Resolution =
  /** The contact as it will be once `ops` are committed. */
  | { readonly kind: 'contact'; readonly contact: ContactRow; readonly isNew: boolean; readonly ops: readonly Op[] }
  /** Two contacts are one person: merge the second into the first, then ask again. */
  | Merge;

export type Merge = {
  readonly kind: 'merge';
  readonly survivor: ContactRow;
  readonly loser: ContactRow;
  /** When it was said, by Meta's clock. */
  readonly at: number;
};

export type Birth = {
  readonly now: number;
  readonly newId: () => ContactId;
  readonly pepper: Buffer;
  readonly language: string | null;
  /** When it was said who speaks, by Meta's clock. */
  readonly at: number;
  /** The usual key is somebody else's, who had this number before and whose history stays under it: a new contact gets its own. */
  readonly keyTaken?: boolean;
};

const currentOf = (contact: ContactRow, kind: IdentityKind): string | undefined =>
  contact.identities.find((identity) => identity.kind === kind)?.value;

const isSame = (one: Identity, other: Identity): boolean => one.kind === other.kind && one.value === other.value;

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
  const then = ownerThen(sender, known, birth.at);
  if (then) return { kind: 'contact', contact: then, isNew: false, ops: [] };
  const byUser = ownerOf(known, 'userId', sender.userId) ?? ownerOf(known, 'parentUserId', sender.parentUserId);
  const byPhone = ownerOf(known, 'phone', sender.phone);
  if (byUser && byPhone && byUser.id !== byPhone.id && currentOf(byPhone, 'userId') === undefined)
    return { kind: 'merge', ...bySeniority(byUser, byPhone), at: birth.at };
  if (byUser) return withIdentities(byUser, sender, known, birth.at);
  // The phone of somebody with another BSUID was given to a new person (it was recycled); a phone alone is its owner's.
  const owner =
    byPhone && sender.userId !== undefined && currentOf(byPhone, 'userId') !== undefined ? undefined : byPhone;
  if (owner) return withIdentities(owner, sender, known, birth.at);
  return newContact(sender, known, birth);
}

/** Who had the identity when the message was written, if they have another by now: the message came late and says nothing about who
 *  has which number today. One written after that shows that they have it again. */
function ownerThen(sender: Sender, known: Known, at: number): ContactRow | undefined {
  const named = identitiesOf(sender).find(({ kind }) => kind !== 'parentUserId');
  const row = named && known.identities.get(identityKey(named));
  return row?.former && at <= row.since ? known.contacts.get(row.contactId) : undefined;
}

/** For a change of number or BSUID that Meta announced: `before` finds the person, `after` is what they have now. Undefined when it speaks
 *  of nobody whom we know: an announcement makes no person (they may have been erased). */
export function resolveChange(
  before: Sender,
  after: Pick<Sender, 'phone' | 'userId' | 'parentUserId'>,
  known: Known,
  birth: Birth,
): Resolution | undefined {
  const person =
    ownerOf(known, 'userId', before.userId) ??
    ownerOf(known, 'phone', before.phone) ??
    ownerOf(known, 'parentUserId', before.parentUserId);
  if (!person) {
    const resolution = resolveSender(after, known, birth);
    return resolution?.kind === 'contact' && resolution.isNew ? undefined : resolution;
  }
  // They wrote under the new identity before we were told of it, and were taken for somebody new.
  const already = ownerOf(known, 'userId', after.userId);
  if (already && already.id !== person.id) return { kind: 'merge', survivor: person, loser: already, at: birth.at };
  const byPhone = ownerOf(known, 'phone', after.phone);
  if (byPhone && byPhone.id !== person.id && currentOf(byPhone, 'userId') === undefined)
    return { kind: 'merge', survivor: person, loser: byPhone, at: birth.at };
  return withIdentities(person, after, known, birth.at);
}

/** Somebody has it standing since later than this was said. */
function isOthersSince(identity: Identity, known: Known, at: number): boolean {
  const row = known.identities.get(identityKey(identity));
  return row !== undefined && !row.former && at < row.since;
}

/** The contact with the sender's identities as its standing ones; what they replace becomes former. */
function withIdentities(contact: ContactRow, sender: Sender, known: Known, at: number): Resolution {
  const gained = identitiesOf(sender).filter(
    (identity) => !contact.identities.some((one) => isSame(one, identity)) && !isOthersSince(identity, known, at),
  );
  const isReplaced = (one: Identity) => gained.some((identity) => identity.kind === one.kind);
  const name = contact.name ?? sender.name ?? null;
  if (gained.length === 0 && name === contact.name) return { kind: 'contact', contact, isNew: false, ops: [] };
  const list = [...contact.identities.filter((one) => !isReplaced(one)), ...gained];
  const version = contact.version + 1;
  return {
    kind: 'contact',
    contact: { ...contact, identities: list, name, version },
    isNew: false,
    ops: [
      set(contacts, contact.id, { identities: list, name, version }, { version: contact.version }),
      ...contact.identities.filter(isReplaced).map((old) => formerOp(old, contact.id, at)),
      ...takeIdentities(gained, contact, known, at),
    ],
  };
}

/** The identity is no longer the contact's. */
export const formerOp = (identity: Identity, contactId: ContactId, at: number): Op =>
  set(identities, identityKey(identity), { former: true, since: at }, { contactId }, 'skip');

/** The identities' rows, and the loss of them for whoever had them: one write a contact, however many it loses. */
function takeIdentities(gained: readonly Identity[], contact: ContactRow, known: Known, at: number): Op[] {
  const ops: Op[] = [];
  const losers = new Map<ContactId, ContactRow>();
  for (const identity of gained) {
    const id = identityKey(identity);
    const mine = { contactId: contact.id, personKey: contact.personKey, former: false, since: at };
    const row = known.identities.get(id);
    if (!row) {
      ops.push(insert(identities, { id, ...mine }));
      continue;
    }
    ops.push(set(identities, id, mine, { contactId: row.contactId, former: row.former }));
    const owner = known.contacts.get(row.contactId);
    if (!owner || owner.id === contact.id) continue;
    const before = losers.get(owner.id) ?? owner;
    if (before.identities.some((one) => isSame(one, identity)))
      losers.set(owner.id, { ...before, identities: before.identities.filter((one) => !isSame(one, identity)) });
  }
  for (const { id, identities: left, version } of losers.values())
    ops.push(set(contacts, id, { identities: left, version: version + 1 }, { version }));
  return ops;
}

function newContact(sender: Sender, known: Known, birth: Birth): Resolution | undefined {
  const usualKey = personKeyOf(birth.pepper, sender);
  if (!usualKey) return undefined;
  const id = birth.newId();
  const personKey: PersonKey = birth.keyTaken ? ownKeyOf(birth.pepper, id) : usualKey;
  const list = identitiesOf(sender).filter((identity) => !isOthersSince(identity, known, birth.at));
  const name = sender.name ?? null;
  const contact = newContactRow({
    ...{ id, personKey, name, language: birth.language, identities: list, createdAt: birth.now },
  });
  const ops = [insert(contacts, contact), ...takeIdentities(list, contact, known, birth.at)];
  return { kind: 'contact', contact, isNew: true, ops };
}
