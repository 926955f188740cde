import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';

/** A human has, or is to have, the conversation. `waiting` until the first reply, then `open`. */
export type CaseRow = {
  readonly id: string;
  readonly phoneNumberId: string;
  readonly contactId: ContactId;
  readonly state: 'waiting' | 'open' | 'closed';
  readonly reason: string;
  readonly openedAt: number;
  readonly promisedAt: number;
  /** The operator who has it: the first to answer, or whoever took it over. */
  readonly owner: string | null;
  /** When an operator last wrote to the person. */
  readonly repliedAt: number | null;
  readonly closedAt: number | null;
  readonly closedBy: string | null;
  readonly version: number;
};

export const cases = defineTable<CaseRow>({
  name: 'cases',
  owner: 'cases',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    contactId: { type: 'text' },
    state: { type: 'text' },
    reason: { type: 'text' },
    openedAt: { type: 'integer' },
    promisedAt: { type: 'integer' },
    owner: { type: 'text', optional: true },
    repliedAt: { type: 'integer', optional: true },
    closedAt: { type: 'integer', optional: true },
    closedBy: { type: 'text', optional: true },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId', 'id'] }, { fields: ['state', 'id'] }, { fields: ['owner', 'id'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['state', 'reason', 'openedAt', 'promisedAt', 'closedAt'],
  retention: { forever: 'kept as the record of service; it goes with the person' },
});

/** What agents tell each other about a case; the person never sees it. */
export type NoteRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly caseId: string;
  readonly contactId: ContactId;
  readonly operator: string;
  readonly text: string;
  readonly at: number;
};

export const caseNotes = defineTable<NoteRow>({
  name: 'caseNotes',
  owner: 'cases',
  columns: {
    id: { type: 'text' },
    caseId: { type: 'text' },
    contactId: { type: 'text' },
    operator: { type: 'text' },
    text: { type: 'text', personal: 'what agents wrote about the person' },
    at: { type: 'integer' },
  },
  indexes: [{ fields: ['caseId', 'id'] }, { fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['at', 'text'],
  retention: { field: 'id', unit: 'timeId', days: 'bodies' },
});

export const caseMigrations: readonly Migration[] = [
  { id: 'cases/1', steps: [{ ensure: cases }] },
  { id: 'cases/2', steps: [{ ensure: cases }, { ensure: caseNotes }] }, // owner, last reply, notes
];
