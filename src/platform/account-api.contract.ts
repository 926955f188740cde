import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { put, type Op } from '../storage/engine.js';
import { meta, storageMigrations } from '../storage/meta-table.js';
import { accountRoutes } from './account-routes.js';
import { numbers, platformMigrations, type NumberRow } from './number-table.js';

const paused: NumberRow = {
  id: '1000',
  paused: [{ what: 'number', why: 'token', since: 1_000 }],
  quality: 'GREEN',
  tier: 'TIER_1K',
  tokenValid: false,
  checkedAt: 2_000,
  elsewhere: null,
  version: 3,
};

/** The account's health through the API. */
export const accountApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let phoneNumberId: string | undefined;
  let release: Op[];
  let resumed: number;
  let refreshed: number;

  beforeEach(async () => {
    phoneNumberId = '1000';
    [release, resumed, refreshed] = [[], 0, 0];
    await open();
  });
  afterEach(() => api.close());

  const open = async () => {
    api = await serveApi(
      await place(),
      ({ engine }) =>
        accountRoutes({
          engine,
          phoneNumberId,
          tierUsed: () => Promise.resolve(7),
          refresh: async () => {
            refreshed += 1;
            const row = await engine.get(numbers, '1000');
            if (row) await engine.patchMany(numbers, [{ id: row.id, set: { quality: 'YELLOW' } }]);
          },
          releaseHold: () => Promise.resolve(release),
          resumed: () => (resumed += 1),
        }),
      [...storageMigrations, ...platformMigrations],
    );
  };

  it('shows what is known, and nothing where nothing is', async () => {
    const nothing = { quality: null, tier: null, tierUsed: 7, paused: [], tokenValid: null, checkedAt: null };
    await api.admin.get('/health/account').expect(200, nothing);
    await api.engine.append(numbers, [paused]);
    await api.admin.get('/health/account').expect(200, {
      quality: 'GREEN',
      tier: 'TIER_1K',
      tierUsed: 7,
      paused: [{ what: 'number', why: 'token', since: '1970-01-01T00:00:01.000Z' }],
      tokenValid: false,
      checkedAt: '1970-01-01T00:00:02.000Z',
    });
    await api.close();
    phoneNumberId = undefined;
    await open();
    await api.admin.get('/health/account').expect(200, nothing);
    await api.admin.post('/health/account/resume').expect(200, nothing);
  });

  it('asks Meta again when told to', async () => {
    await api.engine.append(numbers, [paused]);
    const agent = await api.asRole('agent');
    assert.equal((await agent.post('/health/account/refresh').expect(200)).body.quality, 'YELLOW');
    assert.equal(refreshed, 1);
  });

  it('resumes with the hold’s release and the audit in one commit, for an admin only, and once', async () => {
    await api.engine.append(numbers, [paused]);
    release = [put(meta, { id: 'hold', value: { held: false } })];
    await (await api.asRole('broadcaster')).post('/health/account/resume').expect(403);
    const { body } = await api.admin.post('/health/account/resume').expect(200);
    assert.deepEqual(body.paused, []);
    const row = await api.engine.get(numbers, '1000');
    assert.deepEqual([row?.paused, row?.version], [[], 4]);
    assert.deepEqual((await api.engine.get(meta, 'hold'))?.value, { held: false });
    release = [];
    await api.admin.post('/health/account/resume').expect(200);
    assert.equal(resumed, 1);
    const entries = (await api.admin.get('/audit')).body.items as { action: string; before: unknown }[];
    assert.deepEqual(
      entries.filter(({ action }) => action === 'account.resume').map(({ before }) => before),
      [{ paused: paused.paused }],
    );
  });
};
