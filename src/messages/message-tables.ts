import type { ContactId, PersonKey } from '../contacts/identity.js';
import type { Session } from '../conversation/session.js';
import { defineTable, type Migration } from '../storage/table.js';

/** What customers said: the inbound half of the thread. What we said stands in the outbox. */
export type InboundRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly phoneNumberId: string;
  readonly contactId: ContactId;
  readonly type: string;
  readonly text: string | null;
  /** Meta's id of it, to quote it and to mark it read. */
  readonly wamid: string | null;
  readonly at: number;
};

export const inboundMessages = defineTable<InboundRow>({
  name: 'inboundMessages',
  owner: 'messages',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    contactId: { type: 'text' },
    type: { type: 'text' },
    text: { type: 'text', optional: true, personal: 'what the person wrote' },
    wamid: { type: 'text', optional: true, personal: 'it spells the phone number' },
    at: { type: 'integer' },
  },
  indexes: [{ fields: ['contactId', 'id'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['at', 'type', 'text'],
  retention: { field: 'id', unit: 'timeId', days: 'bodies', blank: ['text', 'wamid'] },
});

/** One conversation: a person and one of our numbers. Its session is compared and set by every turn; its window is what free-form
 *  messages need (reference §8.1). */
export type ConversationRow = {
  /** `phoneNumberId:personKey`. */
  readonly id: string;
  readonly phoneNumberId: string;
  readonly personKey: PersonKey;
  readonly contactId: ContactId;
  readonly session: Session | null;
  /** When the person last wrote here, by Meta's clock, ms: the window is counted from it. */
  readonly lastInboundAt: number;
  readonly version: number;
};

export const conversations = defineTable<ConversationRow>({
  name: 'conversations',
  owner: 'messages',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    personKey: { type: 'text' },
    contactId: { type: 'text' },
    session: { type: 'json', optional: true, personal: 'where the person is in the dialog' },
    lastInboundAt: { type: 'integer' },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['personKey'] }, { fields: ['contactId'] }],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['session', 'lastInboundAt'],
  retention: { forever: 'one row a person; it goes with them' },
});

export const conversationId = (phoneNumberId: string, personKey: string): string => `${phoneNumberId}:${personKey}`;

/** A status event as Meta sent it: appended by the door, folded into its message in bulk, and gone then: the message keeps the earliest
 *  time of each state, and the same event delivered again adds nothing to that set. It names nobody: the message is found by our own
 *  callback data, or by the hash of the wamid. */
export type StatusRow = {
  /** HMAC of the dedupe key. */
  readonly id: string;
  readonly phoneNumberId: string;
  readonly outboxId: string | null;
  /** Empty where `outboxId` names the message. */
  readonly wamidHash: string;
  readonly status: string;
  readonly at: number;
  readonly errorCode: number | null;
  readonly category: string | null;
  readonly arrival: number;
  /** `new`; `orphan`: no message of ours is known by it yet; `folded`: the newest one, kept to tell that Meta is there. */
  readonly state: 'new' | 'folded' | 'orphan';
};

export const statusEvents = defineTable<StatusRow>({
  name: 'statusEvents',
  small: true,
  owner: 'messages',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    outboxId: { type: 'text', optional: true },
    wamidHash: { type: 'text' },
    status: { type: 'text' },
    at: { type: 'integer' },
    errorCode: { type: 'integer', optional: true },
    category: { type: 'text', optional: true },
    arrival: { type: 'integer' },
    state: { type: 'text' },
  },
  indexes: [
    { fields: ['arrival'], where: { state: 'new' } },
    { fields: ['arrival'], where: { state: 'orphan' } },
  ],
  person: null,
  erase: { keep: 'hashes, times and states; nothing in it can be tied to a person once the message is gone' },
  export: { none: 'what it added up to stands at the message' },
  retention: { field: 'arrival', unit: 'arrival', days: 9 },
});

export const messageMigrations: readonly Migration[] = [
  { id: 'messages/1', steps: [{ ensure: inboundMessages }, { ensure: conversations }, { ensure: statusEvents }] },
  { id: 'messages/2', steps: [{ ensure: statusEvents }] }, // an index less
];
