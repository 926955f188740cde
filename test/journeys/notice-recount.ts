import assert from 'node:assert/strict';
import type { Announcement } from './announcing.js';
import type { Stand } from './stand.js';
import { rowsOf, type Row } from './whole-store.js';

/** Recomputes what became of an announcement from the store's rows and the platform's journal alone: it knows nothing of the server's own
 *  counting. */

/** @throws AssertionError where a count, a person or a send is not as it must be */
export async function checkRows(stand: Stand, shown: readonly Announcement[]): Promise<void> {
  const [words, recipients, outbox] = await Promise.all([
    rowsOf(stand, 'announcements'),
    rowsOf(stand, 'recipients'),
    rowsOf(stand, 'outbox'),
  ]);
  const taken = await takenByPlatform(stand);
  for (const { id, kind, deliveries } of shown) {
    const word = words.find((row) => row['id'] === id) ?? assert.fail(`${kind} is not in the store`);
    const audience = recipients.filter((row) => row['announcementId'] === id);
    const messages = outbox.filter((row) => row['announcementId'] === id && row['purpose'] === 'notice');
    for (const rows of [audience, messages])
      assert.equal(new Set(rows.map((row) => row['contactId'])).size, rows.length, `${kind}: somebody is there twice`);
    assert.equal(audience.length, Number(word['audience']), `${kind}: somebody is missing`);
    const withMessage = audience.filter((row) => row['state'] === 'queued').map((row) => row['contactId']);
    assert.deepEqual(withMessage.sort(), messages.map((row) => row['contactId']).sort());
    const counts = countsOf([
      ...messages.map((row) => fateOf(row, word)),
      ...audience.filter((row) => row['state'] !== 'queued').map((row) => fateWithoutMessage(row, word)),
    ]);
    const { planned, skipped, ...states } = deliveries;
    const told = { ...states, ...Object.fromEntries(Object.entries(skipped).map(([why, n]) => [`skipped ${why}`, n])) };
    assert.deepEqual(counts, Object.fromEntries(Object.entries(told).filter(([, count]) => count > 0)), kind);
    assert.equal(planned, audience.length);
    for (const row of messages) {
      const times = taken.get(String(row['id'])) ?? 0;
      const least = row['state'] === 'accepted' ? 1 : 0;
      const most = row['state'] === 'accepted' || row['state'] === 'unknown' || row['state'] === 'attempted' ? 1 : 0;
      assert.ok(times >= least && times <= most, `${kind}: ${String(row['state'])}, and the platform took ${times}`);
    }
  }
}

/** How often the platform took a message, by the outbox row that its callback data names: `v1:row:attempt`. */
async function takenByPlatform({ platform }: Stand): Promise<ReadonlyMap<string, number>> {
  const taken = new Map<string, number>();
  for (const { accepted, callback } of await platform.log('event=send')) {
    const row = callback?.split(':')[1];
    if (accepted && row !== undefined) taken.set(row, (taken.get(row) ?? 0) + 1);
  }
  return taken;
}

function fateOf(row: Row, word: Row): string {
  const isThere = (field: string) => row[field] !== null && row[field] !== undefined;
  switch (row['state']) {
    case 'queued':
    case 'claimed':
      return 'queued';
    case 'rejected':
      return isThere('errorCode') ? 'failed' : `skipped ${String(row['reason'])}`;
    case 'accepted':
      if (isThere('readAt') || isThere('playedAt')) return 'read';
      if (isThere('deliveredAt')) return 'delivered';
      if (isThere('failedAt')) return 'failed';
      if (isThere('sentAt')) return 'sent';
      assert.ok(Date.now() - Number(row['attemptedAt']) < Number(word['ttlMs']), 'no journey lasts so long');
      return 'accepted';
    default:
      return String(row['state']);
  }
}

const fateWithoutMessage = (row: Row, word: Row): string =>
  row['state'] === 'planned' && word['state'] === 'running'
    ? 'queued'
    : `skipped ${String(row['state'] === 'planned' ? word['reason'] : row['reason'])}`;

function countsOf(fates: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates) counts[fate] = (counts[fate] ?? 0) + 1;
  return counts;
}
