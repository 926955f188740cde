import type { OutboxRow } from '../delivery/outbox-table.js';
import type { WherePatch } from '../storage/engine.js';
import { FIELDS, type StatusName } from './fold.js';
import type { StatusRow } from './message-tables.js';

/** What a status comes to for its message where that is as it nearly always is: Graph took it, our own callback data names it, and this
 *  time is not known yet. The same as folding it (fold.ts); undefined for what the folder has to look at, such as every failure. */
export function patchAtOnce(
  event: Pick<StatusRow, 'phoneNumberId' | 'outboxId' | 'status' | 'at' | 'errorCode' | 'category'>,
): WherePatch<OutboxRow> | undefined {
  const { phoneNumberId, outboxId, at, errorCode, category } = event;
  const field = FIELDS.get(event.status as StatusName);
  if (!field || field === 'failedAt' || outboxId === null || errorCode !== null) return undefined;
  const still = { phoneNumberId, state: 'accepted', [field]: null } as const;
  return category === null
    ? { id: outboxId, set: { [field]: at }, when: still }
    : { id: outboxId, set: { [field]: at, category }, when: { ...still, category: { in: [null, category] } } };
}
