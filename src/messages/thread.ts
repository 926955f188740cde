import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import type { Engine, Where } from '../storage/engine.js';
import { inboundMessages, type InboundRow } from './message-tables.js';
import { textOf } from './outbound.js';
import { shownState, type OutboundState, type ShownState } from './shown-state.js';

/** The thread: what customers said and what we said, as one list. Both halves have ids that begin with the time, so the list in the order
 *  of ids is the list in the order of time. */

export type ThreadMessage = {
  readonly id: string;
  readonly contactId: string;
  readonly direction: 'inbound' | 'outbound';
  /** Who said it: the person, the bot, an operator, or a notice. */
  readonly by: SaidBy;
  readonly type: string;
  /** Null once its retention is over. */
  readonly text: string | null;
  readonly state: ShownState;
  /** Why one of ours was refused, or waits. */
  readonly reason: string | null;
  readonly at: number;
};

export const SAID_BY = ['person', 'bot', 'operator', 'notice'] as const;
export type SaidBy = (typeof SAID_BY)[number];

export type ThreadQuery = {
  /** All ids of one person; everybody when absent. */
  readonly contactIds?: readonly string[];
  readonly phoneNumberId?: string;
  readonly state?: ShownState;
  /** Only what is older than the message with this id. */
  readonly before?: string;
  readonly limit: number;
};

/** The newest messages that fit, newest first. */
export async function readThread(engine: Engine, query: ThreadQuery): Promise<readonly ThreadMessage[]> {
  const { contactIds, phoneNumberId, before, limit } = query;
  const common = {
    ...(before === undefined ? {} : { id: { lt: before } }),
    ...(contactIds === undefined ? {} : { contactId: oneOf(contactIds) }),
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
  };
  const orderBy = [['id', 'desc']] as const;
  const halves = await Promise.all([
    query.state === undefined || query.state === 'received'
      ? engine
          .find(inboundMessages, { where: common as Where<InboundRow>, orderBy, limit })
          .then((rows) => rows.map(inbound))
      : [],
    ...outboundConditions(query.state).map((state) =>
      engine
        .find(outbox, { where: { ...common, ...state } as Where<OutboxRow>, orderBy, limit })
        .then((rows) => rows.map(outbound)),
    ),
  ]);
  return halves
    .flat()
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit);
}

/** A lone id is compared, not looked for in a list: that is what the index is best at. */
const oneOf = (ids: readonly string[]) => (ids.length === 1 ? ids[0] : { in: ids });

const SOME = { not: null } as const;

/** `shownState` as conditions on rows; two of them where one cannot say it. A test compares the two. */
const CONDITIONS: Readonly<Record<OutboundState, readonly Where<OutboxRow>[]>> = {
  queued: [{ active: true, state: { in: ['queued', 'claimed'] } }],
  attempted: [{ active: true, state: 'attempted' }],
  rejected: [{ state: 'rejected' }],
  unknown: [{ state: 'unknown' }],
  read: [
    { state: 'accepted', readAt: SOME },
    { state: 'accepted', readAt: null, playedAt: SOME },
  ],
  delivered: [{ state: 'accepted', readAt: null, playedAt: null, deliveredAt: SOME }],
  failed: [{ state: 'accepted', readAt: null, playedAt: null, deliveredAt: null, failedAt: SOME }],
  sent: [{ state: 'accepted', readAt: null, playedAt: null, deliveredAt: null, failedAt: null, sentAt: SOME }],
  accepted: [{ state: 'accepted', readAt: null, playedAt: null, deliveredAt: null, failedAt: null, sentAt: null }],
};

function outboundConditions(state: ShownState | undefined): readonly Where<OutboxRow>[] {
  if (state === undefined) return [{}];
  return state === 'received' ? [] : CONDITIONS[state];
}

const inbound = (row: InboundRow): ThreadMessage => ({
  id: row.id,
  contactId: row.contactId,
  direction: 'inbound',
  by: 'person',
  type: row.type,
  text: row.text,
  state: 'received',
  reason: null,
  at: row.at,
});

/** One of ours, as the thread shows it. */
export const outbound = (row: OutboxRow): ThreadMessage => ({
  id: row.id,
  contactId: row.contactId,
  direction: 'outbound',
  by: row.purpose === 'reply' ? 'bot' : row.purpose,
  type: row.content?.type ?? 'text',
  text: row.content && textOf(row.content),
  state: shownState(row),
  reason: row.reason,
  at: row.createdAt,
});
