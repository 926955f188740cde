import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.js';
import type { Customer } from './platform.js';
import { api, onBothStores } from './stand.js';

/** What the platform limits, played by the platform's own counting: the emulator knows nothing of ours. */

const HOUR_MS = 3_600_000;
const LIMIT = 250;
const OVER = 20;

type Health = {
  tierUsed: number;
  tierLimit: number | null;
  quality: string | null;
  paused: { why: string }[];
  templates: Record<string, number>;
};
type Deliveries = {
  planned: number;
  queued: number;
  accepted: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
};

onBothStores(
  'The platform’s limits',
  (stand) => {
    const health = () => api(stand().server, '/health/account') as Promise<Health>;
    const post = (path: string, body: object = {}) =>
      api(stand().server, path, { method: 'POST', body: JSON.stringify(body) });
    const account = async () => (await stand().platform.get('/account')) as { tier: { used: number } };
    /** Refusals of the platform's, by code. */
    const refusals = async () =>
      (await stand().platform.log('event=send')).flatMap(({ accepted, code }) => (accepted ? [] : [code]));

    before('the account has the templates, and the smallest limit', async function () {
      this.timeout(120_000);
      const { platform, server } = stand();
      const folder = new URL('../../../templates/messages/', import.meta.url);
      for (const file of readdirSync(folder)) {
        const { languages, ...template } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
          languages: Record<string, object>;
        };
        for (const [language, version] of Object.entries(languages))
          await platform.post('/templates', { ...template, language, ...version, status: 'APPROVED' });
      }
      await platform.settings({ pairRate: false });
      await platform.post('/account/act', { act: 'tier', limit: LIMIT });
      await server.program.restart(); // the first thing it does is ask how all stands
      await eventually(async () => (await health()).templates['APPROVED'] === 96, 30_000);
      await eventually(async () => (await health()).tierLimit === LIMIT, 30_000);
    });

    const agree = async (people: readonly Customer[], tag: string) => {
      const rows = people.map(({ phone }) => ({
        ...{ phone: `+${phone}`, tags: [tag], topics: ['maintenance'] },
        ...{ source: 'a journey', consentedAt: '2026-01-01T00:00:00Z' },
      }));
      assert.deepEqual(((await post('/contacts/import', { rows })) as { rejected: unknown[] }).rejected, []);
    };
    const notice = async (tag: string): Promise<() => Promise<Deliveries>> => {
      const at = (ms: number) => new Date(Date.now() + ms).toISOString();
      const window = { startsAt: at(2 * HOUR_MS), endsAt: at(3 * HOUR_MS), announceBefore: ['P1D'] };
      const { id } = (await post('/notices', { ...window, audience: { tags: [tag] } })) as { id: string };
      await post(`/notices/${id}/approve`, { evenIfLate: true });
      return async () => {
        const { announcements } = (await api(stand().server, `/notices/${id}`)) as {
          announcements: { deliveries: Deliveries }[];
        };
        return (
          announcements.find(({ deliveries }) => deliveries.planned > 0)?.deliveries ?? ({ planned: 0 } as Deliveries)
        );
      };
    };
    const taken = ({ accepted, sent, delivered, read }: Deliveries) => accepted + sent + delivered + read;

    it('are not tried: as many different people as Meta allows are written to, and not one more', async () => {
      const people = await stand().platform.crowd(LIMIT + OVER, { windowOpen: false });
      await agree(people, 'many');
      const deliveries = await notice('many');
      await eventually(async () => taken(await deliveries()) === LIMIT, 60_000, 'that all who may have had it');
      await eventually(async () => (await deliveries()).queued === OVER, 20_000, 'that the others wait');
      assert.deepEqual([(await account()).tier.used, (await health()).tierUsed, await refusals()], [LIMIT, LIMIT, []]);
      // Meta raises the limit: its webhook is enough.
      await stand().platform.post('/account/act', { act: 'tier', limit: 2_000 });
      await eventually(async () => taken(await deliveries()) === LIMIT + OVER, 30_000, 'that the others have had it');
      assert.deepEqual([(await account()).tier.used, await refusals()], [LIMIT + OVER, []]);
    });

    it('hold the notices when the quality turns red, and answer customers all the same', async () => {
      await stand().platform.post('/account/act', { act: 'quality', score: 'RED' });
      const red = (await post('/health/account/refresh')) as Health;
      assert.deepEqual([red.quality, red.paused.map(({ why }) => why)], ['RED', ['quality']]);
      const [person] = await stand().platform.crowd(1, { windowOpen: false });
      assert.ok(person);
      await agree([person], 'held');
      const deliveries = await notice('held');
      await eventually(async () => (await deliveries()).queued === 1, 20_000, 'that it waits');
      const other = await stand().platform.customer();
      await stand().platform.write(other, 'привет');
      await stand().platform.answered(other);
      const still = await deliveries();
      assert.equal(still.queued, 1, JSON.stringify([still, await health()]));
      await stand().platform.post('/account/act', { act: 'quality', score: null });
      assert.deepEqual(((await post('/health/account/resume')) as Health).paused, []);
      await eventually(async () => taken(await deliveries()) === 1, 30_000, 'that it has left');
    });
  },
  { env: { QUIET_HOURS: 'off', SECOND_APPROVAL_ABOVE: '100000' } },
);
