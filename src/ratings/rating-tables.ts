import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { About, RatingAsk } from './rating-ask.js';
import type { Week } from './week.js';

/** The key that the choices of one week are sealed with: random, wrapped by SECRET_KEY, gone 14 days after the week. */
export type RatingKeyRow = {
  /** `2026-W47-k3xq`: the week and four random characters, so that a tap on rows of a lost key is told from one that can be opened. */
  readonly id: string;
  readonly week: Week;
  readonly wrapped: Uint8Array;
};

export const ratingKeys = defineTable<RatingKeyRow>({
  name: 'ratingKeys',
  owner: 'ratings',
  columns: { id: { type: 'text' }, week: { type: 'text' }, wrapped: { type: 'blob' } },
  indexes: [{ fields: ['week'], unique: true }],
  person: null,
  erase: { keep: 'random bytes' },
  export: { none: 'random bytes' },
  retention: { forever: 'deleted 14 days after their week, when it has been closed (close-weeks.ts)' },
  inBackup: false,
});

/** A tap that waits for its week to close. */
export type WaitingTap = {
  /** The ask's: of each only the first tap counts. */
  readonly id: string;
  readonly contactId: ContactId;
  readonly about: About;
  readonly topic: string;
  readonly language: RatingAsk['language'];
  /** When it was tapped; no finer. */
  readonly week: Week;
  readonly key: string;
  readonly sealed: string;
};

export const waitingTaps = defineTable<WaitingTap>({
  name: 'waitingTaps',
  owner: 'ratings',
  columns: {
    id: { type: 'text' },
    contactId: { type: 'text' },
    about: { type: 'text' },
    topic: { type: 'text' },
    language: { type: 'text' },
    week: { type: 'text' },
    key: { type: 'text' },
    sealed: { type: 'text' },
  },
  indexes: [{ fields: ['contactId'] }, { fields: ['week', 'id'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: { none: 'that something was rated stands in the thread; what was chosen nobody can say' },
  retention: { forever: 'counted or dropped when its week closes, or at the next close' },
});

/** An ask that was answered: later taps of it do not count. Says nothing else. */
export type RatedAsk = { readonly id: string; readonly at: number };

export const ratedAsks = defineTable<RatedAsk>({
  name: 'ratedAsks',
  owner: 'ratings',
  columns: { id: { type: 'text' }, at: { type: 'integer' } },
  indexes: [{ fields: ['at'] }],
  person: null,
  erase: { keep: 'the id of a message of ours; without it a rating could count twice' },
  export: { none: 'that something was rated stands in the thread' },
  // By then the key is gone, and any tap is too late.
  retention: { field: 'at', days: 30 },
});

/** What a closed week came to for one topic and language: final, and all that is ever kept of the choices. */
export type RatingGroup = {
  readonly id: string;
  readonly about: About;
  /** `other`: of several topics, each of too few people. */
  readonly topic: string;
  readonly language: RatingAsk['language'];
  readonly week: Week;
  /** How often 1, 2, 3, 4, 5 were chosen. */
  readonly counts: readonly number[];
};

export const ratingGroups = defineTable<RatingGroup>({
  name: 'ratingGroups',
  owner: 'ratings',
  columns: {
    id: { type: 'text' },
    about: { type: 'text' },
    topic: { type: 'text' },
    language: { type: 'text' },
    week: { type: 'text' },
    counts: { type: 'json' },
  },
  indexes: [{ fields: ['week', 'id'] }],
  person: null,
  erase: { keep: 'counts of at least five people; whose they are nobody can say' },
  export: { none: 'counts that are nobody’s' },
  retention: { forever: 'counts, a few rows a week' },
});

/** A week that was closed: what comes of it later is counted with the next. */
export type ClosedWeek = { readonly id: Week; readonly closedAt: number };

export const closedWeeks = defineTable<ClosedWeek>({
  name: 'closedWeeks',
  owner: 'ratings',
  columns: { id: { type: 'text' }, closedAt: { type: 'integer' } },
  indexes: [],
  person: null,
  erase: { keep: 'the name of a week' },
  export: { none: 'the name of a week' },
  retention: { forever: 'one row a week' },
});

export const ratingTables = [ratingKeys, waitingTaps, ratedAsks, ratingGroups, closedWeeks] as const;

export const ratingMigrations: readonly Migration[] = [
  { id: 'ratings/1', steps: ratingTables.map((table) => ({ ensure: table })) },
];
