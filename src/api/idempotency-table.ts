import { defineTable, type Migration } from '../storage/table.js';

/** A POST that came with an `Idempotency-Key`: whether it still runs, and what it was answered. */
export type IdempotencyRow = {
  /** HMAC of operator and key. */
  readonly id: string;
  /** HMAC of method, path and body: the same key may not be used for anything else. */
  readonly fingerprint: string;
  readonly state: 'running' | 'done';
  readonly status: number | null;
  /** The answer, sealed with a key made from the caller's own `Idempotency-Key`, of which the store has only the hash: it may hold a new
   *  operator's token, or what a person said. */
  readonly answer: Uint8Array | null;
  /** Whose data the answer holds. */
  readonly contactId: string | null;
  readonly createdAt: number;
  /** When the run that holds the row began; every later write of that run compares it. */
  readonly claimedAt: number;
};

export const idempotency = defineTable<IdempotencyRow>({
  name: 'idempotency',
  owner: 'api',
  columns: {
    id: { type: 'text' },
    fingerprint: { type: 'text' },
    state: { type: 'text' },
    status: { type: 'integer', optional: true },
    answer: { type: 'blob', optional: true, personal: 'what an operator was answered, sealed' },
    contactId: { type: 'text', optional: true },
    createdAt: { type: 'integer' },
    claimedAt: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId'] }, { fields: ['createdAt'] }],
  person: { contactId: 'contactId' },
  // The hash stays for its 24 hours, so that the request is not carried out again.
  erase: { blank: ['answer'] },
  export: { none: 'copies of answers about what stands elsewhere in the export, kept for a day' },
  retention: { field: 'createdAt', days: 1 },
});

export const apiMigrations: readonly Migration[] = [{ id: 'api/1', steps: [{ ensure: idempotency }] }];
