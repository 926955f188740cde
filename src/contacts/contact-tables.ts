import { defineTable, type Migration } from '../storage/table.js';
import type { ContactId, Identity, PersonKey } from './identity.js';

/** A person. */
export type ContactRow = {
  readonly id: ContactId;
  /** What their updates, sessions and messages are ordered by; never changes, not even when an identity does. */
  readonly personKey: PersonKey;
  readonly name: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly tags: readonly string[];
  readonly sites: readonly string[];
  /** The standing ones; the identities table finds a person by them, former ones included. */
  readonly identities: readonly Identity[];
  /** Contacts that turned out to be the same person: their rows are this one's too. */
  readonly mergedIds: readonly ContactId[];
  /** On the losing side of a merge: who this person is now. */
  readonly mergedInto: ContactId | null;
  /** When Meta said that we have blocked them (see `blocked.ts`); null once they write. */
  readonly blockedAt: number | null;
  readonly createdAt: number;
  /** Compared and set by everything that changes the row. */
  readonly version: number;
};

export const contacts = defineTable<ContactRow>({
  name: 'contacts',
  owner: 'contacts',
  columns: {
    id: { type: 'text' },
    personKey: { type: 'text' },
    name: { type: 'text', optional: true, personal: 'name' },
    language: { type: 'text', optional: true, personal: 'language' },
    timeZone: { type: 'text', optional: true, personal: 'time zone' },
    tags: { type: 'json', personal: 'tags' },
    sites: { type: 'json', personal: 'sites' },
    identities: { type: 'json', personal: 'phone number and WhatsApp ids' },
    mergedIds: { type: 'json' },
    mergedInto: { type: 'text', optional: true },
    blockedAt: { type: 'integer', optional: true },
    createdAt: { type: 'integer' },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['personKey'], unique: true }],
  person: { contactId: 'id' },
  erase: 'delete',
  export: ['name', 'language', 'timeZone', 'tags', 'sites', 'identities', 'blockedAt', 'createdAt'],
  retention: { forever: 'a contact lives until the person or an operator erases it' },
});

/** Which contact an identity belongs to, the former ones too (a late message may still bear one). */
export type IdentityRow = {
  /** `kind:value`, see `identityKey`. */
  readonly id: string;
  readonly contactId: ContactId;
  readonly personKey: PersonKey;
  /** No longer theirs to be written to: a BSUID or a number they had before. */
  readonly former: boolean;
  /** Since when it is theirs; for a former one, since when it is not any more. */
  readonly since: number;
};

export const identities = defineTable<IdentityRow>({
  name: 'identities',
  small: true,
  owner: 'contacts',
  columns: {
    id: { type: 'text', personal: 'phone number or WhatsApp id' },
    contactId: { type: 'text' },
    personKey: { type: 'text' },
    former: { type: 'boolean' },
    since: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['id', 'former', 'since'],
  retention: { forever: 'as long as the contact' },
});

/** After a merge: rows under the old key belong to the new one. Both are hashes; an erasure takes them all the same. */
export type AliasRow = {
  readonly id: PersonKey;
  readonly personKey: PersonKey;
  readonly contactId: ContactId;
  readonly since: number;
};

export const aliases = defineTable<AliasRow>({
  name: 'aliases',
  owner: 'contacts',
  columns: {
    id: { type: 'text' },
    personKey: { type: 'text' },
    contactId: { type: 'text' },
    since: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: { none: 'two hashes that say nothing by themselves' },
  retention: { forever: 'as long as the contact' },
});

export const contactMigrations: readonly Migration[] = [
  { id: 'contacts/1', steps: [{ ensure: contacts }, { ensure: identities }, { ensure: aliases }] },
  { id: 'contacts/2', steps: [{ ensure: contacts }] }, // whom we have blocked
];
