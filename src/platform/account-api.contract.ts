import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { put, type Op } from '../storage/engine.js';
import { meta, storageMigrations } from '../storage/meta-table.js';
import type { PersonKey } from '../contacts/identity.js';
import { accountRoutes } from './account-routes.js';
import { messagedPeople, messagingLimitMigrations } from './messaging-limit.js';
import { templateMigrations, templateStatuses } from './template-table.js';
import { numbers, platformMigrations, type NumberRow } from './number-table.js';

const NOW = Date.UTC(2026, 10, 22, 12);

const paused: NumberRow = {
  id: '1000',
  paused: [{ what: 'number', why: 'token', since: 1_000 }],
  displayPhone: null,
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
          now: () => NOW,
          refresh: async () => {
            refreshed += 1;
            const row = await engine.get(numbers, '1000');
            if (row) await engine.patchMany(numbers, [{ id: row.id, set: { quality: 'YELLOW' } }]);
          },
          releaseHold: () => Promise.resolve(release),
          resumed: () => (resumed += 1),
        }),
      [...storageMigrations, ...platformMigrations, ...templateMigrations, ...messagingLimitMigrations],
    );
  };

  /** One person within their day, and one whose day is over. */
  const count = () =>
    api.engine.append(messagedPeople, [
      { id: 'a' as PersonKey, expiresAt: NOW + 1, outboxId: 'x', attempt: 1 },
      { id: 'b' as PersonKey, expiresAt: NOW, outboxId: 'y', attempt: 1 },
    ]);

  it('shows what is known, and nothing where nothing is', async () => {
    const nothing = {
      ...{ quality: null, tier: null, tierUsed: 1, tierLimit: 250, paused: [], templates: {} },
      ...{ elsewhere: null, tokenValid: null, checkedAt: null },
    };
    await count();
    await api.admin.get('/health/account').expect(200, nothing);
    await api.engine.append(numbers, [paused]);
    await api.admin.get('/health/account').expect(200, {
      quality: 'GREEN',
      tier: 'TIER_1K',
      tierUsed: 1,
      tierLimit: 1_000,
      templates: {},
      elsewhere: null,
      paused: [{ what: 'number', why: 'token', since: '1970-01-01T00:00:01.000Z' }],
      tokenValid: false,
      checkedAt: '1970-01-01T00:00:02.000Z',
    });
    await api.close();
    phoneNumberId = undefined;
    await open();
    await count();
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

  it('shows templates that are out of use, and leaves them to Meta when the account is resumed', async () => {
    const row = (name: string, status: string) => ({
      ...{ id: `${name}:ru`, name, language: 'ru', templateId: null, status, since: 1_000, reason: null },
      ...{ category: null, nextCategory: null, quality: null, listedAt: null, version: 1 },
    });
    await api.engine.append(templateStatuses, [row('a', 'APPROVED'), row('b', 'PAUSED'), row('c', 'PENDING')]);
    await api.engine.append(numbers, [
      { ...paused, tier: 'TIER_UNLIMITED', elsewhere: { field: 'standby', at: 3_000 } },
    ]);
    const held = { what: 'template:b:ru', why: 'PAUSED', since: '1970-01-01T00:00:01.000Z' };
    const before = (await api.admin.get('/health/account').expect(200)).body;
    assert.deepEqual(before.paused[1], held);
    assert.deepEqual([before.templates, before.tierLimit], [{ APPROVED: 1, PAUSED: 1, PENDING: 1 }, null]);
    assert.deepEqual(before.elsewhere, { field: 'standby', at: '1970-01-01T00:00:03.000Z' });
    assert.deepEqual((await api.admin.post('/health/account/resume').expect(200)).body.paused, [held]);
    assert.deepEqual((await api.admin.get('/health/account')).body.paused, [held]);
  });
};
