import type { OutboxRow } from '../delivery/outbox-table.js';

/** What is shown of a message. One of ours: where it is on its way, then what Meta says became of it. One of theirs: `received`. */
export const SHOWN_STATES = [
  'received',
  'queued',
  'attempted',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
  'rejected',
  'unknown',
] as const;
export type ShownState = (typeof SHOWN_STATES)[number];
export type OutboundState = Exclude<ShownState, 'received'>;

type Shown = Pick<OutboxRow, 'state' | 'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt' | 'failedAt'>;

/** A function of the set of status events, never of their order (DESIGN §4.9): what proves the most is shown. A "delivered" disproves a
 *  "failed", whichever came first (reference §4). */
export function shownState(row: Shown): OutboundState {
  if (row.state === 'claimed') return 'queued';
  if (row.state !== 'accepted') return row.state;
  if (row.playedAt !== null || row.readAt !== null) return 'read';
  if (row.deliveredAt !== null) return 'delivered';
  if (row.failedAt !== null) return 'failed';
  return row.sentAt !== null ? 'sent' : 'accepted';
}
