import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import type { Customer, Platform } from './platform.js';
import { api } from './stand.js';

/* What journeys about maintenance notices begin with. */

export const HOUR = 3_600_000;

export type Announcement = {
  id: string;
  kind: string;
  state: string;
  notBefore: string;
  deliveries: { planned: number; skipped: Record<string, number> } & Record<string, number>;
};
export type Notice = { id: string; state: string; announcements: Announcement[] };

/** For a server whose notices leave at any hour, approved by whoever made them. */
export const ANY_HOUR = { QUIET_HOURS: 'off', SECOND_APPROVAL_ABOVE: '100000' } as const;

/** Puts every template of ours into the account, reviewed already, and waits until the server knows. */
export async function withTemplates({
  server,
  platform,
}: {
  server: RunningServer;
  platform: Platform;
}): Promise<void> {
  const folder = new URL('../../../templates/messages/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const { languages, ...template } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      languages: Record<string, object>;
    };
    for (const [language, version] of Object.entries(languages))
      await platform.post('/templates', { ...template, language, ...version, status: 'APPROVED' });
  }
  await server.program.restart(); // the first thing it does is ask how the templates stand
  await eventually(async () => {
    const notice = await draft(server, HOUR);
    const run = (await api(server, `/notices/${notice.id}/dry-run`, { method: 'POST' })) as {
      missingTemplates: unknown[];
    };
    return run.missingTemplates.length === 0;
  }, 20_000);
}

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
