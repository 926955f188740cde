import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { newContactRow } from '../contacts/new-contact-row.js';
import type { OutboxRow } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { timeIdFrom } from '../time-id.js';
import type { InboundRow } from './message-tables.js';

/** Rows of people and of what was said, for tests. */

export const aContact = (id: string, more: Partial<ContactRow> = {}): ContactRow => ({
  ...newContactRow({ id: id as ContactId, personKey: `key-${id}` as PersonKey, identities: [], createdAt: 0 }),
  ...more,
});

export const anInbound = (at: number, contactId: string, text = `said at ${at}`): InboundRow => ({
  id: `${timeIdFrom(at)}-in`,
  phoneNumberId: '1000',
  contactId: contactId as ContactId,
  type: 'text',
  text,
  wamid: null,
  at,
});

export const anOutbound = (at: number, contactId: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
  ...queuedRow({
    id: `${timeIdFrom(at)}-out`,
    phoneNumberId: '1000',
    contactId: contactId as ContactId,
    personKey: `key-${contactId}` as PersonKey,
    purpose: 'reply',
    priority: 1,
    content: { type: 'text', body: `answered at ${at}` },
    createdAt: at,
    dueAt: at,
    uselessAfter: at + 1,
    answers: null,
  }),
  state: 'accepted',
  active: false,
  attempt: 1,
  fence: 1,
  attemptedAt: at,
  settledAt: at,
  ...more,
});
