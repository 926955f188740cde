import type { SendResult } from '../platform/cloud-api.js';
import { hashed } from '../keys.js';
import type { Patch } from '../storage/engine.js';
import type { OutboxRow } from './outbox-table.js';

/** What became of an attempt: Graph's answer, or that the call was not even made (no lease, no room, too late). */
export type Outcome = SendResult | { readonly kind: 'notStarted' };

/** What an outcome does to the row: the class of an error decides whether to try again, proof decides when (DESIGN §3). */
export type Settling = {
  /** As it was attempted. */
  readonly row: OutboxRow;
  readonly outcome: Outcome;
  /** For what goes back to the queue: not before, ms. */
  readonly dueAt: number;
};

/** The patch applies only while the row is still that attempt, under that fence: a zombie changes nothing. */
export function settlementPatch({ row, outcome, dueAt }: Settling, now: number, pepper: Buffer): Patch<OutboxRow> {
  const when = { state: 'attempted', attempt: row.attempt, fence: row.fence } as const;
  return { id: row.id, set: settled(row, outcome, dueAt, now, pepper), when };
}

function settled(row: OutboxRow, outcome: Outcome, dueAt: number, now: number, pepper: Buffer): Partial<OutboxRow> {
  switch (outcome.kind) {
    case 'accepted':
      return {
        ...gone(now),
        wamid: outcome.wamid,
        wamidHash: hashed(pepper, `wamid:${outcome.wamid}`),
        errorCode: null,
      };
    case 'notStarted':
      return { state: 'queued', dueAt };
    case 'notSent':
      return { state: 'queued', dueAt, reason: outcome.reason, errorCode: outcome.code ?? null };
    case 'rejected':
      return { state: 'rejected', active: false, settledAt: now, reason: outcome.reason, errorCode: outcome.code };
    case 'unknown':
      return notKnown(now, outcome.reason);
  }
}

/** It has gone out: Graph said so, or a status did. */
export const gone = (now: number): Partial<OutboxRow> => ({
  state: 'accepted',
  active: false,
  settledAt: now,
  reason: null,
});

/** It may have gone out. What becomes of it is decided in `unknowns.ts`. */
export const notKnown = (now: number, reason: string): Partial<OutboxRow> => ({
  state: 'unknown',
  settledAt: now,
  reason,
});
