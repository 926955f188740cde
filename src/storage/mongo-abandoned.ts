import type { Connection } from 'mongoose';
import type { Document } from './mongo-driver.js';

/** By this name the server knows our connections, and we our own transactions. */
export const APP_NAME = 'vestnik';

/** Ours take milliseconds; one that nobody has touched for this long belongs to a process that was killed or stands still. */
const ABANDONED_MS = 2_000;
const EVERY_MS = 1_000;

/** MongoDB keeps the transaction of a killed process open for a minute, and its rows locked with it. Ends such transactions every
 *  second; a process that was only asleep finds its own gone and makes it again. Where the server does not allow it, they end after
 *  that minute. @returns how to stop */
export function endAbandonedTransactions(connection: Connection): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void look(connection)
      .catch(() => undefined)
      .finally(() => (running = false));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function look(connection: Connection): Promise<void> {
  const admin = connection.getClient().db('admin');
  const abandoned = await admin
    .aggregate<Document>([
      { $currentOp: { idleSessions: true, allUsers: false } },
      {
        $match: {
          type: 'idleSession',
          appName: APP_NAME,
          'transaction.timeInactiveMicros': { $gt: ABANDONED_MS * 1_000 },
        },
      },
      { $project: { 'lsid.id': 1 } },
      { $limit: 100 },
    ])
    .toArray();
  if (abandoned.length === 0) return;
  await admin.command({
    killSessions: abandoned.map((session) => ({ id: (session['lsid'] as Document)['id'] as unknown })),
  });
}
