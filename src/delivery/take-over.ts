import type { PersonKey } from '../contacts/identity.js';
import type { Engine, Patch } from '../storage/engine.js';
import { hasStatus, outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { gone, notKnown } from './settlement.js';

/** What a new holder of a number finds: rows that somebody left half-done, and what was sent of late. */

const PAGE = 250;
const MAX_PAGES = 1_000;

/** Claimed is due again; attempted may have gone out. Rows that are in this process's own hands (`isOurs`) are left to it. */
export async function putRight(
  engine: Engine,
  phoneNumberId: string,
  now: number,
  isOurs: (id: string) => boolean,
): Promise<{ readonly settled: readonly string[] }> {
  const settled: string[] = [];
  let after = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const rows = await engine.find(outbox, {
      where: { phoneNumberId, active: true, state: { in: ['claimed', 'attempted'] }, id: { gt: after } },
      orderBy: [['id', 'asc']],
      limit: PAGE,
    });
    const left = rows.filter((row) => !isOurs(row.id));
    const changed = new Set(
      await engine.patchMany(
        outbox,
        left.map((row): Patch<OutboxRow> => ({
          id: row.id,
          set: leftBehind(row, now),
          when: { state: row.state, fence: row.fence, attempt: row.attempt },
        })),
      ),
    );
    settled.push(...left.filter((row) => row.state === 'attempted' && changed.has(row.id)).map((row) => row.id));
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.id ?? after;
  }
  return { settled };
}

function leftBehind(row: OutboxRow, now: number): Partial<OutboxRow> {
  if (row.state === 'claimed') return { state: 'queued' };
  return hasStatus(row) ? gone(now) : notKnown(now, 'interrupted');
}

const RECENT_ROWS = 20_000;
const RECENT_PAGE = 500;

/** Attempts since a time, oldest first; of too many the latest. In small pages, so that nothing holds the main thread for long. */
export async function recentAttempts(
  engine: Engine,
  phoneNumberId: string,
  since: number,
): Promise<{ readonly personKey: PersonKey; readonly attemptedAt: number }[]> {
  const found: { personKey: PersonKey; attemptedAt: number }[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  while (found.length < RECENT_ROWS) {
    const rows = await engine.find(outbox, {
      where: { phoneNumberId, attemptedAt: { gt: since, lt: before } },
      orderBy: [['attemptedAt', 'desc']],
      limit: RECENT_PAGE,
    });
    for (const { personKey, attemptedAt } of rows) found.push({ personKey, attemptedAt: attemptedAt ?? 0 });
    if (rows.length < RECENT_PAGE) break;
    before = found.at(-1)?.attemptedAt ?? since;
  }
  return found.reverse();
}

/** Whether a call was made after a time. */
export async function hasAttemptSince(engine: Engine, phoneNumberId: string, since: number): Promise<boolean> {
  const where = { phoneNumberId, attemptedAt: { gt: since } } as const;
  return (await engine.find(outbox, { where, limit: 1 })).length > 0;
}

/** Replies that were put off: those behind them have to wait as long. */
export async function putOff(engine: Engine, phoneNumberId: string, now: number): Promise<OutboxRow[]> {
  return engine.find(outbox, {
    where: {
      phoneNumberId,
      active: true,
      state: 'queued',
      priority: { lt: PRIORITIES.notice },
      dueAt: { gt: now },
    },
    orderBy: [
      ['priority', 'asc'],
      ['id', 'asc'],
    ],
    limit: 1_000,
  });
}
