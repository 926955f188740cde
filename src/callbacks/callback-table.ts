import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';

export const CALLBACK_STATES = ['new', 'called', 'missed', 'done', 'cancelled'] as const;
/** `called`: somebody has rung, and what comes of it is not known yet; `missed`: nobody answered. */
export type CallbackState = (typeof CALLBACK_STATES)[number];

/** A call that somebody asked for. */
export type CallbackRow = {
  readonly id: string;
  readonly phoneNumberId: string;
  readonly contactId: ContactId;
  /** Digits with the country code: where to call. Not always a number of WhatsApp. */
  readonly phone: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The zone in which the person was told the time. */
  readonly timeZone: string;
  readonly state: CallbackState;
  /** Something is still to be done: `new` or `called`. */
  readonly active: boolean;
  readonly orderedAt: number;
  /** The start, then the id: what lists are in the order of. */
  readonly dueKey: string;
  readonly version: number;
};

export const callbacks = defineTable<CallbackRow>({
  name: 'callbacks',
  owner: 'callbacks',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    contactId: { type: 'text' },
    phone: { type: 'text', personal: 'the number to call' },
    startsAt: { type: 'integer' },
    endsAt: { type: 'integer' },
    timeZone: { type: 'text', personal: 'time zone' },
    state: { type: 'text' },
    active: { type: 'boolean' },
    orderedAt: { type: 'integer' },
    dueKey: { type: 'text' },
    version: { type: 'integer' },
  },
  indexes: [
    { fields: ['contactId', 'dueKey'] },
    { fields: ['dueKey'] },
    { fields: ['state', 'dueKey'] },
    { fields: ['endsAt'] },
  ],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['phone', 'startsAt', 'endsAt', 'timeZone', 'state', 'orderedAt'],
  // One that nobody has dealt with stays: it is owed, and keeps the consent to hear of it open.
  retention: { field: 'endsAt', days: 90, only: { active: false } },
});

export const callbackMigrations: readonly Migration[] = [{ id: 'callbacks/1', steps: [{ ensure: callbacks }] }];

export const isActive = (state: CallbackState): boolean => state === 'new' || state === 'called';

/** 9 characters of the time in ms, as in `timeId`, then the id. */
export const dueKeyOf = (startsAt: number, id: string): string =>
  `${Math.max(0, startsAt).toString(36).padStart(9, '0')}:${id}`;

/** Nobody has called, and the promised time is over. */
export const isOverdue = ({ state, endsAt }: Pick<CallbackRow, 'state' | 'endsAt'>, now: number): boolean =>
  state === 'new' && endsAt <= now;
