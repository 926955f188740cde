import assert from 'node:assert/strict';
import type { RunningServer } from '../means/server.js';
import { shown, type Announcement, type Notice } from './announcing.js';
import { eventually } from './eventually.js';
import { checkRows } from './notice-recount.js';
import type { Customer, LogEntry, Platform } from './platform.js';
import { api, type Stand } from './stand.js';

/* What has become of a notice, and what must hold of it after each journey. */

/** The announcement that has an audience; of several the last. */
export async function word(server: RunningServer, notice: { id: string }): Promise<Announcement> {
  const { announcements } = await shown(server, notice);
  return announcements.findLast(({ deliveries }) => deliveries.planned > 0) ?? assert.fail('nobody is told anything');
}

/** The templates that the platform took for these people. */
export async function sendsTo(platform: Platform, people: readonly Customer[]): Promise<LogEntry[]> {
  return (await triesTo(platform, people)).filter(({ accepted, type }) => accepted && type === 'template');
}

/** Everything that was tried to send to these people, whatever came of it. */
export async function triesTo(platform: Platform, people: readonly Customer[]): Promise<LogEntry[]> {
  const ids = new Set(people.map(({ id }) => id));
  return (await platform.log('event=send')).filter(({ person }) => ids.has(person ?? ''));
}

/** Waits until nothing of the notice is due or on its way. */
export async function through(server: RunningServer, notice: Notice, withinMs = 40_000): Promise<void> {
  await eventually(
    async () => {
      const { announcements } = await shown(server, notice);
      return announcements.every(
        ({ state, notBefore, deliveries }) =>
          state !== 'running' &&
          !(state === 'planned' && Date.parse(notBefore) <= Date.now()) &&
          !deliveries['queued'] &&
          !deliveries['attempted'],
      );
    },
    withinMs,
    'that the notice is through',
  );
}

/** Every count is what the rows alone come to, the number of people listed behind it, and what the platform saw; nobody is there twice. */
export const check = async (stand: Stand, notice: Notice): Promise<void> =>
  // Statuses may be on their way: what is counted and what is listed are of two moments.
  void (await eventually(async () => {
    for (const announcement of (await shown(stand.server, notice)).announcements)
      await checkListed(stand.server, notice, announcement);
    await checkRows(stand, (await shown(stand.server, notice)).announcements);
    return true;
  }, 15_000));

/** What became of one person's announcement. */
export type Delivery = { contactId: string; state: string; reason?: string };

/** Everybody behind the counts of one announcement. */
export async function deliveriesOf(
  server: RunningServer,
  notice: { id: string },
  { id }: { id: string },
): Promise<Delivery[]> {
  const people: Delivery[] = [];
  for (let after = ''; ;) {
    const query = `announcement=${id}&limit=200${after && `&after=${after}`}`;
    const page = (await api(server, `/notices/${notice.id}/deliveries?${query}`)) as {
      items: Delivery[];
      next?: string;
    };
    people.push(...page.items);
    if (page.next === undefined) return people;
    after = page.next;
  }
}

async function checkListed(server: RunningServer, notice: Notice, announcement: Announcement): Promise<void> {
  const people = await deliveriesOf(server, notice, announcement);
  const { deliveries } = announcement;
  assert.equal(new Set(people.map(({ contactId }) => contactId)).size, people.length);
  assert.equal(people.length, deliveries.planned);
  const { planned, skipped, ...states } = deliveries;
  const counted = {
    ...states,
    ...Object.fromEntries(Object.entries(skipped).map(([reason, count]) => [`skipped ${reason}`, count])),
  };
  const sum = Object.values(counted).reduce((all, count) => all + count, 0);
  assert.equal(sum, planned);
  const listed: Record<string, number> = {};
  for (const { state, reason } of people) {
    const name = state === 'skipped' ? `skipped ${reason ?? ''}` : state;
    listed[name] = (listed[name] ?? 0) + 1;
  }
  for (const [name, count] of Object.entries(counted)) assert.equal(listed[name] ?? 0, count, name);
}
