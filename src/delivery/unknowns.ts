import { outbox, type OutboxRow } from './outbox-table.js';
import type { Engine, Patch } from '../storage/engine.js';

/** Replies whose fate is unknown (DESIGN §3): two minutes after the attempt, once a status of a send attempted later has come, such a
 *  reply is taken as lost and sent once more, if it is still true and nothing newer was said to the person. Ten minutes after the
 *  attempt it is final and shown. A notice is never resent. */

const LOST_AFTER_MS = 2 * 60_000;
const FINAL_AFTER_MS = 10 * 60_000;
const LIMIT = 250;

export type UnknownsRound = { readonly resent: number; readonly final: number };

export async function settleUnknowns(engine: Engine, phoneNumberId: string, now: number): Promise<UnknownsRound> {
  const rows = await engine.find(outbox, {
    where: { phoneNumberId, active: true, state: 'unknown', attemptedAt: { lte: now - LOST_AFTER_MS } },
    orderBy: [
      ['priority', 'asc'],
      ['id', 'asc'],
    ],
    limit: LIMIT,
  });
  const patches: Patch<OutboxRow>[] = [];
  const resend: Patch<OutboxRow>[] = [];
  for (const row of rows) {
    const when = { state: 'unknown', attempt: row.attempt, active: true } as const;
    if (await isLost(engine, row, now))
      resend.push({ id: row.id, set: { state: 'queued', resent: true, dueAt: now }, when });
    else if (now - (row.attemptedAt ?? 0) >= FINAL_AFTER_MS || row.uselessAfter <= now)
      patches.push({ id: row.id, set: { active: false }, when });
  }
  const [resent, final] = await Promise.all([engine.patchMany(outbox, resend), engine.patchMany(outbox, patches)]);
  return { resent: resent.length, final: final.length };
}

async function isLost(engine: Engine, row: OutboxRow, now: number): Promise<boolean> {
  if (row.purpose === 'notice' || row.resent || row.uselessAfter <= now || row.attemptedAt === null) return false;
  if (now - row.attemptedAt >= FINAL_AFTER_MS) return false;
  const [newer] = await engine.find(outbox, { where: { contactId: row.contactId, id: { gt: row.id } }, limit: 1 });
  if (newer) return false;
  // Meta's webhooks reach us again, and they speak of later sends: if this one had left, we would know by now.
  const later = await engine.find(outbox, {
    where: { phoneNumberId: row.phoneNumberId, attemptedAt: { gt: row.attemptedAt } },
    orderBy: [['attemptedAt', 'desc']],
    limit: LIMIT,
  });
  return later.some(
    (other) => other.sentAt !== null || other.deliveredAt !== null || other.readAt !== null || other.failedAt !== null,
  );
}
