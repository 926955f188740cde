import type { ContactId } from '../contacts/identity.js';
import { statusEvents } from '../messages/message-tables.js';
import { gone } from './settlement.js';
import { hasStatus, outbox, type OutboxRow } from './outbox-table.js';
import type { Engine, Patch } from '../storage/engine.js';

/** Replies whose fate is unknown (DESIGN §3): two minutes after the attempt, once a status of a send attempted later has come, such a
 *  reply is taken as lost and sent once more, if it is still true and nothing newer was said to the person. Unknown again, or ten minutes
 *  after the attempt, it is final and shown. A notice is never resent. */

export const LOST_AFTER_MS = 2 * 60_000;
export const FINAL_AFTER_MS = 10 * 60_000;
const LIMIT = 250;
const MAX_NEWER = 1_000;
/** A status may be on its way into the row that was unknown just now. */
const FOLD_MS = 2_000;
/** Sends of the last seconds have no statuses yet. */
const STATUS_DELAY_MS = 3_000;

export type UnknownsRound = {
  readonly resent: number;
  /** Rows that a status has settled, or that are final now. */
  readonly settled: readonly string[];
};

export async function settleUnknowns(engine: Engine, phoneNumberId: string, now: number): Promise<UnknownsRound> {
  const rows = await engine.find(outbox, {
    where: { phoneNumberId, active: true, state: 'unknown' },
    orderBy: [
      ['priority', 'asc'],
      ['id', 'asc'],
    ],
    limit: LIMIT,
  });
  if (rows.length === 0) return { resent: 0, settled: [] };
  const candidates = rows.filter((row) => mayBeLost(row, now));
  const lost =
    candidates.length === 0
      ? new Set<OutboxRow>()
      : new Set(await nothingNewer(engine, await overtaken(engine, phoneNumberId, candidates, now)));
  const patches = rows.flatMap((row): Patch<OutboxRow>[] => {
    const set = nextOf(row, lost, now);
    return set ? [{ id: row.id, set, when: { state: 'unknown', attempt: row.attempt, active: true } }] : [];
  });
  const changed = new Set(await engine.patchMany(outbox, patches));
  const done = patches.filter(({ id }) => changed.has(id));
  return {
    resent: done.filter(({ set }) => set.state === 'queued').length,
    settled: done.filter(({ set }) => set.state !== 'queued').map(({ id }) => id),
  };
}

function nextOf(row: OutboxRow, lost: ReadonlySet<OutboxRow>, now: number): Partial<OutboxRow> | undefined {
  if (hasStatus(row)) return gone(now);
  if (lost.has(row)) return { state: 'queued', resent: true, dueAt: now };
  return isFinal(row, now) ? { active: false } : undefined;
}

/** No third message shall come of a second unknown. */
function isFinal(row: OutboxRow, now: number): boolean {
  if (now - (row.attemptedAt ?? 0) >= FINAL_AFTER_MS) return true;
  return row.resent ? now - (row.settledAt ?? 0) >= FOLD_MS : row.uselessAfter <= now && isOld(row, now);
}

const isOld = (row: OutboxRow, now: number): boolean => now - (row.attemptedAt ?? 0) >= LOST_AFTER_MS;

const mayBeLost = (row: OutboxRow, now: number): boolean =>
  row.purpose !== 'notice' &&
  !row.resent &&
  !hasStatus(row) &&
  row.uselessAfter > now &&
  isOld(row, now) &&
  now - (row.attemptedAt ?? 0) < FINAL_AFTER_MS;

/** Those before which in time a send of ours was attempted of which a status has come: Meta's webhooks reach us again, and speak of later
 *  sends; if these had left, we would know by now. Asked at both ends of the time since then, so that it stays cheap when nothing comes. */
async function overtaken(
  engine: Engine,
  phoneNumberId: string,
  candidates: readonly OutboxRow[],
  now: number,
): Promise<OutboxRow[]> {
  const attemptedAt = (row: OutboxRow) => row.attemptedAt ?? 0;
  const oldest = Math.min(...candidates.map(attemptedAt));
  const some = (gt: number, lte: number, way: 'asc' | 'desc') =>
    engine.find(outbox, {
      where: { phoneNumberId, attemptedAt: { gt, lte } },
      orderBy: [['attemptedAt', way]],
      limit: LIMIT,
    });
  const latest = [...(await some(oldest, now - STATUS_DELAY_MS, 'desc')), ...(await some(oldest, now, 'asc'))]
    .filter(hasStatus)
    .reduce((time, row) => Math.max(time, attemptedAt(row)), -Infinity);
  return candidates.filter((row) => attemptedAt(row) < latest);
}

/** Those after which nothing was said, nor is about to be said, to the person: what was refused was not said. */
async function nothingNewer(engine: Engine, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
  if (rows.length === 0) return [];
  const newerThan = (id: string, people: readonly ContactId[], limit: number) =>
    engine.find(outbox, {
      where: { contactId: { in: people }, id: { gt: id }, state: { notIn: ['rejected'] } },
      limit,
    });
  const oldest = rows.reduce((least, row) => (row.id < least ? row.id : least), rows[0]?.id ?? '');
  const newer = await newerThan(oldest, [...new Set(rows.map((row) => row.contactId))], MAX_NEWER);
  const isAnswered = (row: OutboxRow) => newer.some((other) => other.contactId === row.contactId && other.id > row.id);
  if (newer.length < MAX_NEWER) return rows.filter((row) => !isAnswered(row));
  // Too much was said to all of them together to be read at once: asked one by one.
  const each = await Promise.all(rows.map((row) => newerThan(row.id, [row.contactId], 1)));
  return rows.filter((_, index) => each[index]?.length === 0);
}

/** Whether a status of a send of ours has come since. */
export async function hasStatusSince(engine: Engine, phoneNumberId: string, since: number): Promise<boolean> {
  const where = { phoneNumberId, outboxId: { not: null }, arrival: { gt: since * 1_000 } } as const;
  return (await engine.find(statusEvents, { where, limit: 1 })).length > 0;
}
