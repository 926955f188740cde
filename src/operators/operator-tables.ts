import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { Role } from './operator.js';

/** Somebody of the company who may act through the API. */
export type OperatorRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The token itself is shown once and kept nowhere. */
  readonly tokenHash: string;
  readonly createdAt: number;
  readonly disabledAt: number | null;
};

export const operators = defineTable<OperatorRow>({
  name: 'operators',
  owner: 'operators',
  columns: {
    id: { type: 'text' },
    name: { type: 'text' },
    role: { type: 'text' },
    tokenHash: { type: 'text' },
    createdAt: { type: 'integer' },
    disabledAt: { type: 'integer', optional: true },
  },
  indexes: [{ fields: ['tokenHash'], unique: true }],
  person: null,
  erase: { keep: 'the company’s own people, not its customers' },
  export: { none: 'the company’s own people, not its customers' },
  retention: { forever: 'the audit names them; a disabled one stays disabled' },
});

/** One act through the API: who, what, when, before and after. Written in the commit of its effect. */
export type AuditRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly at: number;
  /** The operator's id, or `admin`; `contact` where a customer's own message did it. */
  readonly operator: string;
  /** What was done, as `noun.verb`. */
  readonly action: string;
  /** What it was done to, as `noun:id`. Never a number or a name. */
  readonly target: string;
  /** Whose data `before` and `after` may hold. */
  readonly contactId: ContactId | null;
  readonly before: unknown;
  readonly after: unknown;
};

export const audit = defineTable<AuditRow>({
  name: 'audit',
  owner: 'operators',
  columns: {
    id: { type: 'text' },
    at: { type: 'integer' },
    operator: { type: 'text' },
    action: { type: 'text' },
    target: { type: 'text' },
    contactId: { type: 'text', optional: true },
    before: { type: 'json', optional: true, personal: 'what an operator changed about the person' },
    after: { type: 'json', optional: true, personal: 'what an operator changed about the person' },
  },
  indexes: [{ fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  // That something was done stays; what it said about the person goes.
  erase: { blank: ['before', 'after'] },
  export: ['at', 'action', 'before', 'after'],
  retention: { forever: 'the record of who did what; its details go with the person' },
});

export const operatorMigrations: readonly Migration[] = [
  { id: 'operators/1', steps: [{ ensure: operators }, { ensure: audit }] },
];
