import { migrations } from '../src/composition.js';
import { queuedRow } from '../src/delivery/reply-row.js';
import { outbox, PRIORITIES } from '../src/delivery/outbox-table.js';
import { slices, type Engine } from '../src/storage/engine.js';
import { ACCOUNT } from './account.js';
import { seededId, type Seeded } from './payloads.js';

const SENT_BEFORE_MS = 30 * 60_000;

/** Fills a store with messages that left half an hour ago, for the statuses of the load to belong to: a status that finds its message
 *  costs more than one that does not. */
export async function seedSentMessages(engine: Engine, rows: number): Promise<Seeded> {
  await engine.migrate(migrations);
  const at = Date.now() - SENT_BEFORE_MS;
  const seeded: Seeded = { rows, idPrefix: at.toString(36).padStart(9, '0') };
  const numbers = Array.from({ length: rows }, (_, row) => row);
  for (const slice of slices(numbers, 1_000))
    await engine.append(
      outbox,
      slice.map((row) => ({
        ...queuedRow({
          id: seededId(seeded, row),
          phoneNumberId: ACCOUNT.phoneNumberId,
          contactId: `bench-contact-${row}` as never,
          personKey: `bench-person-${row}` as never,
          purpose: 'notice',
          priority: PRIORITIES.notice,
          content: { type: 'text', body: 'Завтра с 02:00 до 03:00 сервис недоступен: обновление.' },
          createdAt: at,
          dueAt: at,
          uselessAfter: at + SENT_BEFORE_MS,
          answers: null,
        }),
        state: 'accepted' as const,
        active: false,
        attempt: 1,
        attemptedAt: at,
        settledAt: at,
      })),
    );
  return seeded;
}
