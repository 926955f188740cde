import type { ContactId } from '../contacts/identity.js';
import { defineTable, type Migration } from '../storage/table.js';
import type { DecidedState, NoticePlan, SkipReason, StoredAnnouncementState } from './notice.js';
import type { AnnouncementKind, NoticeLanguage, WindowFacts, Wording } from './wordings.js';

/** What the window was until somebody changed it. */
export type FormerPlan = {
  readonly plan: NoticePlan;
  /** Until when it stood, and who changed it then. */
  readonly until: number;
  readonly by: string;
};

/** A change of an approved notice to many people: it waits for a second operator. */
export type ProposedPlan = { readonly plan: NoticePlan; readonly at: number; readonly by: string };

/** A maintenance window with what is announced of it. Operators' acts and the planner compare and set its version; what a run writes of its
 *  announcements does not, so that a run never stands in an operator's way. */
export type NoticeRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly state: DecidedState;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly plan: NoticePlan;
  /** The oldest first. */
  readonly history: readonly FormerPlan[];
  readonly proposed: ProposedPlan | null;
  /** The window as people last heard of it; null until the first message was queued. */
  readonly told: WindowFacts | null;
  /** Where its audience lives, as far as it was known when it was last counted. */
  readonly timeZones: readonly string[];
  readonly evenIfLate: boolean;
  readonly madeAt: number;
  /** Operators' ids. */
  readonly madeBy: string;
  readonly changedAt: number | null;
  readonly changedBy: string | null;
  readonly approvedAt: number | null;
  readonly approvedBy: string | null;
  readonly version: number;
};

const NOBODY = { person: null, export: { none: 'a window of the company’s, nobody’s data' } } as const;

export const notices = defineTable<NoticeRow>({
  name: 'notices',
  owner: 'notices',
  columns: {
    id: { type: 'text' },
    state: { type: 'text' },
    startsAt: { type: 'integer' },
    endsAt: { type: 'integer' },
    plan: { type: 'json' },
    history: { type: 'json' },
    proposed: { type: 'json', optional: true },
    told: { type: 'json', optional: true },
    timeZones: { type: 'json' },
    evenIfLate: { type: 'boolean' },
    madeAt: { type: 'integer' },
    madeBy: { type: 'text' },
    changedAt: { type: 'integer', optional: true },
    changedBy: { type: 'text', optional: true },
    approvedAt: { type: 'integer', optional: true },
    approvedBy: { type: 'text', optional: true },
    version: { type: 'integer' },
  },
  indexes: [{ fields: ['endsAt'] }],
  ...NOBODY,
  erase: { keep: 'a window of the company’s, nobody’s data' },
  retention: { forever: 'the record of what was announced' },
});

/** One word about a notice: who gets it is decided when it starts. */
export type AnnouncementRow = {
  /** Time-first, see `timeId`. */
  readonly id: string;
  readonly noticeId: string;
  readonly kind: AnnouncementKind;
  readonly lead: string | null;
  readonly at: number;
  readonly notBefore: number;
  readonly uselessAfter: number;
  readonly state: StoredAnnouncementState;
  /** Why it was skipped or cut short: whoever has not got it yet is skipped for this. */
  readonly reason: SkipReason | null;
  /** When the runner looks at it next; null while nothing can happen. */
  readonly dueAt: number | null;
  /** It has started, and not everybody's fate is settled. */
  readonly open: boolean;
  /** The audience is being written down. */
  readonly gathering: boolean;
  /** How far that is. */
  readonly cursor: string | null;
  /** Whom it found. */
  readonly audience: number;
  /** It has left to somebody, or is about to. */
  readonly fed: boolean;
  /** Only those who have heard nothing of the window: the others hear of the change. */
  readonly forNewcomers: boolean;
  /** Of `changed`: the window as people knew it. */
  readonly formerly: WindowFacts | null;
  /** The words, frozen at the start. */
  readonly texts: Readonly<Record<NoticeLanguage, Wording>> | null;
  /** When a message that was not delivered has lapsed: so long after its attempt. */
  readonly ttlMs: number | null;
};

export const announcements = defineTable<AnnouncementRow>({
  name: 'announcements',
  owner: 'notices',
  columns: {
    id: { type: 'text' },
    noticeId: { type: 'text' },
    kind: { type: 'text' },
    lead: { type: 'text', optional: true },
    at: { type: 'integer' },
    notBefore: { type: 'integer' },
    uselessAfter: { type: 'integer' },
    state: { type: 'text' },
    reason: { type: 'text', optional: true },
    dueAt: { type: 'integer', optional: true },
    open: { type: 'boolean' },
    gathering: { type: 'boolean' },
    cursor: { type: 'text', optional: true },
    audience: { type: 'integer' },
    fed: { type: 'boolean' },
    forNewcomers: { type: 'boolean' },
    formerly: { type: 'json', optional: true },
    texts: { type: 'json', optional: true },
    ttlMs: { type: 'integer', optional: true },
  },
  indexes: [{ fields: ['noticeId', 'id'] }, { fields: ['dueAt'] }, { fields: ['noticeId'], where: { open: true } }],
  ...NOBODY,
  erase: { keep: 'a word of the company’s, nobody’s data' },
  retention: { forever: 'the record of what was announced' },
});

/** One person of an announcement's audience, from the moment when it starts. Once the message is queued the outbox knows the rest. */
export type RecipientRow = {
  /** `announcement:contact`, see `recipientId`: nobody is there twice. */
  readonly id: string;
  readonly announcementId: string;
  readonly contactId: ContactId;
  readonly state: 'planned' | 'queued' | 'skipped';
  /** Why they are skipped; of a planned one, what it waits for beyond its time. */
  readonly reason: SkipReason | null;
  /** When it may leave to them. */
  readonly dueAt: number;
  /** When the state was decided. */
  readonly at: number;
};

export const recipients = defineTable<RecipientRow>({
  name: 'recipients',
  owner: 'notices',
  columns: {
    id: { type: 'text' },
    announcementId: { type: 'text' },
    contactId: { type: 'text' },
    state: { type: 'text' },
    reason: { type: 'text', optional: true },
    dueAt: { type: 'integer' },
    at: { type: 'integer' },
  },
  indexes: [
    { fields: ['announcementId', 'state', 'dueAt'] },
    { fields: ['announcementId', 'state', 'reason'] },
    { fields: ['contactId'] },
  ],
  person: { contactId: 'contactId' },
  erase: 'delete',
  export: ['announcementId', 'state', 'reason', 'at'],
  retention: { forever: 'who was told of a window, and who was not and why; it goes with the person' },
});

export const recipientId = (announcementId: string, contactId: string): string => `${announcementId}:${contactId}`;

export const noticeTables = [notices, announcements, recipients] as const;

export const noticeMigrations: readonly Migration[] = [
  { id: 'notices/1', steps: noticeTables.map((table) => ({ ensure: table })) },
];
