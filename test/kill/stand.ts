import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { eventually } from '../journeys/eventually.js';
import type { RunningEmulator, RunningServer } from '../means/server.js';
import { accountFor, readJournal, type Account } from './account-for.js';
import type { Crowd } from './crowd.js';

/** What the kill tests ask of a running server, and of its database after a death. */

export const SERVER_ENV = { WHATSAPP_MESSAGES_PER_SECOND: '1000', LOG_LEVEL: 'warn' };

type Depths = { counts: { inboxDepth: number; outbox: { queued: number; claimed: number; attempted: number } } };

/** The leases of the last one killed run out meanwhile, and what waited for them leaves. */
export const DRAIN_LIMIT_MS = 60_000;
const STATUSES_LIMIT_MS = 5_000;

/** Waits until nothing waits anywhere, then accounts for everybody in the crowd. @throws with everything that is wrong */
export async function accountForAll(
  crowd: Crowd,
  emulator: RunningEmulator,
  servers: readonly [RunningServer, ...RunningServer[]],
): Promise<void> {
  await eventually(async () => (await crowd.webhooksWaiting()) === 0, DRAIN_LIMIT_MS, 'that every webhook is answered');
  await eventually(() => isDrained(servers[0]), DRAIN_LIMIT_MS, 'that nothing waits any more');
  // Of the last messages the statuses are still coming, which tell those that left from those whose fate is unknown.
  const found = await eventually(
    async () => {
      const account = await accountNow(crowd, emulator, servers);
      assert.deepEqual(account.wrong, []);
      return account;
    },
    STATUSES_LIMIT_MS,
    'that everybody is accounted for',
  );
  assert.equal(found.acknowledged, crowd.people.length);
  console.log(
    `      ${found.written} wrote: ${found.answeredOnce} answered once, ${found.shownUnknown} shown as unknown, ${found.resent} resent`,
  );
}

/** Whether nothing waits in the inbox, and nothing of the outbox is on its way. */
async function isDrained(server: RunningServer): Promise<boolean> {
  const response = await fetch(`${server.url}/readyz?deep`);
  if (!response.ok) return false;
  const { counts } = (await response.json()) as Depths;
  const { queued, claimed, attempted } = counts.outbox;
  return counts.inboxDepth + queued + claimed + attempted === 0;
}

async function accountNow(
  crowd: Crowd,
  emulator: RunningEmulator,
  servers: readonly [RunningServer, ...RunningServer[]],
): Promise<Account> {
  const unknown = await peopleOfUnknown(servers[0], crowd);
  return accountFor(crowd.people, readJournal(emulator.dataDir), unknown, await resendsOf(servers));
}

async function peopleOfUnknown(server: RunningServer, crowd: Crowd): Promise<Set<string>> {
  const phones = new Map(crowd.people.map((person) => [crowd.phoneOf(person), person]));
  const people = new Set<string>();
  let after: string | undefined;
  do {
    const query = `state=unknown&limit=100${after === undefined ? '' : `&after=${after}`}`;
    const page = (await api(server, `/messages?${query}`)) as { items: { contactId: string }[]; next?: string };
    for (const { contactId } of page.items) {
      const contact = JSON.stringify(await api(server, `/contacts/${contactId}`));
      for (const [phone] of contact.matchAll(/\d{11}/g)) {
        const person = phones.get(phone);
        if (person !== undefined) people.add(person);
      }
    }
    after = page.next;
  } while (after !== undefined);
  return people;
}

/** Resends that living servers have counted: those of the dead are counted nowhere, so a kill test has none (they take two minutes). */
async function resendsOf(servers: readonly RunningServer[]): Promise<number> {
  let sum = 0;
  for (const { url } of servers) {
    const text = await (await fetch(`${url}/metrics`)).text();
    sum += Number(/^vestnik_sends_total\{class="resent"\} (\d+)/m.exec(text)?.[1] ?? 0);
  }
  return sum;
}

async function api(server: RunningServer, path: string): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${server.adminToken}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Once every process is dead: lets their leases run out at once, and forgets that they were there. Fifteen seconds that nobody has to
 *  wait for. */
export async function lapseLeases(mongoUri: string): Promise<void> {
  const client = await new mongoose.mongo.MongoClient(mongoUri).connect();
  try {
    const database = client.db();
    await database.collection('leases').updateMany({}, { $set: { expiresAt: new Date(0) } });
    await database.collection('workers').deleteMany({});
  } finally {
    await client.close();
  }
}
