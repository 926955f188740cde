import { setImmediate as breathe } from 'node:timers/promises';
import { isHeldReason } from '../delivery/limits.js';
import { outbox } from '../delivery/outbox-table.js';
import { SLICE, slices, type Engine, type Patch } from '../storage/engine.js';
import { recipients, type AnnouncementRow, type RecipientRow } from './notice-tables.js';

/** Ends an announcement that was cut short for everybody who has not got it: nobody is left without a reason. */

/** What is done of one announcement before the next has its turn. */
const SWEEP_SLICES = 20;
/** More messages of an announcement the outbox never holds: see the runner's `AHEAD_SECONDS`. */
const MAX_QUEUED = 10_000;

/** Some slices of those who were to get it, then what is queued already. @returns whether that was all @throws StoreUnavailable */
export async function sweep(
  engine: Engine,
  word: Pick<AnnouncementRow, 'id' | 'reason'>,
  now: number,
): Promise<boolean> {
  const reason = word.reason ?? 'cancelled';
  for (let slice = 0; slice < SWEEP_SLICES; slice += 1) {
    const rows = await engine.find(recipients, {
      where: { announcementId: word.id, state: 'planned' },
      orderBy: [['dueAt', 'asc']],
      limit: SLICE,
    });
    await engine.patchMany(
      recipients,
      // Whoever waited for a template alone was not too late by themselves.
      rows.map((row): Patch<RecipientRow> => ({
        id: row.id,
        set: { state: 'skipped', reason: reason === 'tooLate' ? (row.reason ?? reason) : reason, at: now },
        when: { state: 'planned' },
      })),
    );
    if (rows.length < SLICE) {
      await takeBack(engine, word.id, reason, now);
      return true;
    }
    await breathe();
  }
  return false;
}

/** What is queued already and not in the dispatcher's hand; that asks by itself. */
async function takeBack(engine: Engine, announcementId: string, reason: string, now: number): Promise<void> {
  // What one of Meta's limits held back until then ends for that reason.
  const whyOf = (held: string | null) => (reason === 'tooLate' && isHeldReason(held) ? held : reason);
  const rows = await engine.find(outbox, {
    where: { purpose: 'notice', announcementId, state: 'queued' },
    limit: MAX_QUEUED,
  });
  for (const slice of slices(rows))
    await engine.patchMany(
      outbox,
      slice.map((row) => ({
        id: row.id,
        set: { state: 'rejected', active: false, settledAt: now, reason: whyOf(row.reason), errorCode: null } as const,
        when: { state: 'queued' } as const,
      })),
    );
}
