import type { OutboxRow } from '../delivery/outbox-table.js';
import type { StatusRow } from './message-tables.js';

/** What a message's status events add up to: for each status the earliest time it was said to have happened. A function of the set of
 *  events, not of their order (DESIGN §4.9). */
export type StatusSet = Pick<
  OutboxRow,
  'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt' | 'failedAt' | 'failedCode' | 'category'
>;

// A Map: what Meta calls a status is looked up in it, and no name finds anything else than these.
export const FIELDS = new Map([
  ['sent', 'sentAt'],
  ['delivered', 'deliveredAt'],
  ['read', 'readAt'],
  ['played', 'playedAt'],
  ['failed', 'failedAt'],
] as const);
export type StatusName = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

const earlier = (one: number | null, other: number): number => (one === null ? other : Math.min(one, other));

/** Adds events to a set. @returns only what changes; undefined when nothing does */
export function foldStatuses(row: StatusSet, events: readonly StatusRow[]): Partial<StatusSet> | undefined {
  const next: { -readonly [Field in keyof StatusSet]: StatusSet[Field] } = {
    sentAt: row.sentAt,
    deliveredAt: row.deliveredAt,
    readAt: row.readAt,
    playedAt: row.playedAt,
    failedAt: row.failedAt,
    failedCode: row.failedCode,
    category: row.category,
  };
  for (const event of events) {
    const field = FIELDS.get(event.status as StatusName);
    if (!field) continue;
    // Of several failures the earliest one's code is shown (none, if it has none), and of those of one second the smallest: never the
    // last to arrive.
    if (field === 'failedAt') {
      const sooner =
        next.failedAt === null ||
        event.at < next.failedAt ||
        (event.at === next.failedAt && (event.errorCode ?? Infinity) < (next.failedCode ?? Infinity));
      if (sooner) next.failedCode = event.errorCode;
    }
    next[field] = earlier(next[field], event.at);
    if (event.category !== null && (next.category === null || event.category < next.category))
      next.category = event.category;
  }
  const changed = Object.fromEntries(
    Object.entries(next).filter(([field, value]) => row[field as keyof StatusSet] !== value),
  );
  return Object.keys(changed).length > 0 ? changed : undefined;
}
