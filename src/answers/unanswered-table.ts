import { defineTable, type Migration } from '../storage/table.js';

/** A question that the bot could not answer, as often as it was asked on one day: masked, and nobody's. Who asked, and at what time of
 *  the day, is written nowhere here. */
export type UnansweredRow = {
  /** `day.language.hash of the words`: the newest day is the greatest. */
  readonly id: string;
  readonly text: string;
  readonly language: string;
  /** Midnight in UTC of the company's day, ms. */
  readonly dayAt: number;
};

/** One time that a question was asked. Two turns at once must both count without waiting for each other, so each adds a row. */
export type AskedRow = {
  /** Begins with the day, not with the time. */
  readonly id: string;
  readonly questionId: string;
  readonly dayAt: number;
};

const KEPT_DAYS = 90;
const retention = { field: 'dayAt', days: KEPT_DAYS } as const;
const nobodys = {
  person: null,
  erase: { keep: 'masked questions by day; none can be tied to a person' },
  export: { none: 'it is not known whose question it was' },
} as const;

export const unanswered = defineTable<UnansweredRow>({
  ...nobodys,
  name: 'unanswered',
  owner: 'answers',
  columns: { id: { type: 'text' }, text: { type: 'text' }, language: { type: 'text' }, dayAt: { type: 'integer' } },
  indexes: [{ fields: ['dayAt'] }],
  retention,
});

export const unansweredTimes = defineTable<AskedRow>({
  ...nobodys,
  name: 'unansweredTimes',
  owner: 'answers',
  columns: { id: { type: 'text' }, questionId: { type: 'text' }, dayAt: { type: 'integer' } },
  indexes: [{ fields: ['questionId'] }, { fields: ['dayAt'] }],
  retention,
});

export const answerMigrations: readonly Migration[] = [
  { id: 'answers/1', steps: [{ ensure: unanswered }, { ensure: unansweredTimes }] },
];
