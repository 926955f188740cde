import { defineTable, type Migration } from '../storage/table.js';

/** Why a number holds something back, and what. `number`: everything of it. `notices`: whatever nobody asked for just now; replies go on.
 *  Which error or webhook leads to which: `docs/platform-limits.md`. */
export const PAUSES = {
  /** Five sends in a row without an answer; ends by itself. */
  unknowns: 'number',
  /** Graph refuses the token; ends by itself once it takes one. */
  token: 'number',
  /** Meta has locked the account or called for a stop. */
  policy: 'number',
  /** Meta has disabled the account, or forbids to answer customers. */
  locked: 'number',
  /** The store came from a backup. */
  restored: 'number',
  /** People block or report us: the number's quality is red. */
  quality: 'notices',
  /** Too many did so of late (131048). */
  spamLimit: 'notices',
  /** Templates were sent in a wrong category (131064). */
  categoryLimit: 'notices',
  /** Meta forbids to write first, or to send such templates. */
  restriction: 'notices',
} as const;
export type PauseReason = keyof typeof PAUSES;

export type Pause = {
  readonly what: (typeof PAUSES)[PauseReason];
  readonly why: PauseReason;
  /** ms. */
  readonly since: number;
};

/** What we know of one of our numbers at Meta. */
export type NumberRow = {
  /** The phone number id. */
  readonly id: string;
  readonly paused: readonly Pause[];
  /** The number itself, digits; null while Meta has not told. */
  readonly displayPhone: string | null;
  readonly quality: string | null;
  /** The portfolio's messaging limit as Meta names it, such as `TIER_2K`. */
  readonly tier: string | null;
  readonly tokenValid: boolean | null;
  readonly checkedAt: number | null;
  /** The last sign that somebody else answers our customers: Meta's agent, another app, a colleague on the phone. */
  readonly elsewhere: { readonly field: string; readonly at: number } | null;
  readonly version: number;
};

export const numbers = defineTable<NumberRow>({
  name: 'numbers',
  owner: 'platform',
  columns: {
    id: { type: 'text' },
    paused: { type: 'json' },
    displayPhone: { type: 'text', optional: true },
    quality: { type: 'text', optional: true },
    tier: { type: 'text', optional: true },
    tokenValid: { type: 'boolean', optional: true },
    checkedAt: { type: 'integer', optional: true },
    elsewhere: { type: 'json', optional: true },
    version: { type: 'integer' },
  },
  indexes: [],
  person: null,
  erase: { keep: 'our own number, nobody else' },
  export: { none: 'our own number' },
  retention: { forever: 'one row for each of our numbers' },
});

export const emptyNumber = (id: string): NumberRow => ({
  id,
  paused: [],
  displayPhone: null,
  quality: null,
  tier: null,
  tokenValid: null,
  checkedAt: null,
  elsewhere: null,
  version: 0,
});

export const platformMigrations: readonly Migration[] = [
  { id: 'platform/1', steps: [{ ensure: numbers }] },
  { id: 'platform/2', steps: [{ ensure: numbers }] }, // who else answers
  { id: 'platform/3', steps: [{ ensure: numbers }] }, // the number itself
];
