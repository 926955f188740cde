import type { Topic } from '../contacts/contact-shape.js';
import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { ConsentState, LastStop } from './consent.js';

export type LedgerAct = 'optIn' | 'optOut' | 'reason' | 'merged' | 'erased';

/** One entry of a person's chain (DESIGN §3 "The ledger"): never changed, but that an erasure takes salt and evidence away. */
export type LedgerRow = {
  /** `contactId:seq`, see `entryId`. */
  readonly id: string;
  readonly contactId: ContactId;
  /** From 1, without gaps. */
  readonly seq: number;
  /** The hash of the entry before it; empty for the first. */
  readonly previous: string;
  readonly hash: string;
  /** Of merges: the newest hash of the other chain, empty when that had no entry. */
  readonly otherHead: string | null;
  readonly act: LedgerAct;
  /** Null: everything. */
  readonly topic: Topic | null;
  /** When it was said, by the platform's or the list's clock. */
  readonly at: number;
  readonly salt: string | null;
  /** An `Evidence` as JSON: how it was said and what the person saw. */
  readonly evidence: string | null;
  /** SHA-256 of salt and evidence: what the hash commits to, and what an erasure leaves. */
  readonly commitment: string;
};

export const consentLedger = defineTable<LedgerRow>({
  name: 'consentLedger',
  owner: 'consent',
  columns: {
    id: { type: 'text' },
    contactId: { type: 'text' },
    seq: { type: 'integer' },
    previous: { type: 'text' },
    hash: { type: 'text' },
    otherHead: { type: 'text', optional: true },
    act: { type: 'text' },
    topic: { type: 'text', optional: true },
    at: { type: 'integer' },
    salt: { type: 'text', optional: true },
    evidence: { type: 'text', optional: true, personal: 'how, where and why the person agreed or refused' },
    commitment: { type: 'text' },
  },
  indexes: [{ fields: ['contactId', 'seq'] }],
  person: { contactId: 'contactId' },
  erase: { blank: ['salt', 'evidence'] },
  export: ['seq', 'at', 'act', 'topic', 'evidence'],
  retention: { forever: 'the proof of consent; an erasure leaves only what names nobody' },
});

/** One row a person: what the chain comes to, its newest hash, and a version that everything writes which depends on it. */
export type GuardRow = {
  /** The contact's id. */
  readonly id: ContactId;
  readonly contactId: ContactId;
  readonly topics: ConsentState['topics'];
  readonly stoppedAll: number | null;
  readonly lastStop: LastStop | null;
  /** Ids of what keeps `service` open. */
  readonly serviceOpen: readonly string[];
  readonly serviceUntil: number | null;
  readonly head: string;
  readonly seq: number;
  /** The chain is closed: the person goes on under this id. */
  readonly mergedInto: ContactId | null;
  /** The head stands in a seal. */
  readonly sealed: boolean;
  readonly version: number;
};

export const consentGuards = defineTable<GuardRow>({
  name: 'consentGuards',
  owner: 'consent',
  columns: {
    id: { type: 'text' },
    contactId: { type: 'text' },
    topics: { type: 'json' },
    stoppedAll: { type: 'integer', optional: true },
    lastStop: { type: 'json', optional: true },
    serviceOpen: { type: 'json' },
    serviceUntil: { type: 'integer', optional: true },
    head: { type: 'text' },
    seq: { type: 'integer' },
    mergedInto: { type: 'text', optional: true },
    sealed: { type: 'boolean' },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId'] }, { fields: ['contactId'], where: { sealed: false } }],
  person: { contactId: 'contactId' },
  erase: { keep: 'states, times and a hash: they name nobody, and without them a cut chain would not show' },
  export: ['topics', 'stoppedAll'],
  retention: { forever: 'as long as the ledger' },
});

/** The heads of all chains that grew since the seal before, chained like the entries are. */
export type SealRow = {
  /** The number in ten digits. */
  readonly id: string;
  readonly number: number;
  readonly at: number;
  readonly previous: string;
  readonly heads: readonly SealedHead[];
  readonly hash: string;
};
export type SealedHead = readonly [contactId: ContactId, seq: number, head: string];

export const ledgerSeals = defineTable<SealRow>({
  name: 'ledgerSeals',
  owner: 'consent',
  columns: {
    id: { type: 'text' },
    number: { type: 'integer' },
    at: { type: 'integer' },
    previous: { type: 'text' },
    heads: { type: 'json' },
    hash: { type: 'text' },
  },
  indexes: [],
  person: null,
  erase: { keep: 'ids of our own and hashes: they name nobody once the contact is gone' },
  export: { none: 'hashes of the entries, which are exported themselves' },
  retention: { forever: 'as long as the ledger' },
});

/** What must outlive an erasure: that whoever has this identity wants nothing from us. */
export type StopRow = {
  /** HMAC(pepper, identity): one for each identity, and for each way of writing a number. */
  readonly id: string;
  readonly since: number;
};

export const stops = defineTable<StopRow>({
  name: 'stops',
  owner: 'consent',
  columns: { id: { type: 'text' }, since: { type: 'integer' } },
  indexes: [],
  person: null,
  erase: { keep: 'hashes that nobody can read: an import must not revive the erased' },
  export: { none: 'a hash that says nothing by itself' },
  retention: { forever: 'a stop outlives the person’s data' },
});

/** Topics that were ever sent by a MARKETING template: Meta's stop covers them too. */
export type MarketedRow = { readonly id: Topic; readonly since: number };

export const marketedTopics = defineTable<MarketedRow>({
  name: 'marketedTopics',
  owner: 'consent',
  columns: { id: { type: 'text' }, since: { type: 'integer' } },
  indexes: [],
  person: null,
  erase: { keep: 'nothing personal' },
  export: { none: 'nothing personal' },
  retention: { forever: 'a handful of rows' },
});

export const consentTables = [consentLedger, consentGuards, ledgerSeals, stops, marketedTopics] as const;

export const consentMigrations: readonly Migration[] = [
  { id: 'consent/1', steps: consentTables.map((table) => ({ ensure: table })) },
];
