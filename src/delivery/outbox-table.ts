import type { Topic } from '../contacts/contact-shape.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import type { OutboundContent } from '../messages/outbound.js';
import { defineTable, type Migration } from '../storage/table.js';

/** Queued → claimed → attempted → accepted | rejected | unknown (DESIGN §3 "An outbound message"). */
export type OutboxState = 'queued' | 'claimed' | 'attempted' | 'accepted' | 'rejected' | 'unknown';

/** Who says it, and so what it needs: a reply answers the person's own last turn; an operator's word and a notice need consent. */
export type Purpose = 'reply' | 'operator' | 'notice';

/** What leaves first. `reserved`: stop confirmations and humans, which may use the last of a person's burst. */
export const PRIORITIES = { reserved: 0, reply: 1, notice: 5 } as const;

export type OutboxRow = {
  /** Time-first, see `timeId`; also the callback data's first part. */
  readonly id: string;
  readonly phoneNumberId: string;
  readonly contactId: ContactId;
  readonly personKey: PersonKey;
  readonly purpose: Purpose;
  /** What a notice is about, and so which consent it needs; an operator's word is `service`, a reply needs none. */
  readonly topic: Topic | null;
  /** Of a notice: which announcement it is. */
  readonly announcementId: string | null;
  readonly priority: number;
  readonly state: OutboxState;
  /** Something may still happen to it by our hand: not yet accepted, rejected, or finally unknown. */
  readonly active: boolean;
  /** Null once the body's retention is over, or the person is erased. */
  readonly content: OutboundContent | null;
  readonly createdAt: number;
  readonly dueAt: number;
  /** It stopped being true then; ms. */
  readonly uselessAfter: number;
  /** How many times a call was made, or may have been. */
  readonly attempt: number;
  /** The lease's fence at the claim: every later write compares it. */
  readonly fence: number;
  readonly attemptedAt: number | null;
  readonly settledAt: number | null;
  /** It was taken as lost and sent once more; that never happens twice. */
  readonly resent: boolean;
  /** The customer's message that it answers: marked as read when the answer leaves. */
  readonly answers: string | null;
  readonly wamid: string | null;
  readonly wamidHash: string | null;
  /** Meta's code of the last refusal, and our word for it. */
  readonly errorCode: number | null;
  readonly reason: string | null;
  /** The set of status events, each with the earliest time it was said to have happened, ms. What is shown is computed from it. */
  readonly sentAt: number | null;
  readonly deliveredAt: number | null;
  readonly readAt: number | null;
  readonly playedAt: number | null;
  readonly failedAt: number | null;
  readonly failedCode: number | null;
  readonly category: string | null;
};

export const outbox = defineTable<OutboxRow>({
  name: 'outbox',
  owner: 'delivery',
  columns: {
    id: { type: 'text' },
    phoneNumberId: { type: 'text' },
    contactId: { type: 'text' },
    personKey: { type: 'text' },
    purpose: { type: 'text' },
    topic: { type: 'text', optional: true },
    announcementId: { type: 'text', optional: true },
    priority: { type: 'integer' },
    state: { type: 'text' },
    active: { type: 'boolean' },
    content: { type: 'json', optional: true, personal: 'what was said to the person' },
    createdAt: { type: 'integer' },
    dueAt: { type: 'integer' },
    uselessAfter: { type: 'integer' },
    attempt: { type: 'integer' },
    fence: { type: 'integer' },
    attemptedAt: { type: 'integer', optional: true },
    settledAt: { type: 'integer', optional: true },
    resent: { type: 'boolean' },
    answers: { type: 'text', optional: true, personal: 'it spells the phone number' },
    wamid: { type: 'text', optional: true, personal: 'it spells the phone number' },
    wamidHash: { type: 'text', optional: true },
    errorCode: { type: 'integer', optional: true },
    reason: { type: 'text', optional: true },
    sentAt: { type: 'integer', optional: true },
    deliveredAt: { type: 'integer', optional: true },
    readAt: { type: 'integer', optional: true },
    playedAt: { type: 'integer', optional: true },
    failedAt: { type: 'integer', optional: true },
    failedCode: { type: 'integer', optional: true },
    category: { type: 'text', optional: true },
  },
  indexes: [
    { fields: ['phoneNumberId', 'priority', 'id'], where: { active: true } },
    { fields: ['contactId', 'id'] },
    { fields: ['wamidHash'] },
    { fields: ['phoneNumberId', 'attemptedAt'] },
    { fields: ['announcementId', 'contactId'], where: { purpose: 'notice' } },
    // What an announcement's messages have come to is counted from the index alone.
    {
      fields: [
        'announcementId',
        'state',
        'errorCode',
        'reason',
        'readAt',
        'playedAt',
        'deliveredAt',
        'failedAt',
        'sentAt',
        'attemptedAt',
      ],
      where: { purpose: 'notice' },
    },
  ],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['createdAt', 'purpose', 'content', 'state', 'sentAt', 'deliveredAt', 'readAt', 'failedAt'],
  retention: { field: 'id', unit: 'timeId', days: 'bodies', blank: ['content', 'wamid', 'answers'] },
});

/** Meta has said something of it: it has gone out, whatever became of our call. */
export const hasStatus = (
  row: Pick<OutboxRow, 'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt' | 'failedAt'>,
): boolean =>
  row.sentAt !== null ||
  row.deliveredAt !== null ||
  row.readAt !== null ||
  row.playedAt !== null ||
  row.failedAt !== null;

export const deliveryMigrations: readonly Migration[] = [
  { id: 'delivery/1', steps: [{ ensure: outbox }] },
  { id: 'delivery/2', steps: [{ ensure: outbox }] }, // the topic
  { id: 'delivery/3', steps: [{ ensure: outbox }] }, // the announcement
];
