import { hashed } from '../keys.js';
import { insert, set, type Op } from '../storage/engine.js';
import { contacts, identities, type ContactRow, type IdentityRow } from './contact-tables.js';
import { identityKey, type ContactId, type Identity, type PersonKey, type Sender } from './identity.js';
import type { ImportedConsent, ImportRow } from './import-row.js';
import { numberVariants } from './number-variants.js';
import { newContactRow } from './new-contact-row.js';
import { personKeyOf } from './person-key.js';

/** What a slice of a list changes: from its rows and what the store knows of the people in them, to the writes of one commit. Pure.
 *  A list can add a person or something about one; it never takes an identity from anybody, nor merges two people: only Meta's word
 *  about who has which number does that. */

export type ReadRow = { readonly line: number; readonly row: ImportRow };

/** What was read of the store: the identity rows of everybody in the slice, the contacts they stand for, and the person's keys that
 *  new people would get but others already have. */
export type ImportKnown = {
  readonly identities: ReadonlyMap<string, IdentityRow>;
  /** By any id that they were ever known by. */
  readonly contacts: ReadonlyMap<string, ContactRow>;
  readonly takenKeys: ReadonlySet<string>;
};

export type Outcome = 'added' | 'updated' | 'unchanged';

export type PlannedRow = {
  readonly line: number;
  readonly contactId: ContactId;
  readonly outcome: Outcome;
  readonly consent: ImportedConsent | null;
};

export type ImportPlan = {
  readonly ops: readonly Op[];
  readonly rows: readonly PlannedRow[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** The contacts as they will be. */
  readonly contacts: ReadonlyMap<string, ContactRow>;
};

export type ImportBirth = { readonly now: number; readonly newId: () => ContactId; readonly pepper: Buffer };

/** The keys of the identity rows that may speak of the row's person: its BSUID, and its number in any way of writing it. */
export const lookupKeys = ({ phone, userId }: ImportRow): readonly string[] => [
  ...(userId === undefined ? [] : [identityKey({ kind: 'userId', value: userId })]),
  ...(phone === undefined ? [] : numberVariants(phone).map((value) => identityKey({ kind: 'phone', value }))),
];

/** The row's identities alone. */
export const senderOf = ({ phone, userId }: ImportRow): Sender => ({
  ...(phone === undefined ? {} : { phone }),
  ...(userId === undefined ? {} : { userId }),
});

/** A person while the slice is planned. */
type Draft = { readonly before: ContactRow | undefined; now: ContactRow; readonly gained: Identity[] };

export function planImport(rows: readonly ReadRow[], known: ImportKnown, birth: ImportBirth): ImportPlan {
  const people = new People(known);
  const planned: PlannedRow[] = [];
  const rejected: { line: number; reason: string }[] = [];
  for (const { line, row } of rows) {
    const byUser =
      row.userId === undefined ? undefined : people.byKey(identityKey({ kind: 'userId', value: row.userId }));
    const byPhone = row.phone === undefined ? undefined : people.byPhone(row.phone);
    const draft = byUser ?? byPhone;
    const reason = draft && clash(row, draft, byUser, byPhone);
    if (reason !== undefined) {
      rejected.push({ line, reason });
      continue;
    }
    const outcome = draft ? (update(people, draft, row) ? 'updated' : 'unchanged') : 'added';
    const { id } = (draft ?? people.add(newContact(row, known.takenKeys, birth))).now;
    planned.push({ line, contactId: id, outcome, consent: row.consent });
  }
  return { ops: people.ops(birth.now), rows: planned, rejected, contacts: people.all() };
}

class People {
  readonly #known: ImportKnown;
  readonly #drafts = new Map<string, Draft>();
  /** Who has an identity since this slice. */
  readonly #owners = new Map<string, Draft>();

  constructor(known: ImportKnown) {
    this.#known = known;
  }

  byKey(key: string): Draft | undefined {
    const draft = this.#owners.get(key);
    if (draft) return draft;
    const row = this.#known.identities.get(key);
    // A number goes round: who had it before is not found by it. A BSUID is never given to anybody else.
    if (!row || (row.former && key.startsWith('phone:'))) return undefined;
    const contact = this.#known.contacts.get(row.contactId);
    return contact && this.#draftOf(contact);
  }

  byPhone(phone: string): Draft | undefined {
    for (const value of numberVariants(phone)) {
      const draft = this.byKey(identityKey({ kind: 'phone', value }));
      if (draft) return draft;
    }
    return undefined;
  }

  add(contact: ContactRow): Draft {
    const draft: Draft = { before: undefined, now: contact, gained: [...contact.identities] };
    this.#drafts.set(contact.id, draft);
    for (const identity of contact.identities) this.#owners.set(identityKey(identity), draft);
    return draft;
  }

  gain(draft: Draft, identity: Identity): void {
    draft.now = { ...draft.now, identities: [...draft.now.identities, identity] };
    draft.gained.push(identity);
    this.#owners.set(identityKey(identity), draft);
  }

  all(): ReadonlyMap<string, ContactRow> {
    return new Map([...this.#drafts].map(([id, draft]) => [id, draft.now]));
  }

  ops(now: number): readonly Op[] {
    return [...this.#drafts.values()].flatMap((draft) => [
      ...contactOps(draft),
      ...draft.gained.map((identity) => this.#identityOp(draft.now, identity, now)),
    ]);
  }

  #draftOf(contact: ContactRow): Draft {
    let draft = this.#drafts.get(contact.id);
    if (!draft) this.#drafts.set(contact.id, (draft = { before: contact, now: contact, gained: [] }));
    return draft;
  }

  #identityOp(contact: ContactRow, identity: Identity, now: number): Op {
    const id = identityKey(identity);
    const mine = { contactId: contact.id, personKey: contact.personKey, former: false, since: now };
    const row = this.#known.identities.get(id);
    // A row that is there is a former one, else its owner would have been found.
    return row
      ? set(identities, id, mine, { contactId: row.contactId, former: true })
      : insert(identities, { id, ...mine });
  }
}

function contactOps({ before, now }: Draft): readonly Op[] {
  if (!before) return [insert(contacts, now)];
  if (before === now) return [];
  const { identities: list, name, language, timeZone, tags, sites } = now;
  const patch = { identities: list, name, language, timeZone, tags, sites, version: before.version + 1 };
  return [set(contacts, before.id, patch, { version: before.version })];
}

const standing = ({ now }: Draft, kind: Identity['kind']): string | undefined =>
  now.identities.find((identity) => identity.kind === kind)?.value;

/** Why the row and the person it names do not go together. */
function clash(
  row: ImportRow,
  draft: Draft,
  byUser: Draft | undefined,
  byPhone: Draft | undefined,
): string | undefined {
  if (byUser && byPhone && byUser !== byPhone) return 'phone and userId belong to different people';
  const userId = standing(draft, 'userId');
  if (row.userId !== undefined && !byUser && userId !== undefined)
    return 'phone: it belongs to somebody with another userId';
  const phone = standing(draft, 'phone');
  if (row.phone !== undefined && !byPhone && phone !== undefined)
    return 'userId: it belongs to somebody with another phone';
  return undefined;
}

/** @returns whether anything changed */
function update(people: People, draft: Draft, row: ImportRow): boolean {
  const start = draft.now;
  for (const kind of ['userId', 'phone'] as const) {
    const value = row[kind];
    if (value !== undefined && standing(draft, kind) === undefined) people.gain(draft, { kind, value });
  }
  const old = draft.now;
  const next = {
    name: row.name ?? old.name,
    language: row.language ?? old.language,
    timeZone: row.timeZone ?? old.timeZone,
    tags: union(old.tags, row.tags),
    sites: union(old.sites, row.sites),
  };
  const same = (Object.keys(next) as (keyof typeof next)[]).every((field) => next[field] === old[field]);
  if (!same) draft.now = { ...old, ...next };
  return draft.now !== start;
}

/** @returns the very same list when nothing is new */
function union(old: readonly string[], more: readonly string[]): readonly string[] {
  const fresh = more.filter((word) => !old.includes(word));
  return fresh.length === 0 ? old : [...old, ...fresh];
}

function newContact(row: ImportRow, takenKeys: ReadonlySet<string>, { now, newId, pepper }: ImportBirth): ContactRow {
  const id = newId();
  const { phone, userId } = row;
  const list: Identity[] = [];
  if (userId !== undefined) list.push({ kind: 'userId', value: userId });
  if (phone !== undefined) list.push({ kind: 'phone', value: phone });
  const personKey = personKeyOf(pepper, senderOf(row));
  if (personKey === undefined) throw new Error('a row without any identity was let in');
  const { name, language, timeZone, tags, sites } = row;
  return newContactRow({
    id,
    // Somebody who had the number before keeps their history under its key.
    personKey: takenKeys.has(personKey) ? (hashed(pepper, `${personKey}:${id}`) as PersonKey) : personKey,
    ...{ name, language, timeZone, tags, sites },
    identities: list,
    createdAt: now,
  });
}
