import type { SendResult } from '../platform/cloud-api.js';
import { hashed } from '../keys.js';
import type { Patch } from '../storage/engine.js';
import type { OutboxRow } from './outbox-table.js';

/** What an answer of Graph's does to the row: the class of an error decides whether to try again, proof decides when (DESIGN §3). */
export type Settling = {
  readonly row: OutboxRow;
  readonly result: SendResult;
  /** For `notSent`: not before, ms. */ readonly dueAt: number;
};

/** @param row as it was attempted: the patch applies only while the row is still that attempt, under that fence */
export function settlementPatch({ row, result, dueAt }: Settling, now: number, pepper: Buffer): Patch<OutboxRow> {
  const when = { state: 'attempted', attempt: row.attempt, fence: row.fence } as const;
  switch (result.kind) {
    case 'accepted':
      return {
        id: row.id,
        set: {
          state: 'accepted',
          active: false,
          settledAt: now,
          wamid: result.wamid,
          wamidHash: hashed(pepper, `wamid:${result.wamid}`),
          reason: null,
          errorCode: null,
        },
        when,
      };
    case 'notSent':
      return {
        id: row.id,
        set: { state: 'queued', dueAt, reason: result.reason, errorCode: result.code ?? null },
        when,
      };
    case 'rejected':
      return {
        id: row.id,
        set: { state: 'rejected', active: false, settledAt: now, reason: result.reason, errorCode: result.code },
        when,
      };
    case 'unknown':
      // A second unknown is final: it was sent once more already, and no third message shall come of it.
      return {
        id: row.id,
        set: { state: 'unknown', active: !row.resent, settledAt: now, reason: result.reason },
        when,
      };
  }
}
