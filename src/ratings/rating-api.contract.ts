import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { contactMigrations } from '../contacts/contact-tables.js';
import { storageMigrations } from '../storage/meta-table.js';
import { closeWeeksWhenDue } from './close-weeks.js';
import { DAY, keysOf, MONDAY, rate } from './ratings.fixture.js';
import { ratingRoutes } from './rating-routes.js';
import { ratingMigrations } from './rating-tables.js';

type Group = { topic: string; language: string; week: string; count: number; average: number; stars: object };
type Summary = { groups: Group[]; reasons: object[]; waiting: number };

/** What is published, through the API. */
export const ratingApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await serveApi(await place(), ({ engine }) => ratingRoutes({ engine }), [
      ...storageMigrations,
      ...contactMigrations,
      ...ratingMigrations,
    ]);
    api.clock.at = MONDAY;
  });
  afterEach(() => api.close());

  const summary = async (query = '') => (await api.admin.get(`/ratings/summary${query}`).expect(200)).body as Summary;
  const close = () => closeWeeksWhenDue({ engine: api.engine, keys: keysOf(api.engine), now: api.clock.at });
  const weeks = async (query = '') => (await summary(query)).groups.map(({ week }) => week);

  it('shows closed weeks only: before, how many wait and nothing else', async () => {
    assert.deepEqual(await summary(), { groups: [], reasons: [], waiting: 0 });
    await rate(api.engine, [5, 5, 4, 3, 1, 5]);
    await rate(api.engine, [2, 2, 2, 2, 3], { about: 'reasons' });
    assert.deepEqual(await summary(), { groups: [], reasons: [], waiting: 6 });
    api.clock.at = MONDAY + 7 * DAY;
    await close();
    const common = { topic: 'opt-out', language: 'ru', week: '2026-W45' };
    assert.deepEqual(await summary(), {
      groups: [{ ...common, count: 6, average: 3.83, stars: { '1': 1, '2': 0, '3': 1, '4': 1, '5': 3 } }],
      reasons: [{ ...common, count: 5, reasons: { clarity: 0, completeness: 4, speed: 1, courtesy: 0, other: 0 } }],
      waiting: 0,
    });
  });

  it('shows the weeks asked for, by a day, a moment or a name', async () => {
    for (let week = 0; week < 4; week += 1) {
      await rate(api.engine, [1, 2, 3, 4, 5], { at: MONDAY + week * 7 * DAY });
      api.clock.at = MONDAY + (week + 1) * 7 * DAY;
      await close();
    }
    assert.deepEqual(await weeks(), ['2026-W45', '2026-W46', '2026-W47', '2026-W48']);
    assert.deepEqual(await weeks('?from=2026-11-15&to=2026-11-16'), ['2026-W46', '2026-W47']);
    assert.deepEqual(await weeks('?from=2026-W47&to=2026-W47'), ['2026-W47']);
    assert.deepEqual(await weeks('?from=2026-11-23T00:00:00%2B03:00'), ['2026-W47', '2026-W48']);
    assert.deepEqual(await weeks('?to=2026-11-08T23:59:59Z'), ['2026-W45']);
  });

  it('goes a year back where no beginning is asked for', async () => {
    await rate(api.engine, [1, 2, 3, 4, 5]);
    api.clock.at = MONDAY + 7 * DAY;
    await close();
    api.clock.at = MONDAY + 364 * DAY;
    assert.deepEqual(await weeks(), ['2026-W45']);
    api.clock.at = MONDAY + 400 * DAY;
    assert.deepEqual(await weeks(), []);
    assert.deepEqual(await weeks('?from=2026-01-01'), ['2026-W45']);
  });

  it('refuses what is no week, and whoever is nobody', async () => {
    const refused = async (query: string) =>
      ((await api.admin.get(`/ratings/summary${query}`).expect(422)).body.errors as { field: string }[]).map(
        ({ field }) => field,
      );
    assert.deepEqual(await refused('?from=yesterday&to=2026-W54'), ['from', 'to']);
    assert.deepEqual(await refused('?from=2026-02-30T99:00Z'), ['from']);
    assert.deepEqual(await refused('?from=2026-W47&to=2026-W46'), ['to']);
    await api.as(undefined).get('/ratings/summary').expect(401);
    await (await api.asRole('agent')).get('/ratings/summary').expect(200);
  });
};
