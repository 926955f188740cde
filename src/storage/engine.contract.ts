import { defineTable, type Migration } from './table.js';

/** The tables the engine's own tests write. */

export type ThingRow = {
  readonly id: string;
  readonly word: string | null;
  readonly number: number;
  readonly share: number | null;
  readonly flag: boolean | null;
  readonly json: unknown;
  readonly bytes: Uint8Array | null;
};

/** Every type of column there is. */
export const things = defineTable<ThingRow>({
  name: 'things',
  owner: 'storage',
  columns: {
    id: { type: 'text' },
    word: { type: 'text', optional: true },
    number: { type: 'integer' },
    share: { type: 'real', optional: true },
    flag: { type: 'boolean', optional: true },
    json: { type: 'json', optional: true },
    bytes: { type: 'blob', optional: true },
  },
  indexes: [{ fields: ['number'], where: { flag: true } }, { fields: ['number'] }, { fields: ['word', 'id'] }],
  person: null,
  erase: { keep: 'a test' },
  export: { none: 'a test' },
  retention: { forever: 'a test' },
});

export type AccountRow = {
  readonly id: string;
  readonly owner: string | null;
  readonly balance: number;
  readonly version: number;
};

/** A row with a version and a value that only one row may have. */
export const accounts = defineTable<AccountRow>({
  name: 'accounts',
  owner: 'storage',
  columns: {
    id: { type: 'text' },
    owner: { type: 'text', optional: true },
    balance: { type: 'integer' },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['owner'], unique: true }],
  person: null,
  erase: { keep: 'a test' },
  export: { none: 'a test' },
  retention: { forever: 'a test' },
});

export const contractMigrations: readonly Migration[] = [
  { id: 'contract/1', steps: [{ ensure: things }, { ensure: accounts }] },
];

export const thing = (id: string, given: Partial<ThingRow> = {}): ThingRow => ({
  id,
  word: null,
  number: 0,
  share: null,
  flag: null,
  json: null,
  bytes: null,
  ...given,
});

export const account = (id: string, given: Partial<AccountRow> = {}): AccountRow => ({
  id,
  owner: null,
  balance: 0,
  version: 1,
  ...given,
});

/** A row as it can be compared: bytes as hex. */
export const shown = (row: ThingRow | undefined): unknown =>
  row && { ...row, bytes: row.bytes && `hex:${Buffer.from(row.bytes).toString('hex')}` };

/** What a later version brings. */
export const later = defineTable<{ readonly id: string }>({
  name: 'later',
  owner: 'storage',
  columns: { id: { type: 'text' } },
  indexes: [],
  person: null,
  erase: { keep: 'a test' },
  export: { none: 'a test' },
  retention: { forever: 'a test' },
});
export const laterMigration: Migration = { id: 'later/1', steps: [{ ensure: later }] };

/** Columns added to `things` later: one that may be absent, and one that may not. */
type LargerThing = ThingRow & { readonly note: string | null; readonly rank: number };
export const largerThings = defineTable<LargerThing>({
  name: 'things',
  owner: 'storage',
  columns: { ...things.columns, note: { type: 'text', optional: true }, rank: { type: 'integer' } },
  indexes: [{ fields: ['rank'] }],
  person: null,
  erase: { keep: 'a test' },
  export: { none: 'a test' },
  retention: { forever: 'a test' },
});
export const largerMigration: Migration = { id: 'contract/2', steps: [{ ensure: largerThings }] };
