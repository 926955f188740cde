import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { RunningServer } from '../means/server.js';
import type { Customer, Platform } from './platform.js';
import { api } from './stand.js';

/** What an operator does about maintenance, over the API, and the books of it. */

const HOUR = 3_600_000;

export type Announcement = {
  id: string;
  kind: string;
  state: string;
  deliveries: { planned: number; skipped: Record<string, number> } & Record<string, number>;
};
export type Notice = { id: string; state: string; announcements: Announcement[] };
/** What became of one person's announcement. */
export type Delivery = { contactId: string; announcement: string; state: string; reason?: string };

export const window = (fromNowMs: number, lastsMs = HOUR) => ({
  startsAt: new Date(Date.now() + fromNowMs).toISOString(),
  endsAt: new Date(Date.now() + fromNowMs + lastsMs).toISOString(),
});

export async function draft(
  server: RunningServer,
  fromNowMs: number,
  more: object = {},
  lastsMs = HOUR,
): Promise<Notice> {
  const body = JSON.stringify({ ...window(fromNowMs, lastsMs), announceBefore: ['P1D'], ...more });
  return (await api(server, '/notices', { method: 'POST', body })) as Notice;
}

export const act = async (
  server: RunningServer,
  { id }: { id: string },
  name: string,
  body: object = {},
): Promise<Notice> =>
  (await api(server, `/notices/${id}/${name}`, { method: 'POST', body: JSON.stringify(body) })) as Notice;

export const approved = async (
  server: RunningServer,
  fromNowMs: number,
  more: object,
  lastsMs = HOUR,
): Promise<Notice> => act(server, await draft(server, fromNowMs, more, lastsMs), 'approve', { evenIfLate: true });

export const shown = async (server: RunningServer, { id }: { id: string }): Promise<Notice> =>
  (await api(server, `/notices/${id}`)) as Notice;

/** Whether the server has every template that a notice may need. */
export async function knowsTemplates(server: RunningServer): Promise<boolean> {
  const notice = await draft(server, HOUR);
  const run = (await api(server, `/notices/${notice.id}/dry-run`, { method: 'POST' })) as {
    missingTemplates: unknown[];
  };
  return run.missingTemplates.length === 0;
}

/** Imports people with their consent to maintenance. */
export async function agree(server: RunningServer, people: readonly Customer[], more: object = {}): Promise<void> {
  const rows = people.map(({ phone, userId }) => ({
    ...(phone ? { phone: `+${phone}` } : { userId }),
    ...{ topics: ['maintenance'], source: 'a journey', consentedAt: '2026-01-01T00:00:00Z', ...more },
  }));
  const answer = (await api(server, '/contacts/import', { method: 'POST', body: JSON.stringify({ rows }) })) as {
    rejected: unknown[];
  };
  assert.deepEqual(answer.rejected, []);
}

/** Everybody behind the counts of one announcement. */
export async function deliveriesOf(server: RunningServer, notice: { id: string }, word: { id: string }) {
  const people: Delivery[] = [];
  for (let after = ''; ;) {
    const page = (await api(
      server,
      `/notices/${notice.id}/deliveries?announcement=${word.id}&limit=200${after && `&after=${after}`}`,
    )) as { items: Delivery[]; next?: string };
    people.push(...page.items);
    if (page.next === undefined) return people;
    after = page.next;
  }
}

/** Every count is the number of people listed behind it, and each is there once. @throws AssertionError */
export async function check(server: RunningServer, notice: { id: string }): Promise<void> {
  const { announcements } = await shown(server, notice);
  for (const word of announcements) {
    const people = await deliveriesOf(server, notice, word);
    assert.equal(new Set(people.map(({ contactId }) => contactId)).size, people.length);
    const { planned, skipped, ...states } = word.deliveries;
    assert.equal(people.length, planned);
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
}

/** Puts every template of ours into the account, reviewed already. */
export async function haveTemplates(platform: Platform): Promise<void> {
  const folder = new URL('../../../templates/messages/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const { languages, ...template } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      languages: Record<string, object>;
    };
    for (const [language, version] of Object.entries(languages))
      await platform.post('/templates', { ...template, language, ...version, status: 'APPROVED' });
  }
}
