import { put, type Op } from '../storage/engine.js';
import { defineTable, type Migration } from '../storage/table.js';

/** Something that has to be looked at when its time has come: a case that may have fallen silent, an announcement, a reminder. */
export type DueRow = {
  /** `owner:key`. */
  readonly id: string;
  /** The capability that knows what to do; the name of its handler. */
  readonly owner: string;
  /** What it is about, in the owner's terms: an id of ours. */
  readonly key: string;
  /** ms; null once it is done. */
  readonly dueAt: number | null;
  /** Times in a row that the handler failed. */
  readonly tries: number;
  readonly doneAt: number | null;
};

export const due = defineTable<DueRow>({
  name: 'due',
  owner: 'schedule',
  columns: {
    id: { type: 'text' },
    owner: { type: 'text' },
    key: { type: 'text' },
    dueAt: { type: 'integer', optional: true },
    tries: { type: 'integer' },
    doneAt: { type: 'integer', optional: true },
  },
  indexes: [{ fields: ['dueAt'] }, { fields: ['doneAt'] }],
  person: null,
  erase: {
    keep: 'ids of our own and times: once what they name is gone they say nothing, and the next look ends them',
  },
  export: { none: 'when we look again at something that is exported itself' },
  retention: { field: 'doneAt', days: 1 },
});

export const scheduleMigrations: readonly Migration[] = [{ id: 'schedule/1', steps: [{ ensure: due }] }];

/** Asks to look at something at `dueAt`, whatever was asked for it before: part of the commit that makes it due. */
export const dueOp = (owner: string, key: string, dueAt: number): Op =>
  put(due, { id: `${owner}:${key}`, owner, key, dueAt, tries: 0, doneAt: null });
