import { outbox, type OutboxState } from '../delivery/outbox-table.js';
import { inbox } from '../inbox/inbox-tables.js';
import type { Engine } from '../storage/engine.js';
import type { Depths } from './metrics.js';

const STATES: readonly OutboxState[] = ['queued', 'claimed', 'attempted', 'unknown'];

/** Counts the rows themselves: what waits, what is dead, what is on its way out. Settled messages are history, not depth. */
export async function readDepths(engine: Engine, now: number): Promise<Depths> {
  const [inboxDepth, [oldest], deadUpdates, ...counts] = await Promise.all([
    engine.count(inbox, { state: 'waiting' }),
    engine.find(inbox, { where: { state: 'waiting' }, orderBy: [['arrival', 'asc']], limit: 1 }),
    engine.count(inbox, { state: 'dead' }),
    ...STATES.map((state) => engine.count(outbox, { active: true, state })),
  ]);
  return {
    inboxDepth,
    inboxOldestSeconds: oldest ? Math.max(0, now - Math.floor(oldest.arrival / 1_000)) / 1_000 : 0,
    deadUpdates,
    outbox: Object.fromEntries(STATES.map((state, index) => [state, counts[index] ?? 0])),
  };
}
