import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';

/** A human has, or is to have, the conversation. */
export type CaseRow = {
  readonly id: string;
  readonly phoneNumberId: string;
  readonly contactId: ContactId;
  readonly state: 'waiting' | 'open' | 'closed';
  readonly reason: string;
  readonly openedAt: number;
  readonly promisedAt: number;
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
    closedAt: { type: 'integer', optional: true },
    closedBy: { type: 'text', optional: true },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId', 'id'] }, { fields: ['state', 'id'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['state', 'reason', 'openedAt', 'promisedAt', 'closedAt'],
  retention: { forever: 'kept as the record of service; it goes with the person' },
});

export const caseMigrations: readonly Migration[] = [{ id: 'cases/1', steps: [{ ensure: cases }] }];
