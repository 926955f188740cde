import { defineTable, type Migration } from '../storage/table.js';

/** One reason for which a number sends nothing. */
export type Pause = {
  /** `number`: everything of it. */
  readonly what: 'number';
  /** `unknowns`: five sends in a row without an answer. `token`: Graph refuses the token. `policy`: Meta has locked
   *  the account or called for a stop; only an operator lifts that. `restored`: the store came from a backup. */
  readonly why: 'unknowns' | 'token' | 'policy' | 'restored';
  readonly since: number;
};

/** What we know of one of our numbers at Meta. */
export type NumberRow = {
  /** The phone number id. */
  readonly id: string;
  readonly paused: readonly Pause[];
  readonly quality: string | null;
  readonly tier: string | null;
  readonly tokenValid: boolean | null;
  readonly checkedAt: number | null;
  readonly version: number;
};

export const numbers = defineTable<NumberRow>({
  name: 'numbers',
  owner: 'platform',
  columns: {
    id: { type: 'text' },
    paused: { type: 'json' },
    quality: { type: 'text', optional: true },
    tier: { type: 'text', optional: true },
    tokenValid: { type: 'boolean', optional: true },
    checkedAt: { type: 'integer', optional: true },
    version: { type: 'integer' },
  },
  indexes: [],
  person: null,
  erase: { keep: 'our own number, nobody else' },
  export: { none: 'our own number' },
  retention: { forever: 'one row for each of our numbers' },
});

export const platformMigrations: readonly Migration[] = [{ id: 'platform/1', steps: [{ ensure: numbers }] }];
