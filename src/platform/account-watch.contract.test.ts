import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { storageMigrations } from '../storage/meta-table.js';
import type { Engine } from '../storage/engine.js';
import { AccountWatch, LISTING_EVERY_MS, QUALITY_EVERY_MS } from './account-watch.js';
import { changeNumber } from './change-number.js';
import type { GraphAnswer, GraphClient } from './graph-client.js';
import type { PhoneNumberId } from './ids.js';
import { numbers, platformMigrations } from './number-table.js';
import { noteTemplate } from './template-status.js';
import { templateKey, templateMigrations, templateStatuses } from './template-table.js';

const NUMBER = '1000' as PhoneNumberId;
const MINUTE_MS = 60_000;

onBothStores('Watching the account', (place) => {
  let engine: Engine;
  let now: number;
  let quality: string;
  let token: 'valid' | 'refused' | 'unknown';
  let templates: { name: string; language: string; status: string }[];
  let refusal: GraphAnswer | undefined;
  let asked: string[];
  let sent: boolean;
  let watch: AccountWatch;
  let logged: string[];

  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...platformMigrations, ...templateMigrations]);
    [now, quality, token, templates, asked, sent, logged] = [
      Date.UTC(2026, 10, 22, 12),
      'GREEN',
      'valid',
      [],
      [],
      false,
      [],
    ];
    refusal = undefined;
    const graph = {
      probe: () => Promise.resolve(token),
      read: () => {
        asked.push('number');
        return Promise.resolve({ quality_rating: quality, whatsapp_business_manager_messaging_limit: 'TIER_2K' });
      },
      request: () => {
        asked.push('templates');
        return Promise.resolve(refusal ?? { kind: 'ok', body: { data: templates } });
      },
    } as unknown as GraphClient;
    watch = new AccountWatch({
      ...{ engine, graph, phoneNumberId: NUMBER, businessAccountId: 'WABA' },
      clock: { now: () => now, monotonic: () => now },
      wanted: [{ name: 'ours', language: 'ru' }],
      mayAsk: () => true,
      hasSentSince: () => Promise.resolve(sent),
      onChange: () => undefined,
      log: { warn: (event) => logged.push(event), error: (event) => logged.push(event) },
    });
  });
  afterEach(() => engine.close());

  const after = async (ms: number): Promise<string[]> => {
    now += ms;
    asked = [];
    await watch.tick();
    return asked;
  };
  const number = () => engine.get(numbers, NUMBER);
  const status = async (name: string) => (await engine.get(templateStatuses, templateKey(name, 'ru')))?.status;

  it('asks for all at the start, then for the quality every five minutes while messages leave', async () => {
    assert.deepEqual(await after(0), ['number', 'templates']);
    assert.deepEqual([(await number())?.tier, (await number())?.quality], ['TIER_2K', 'GREEN']);
    assert.deepEqual(await after(QUALITY_EVERY_MS), []);
    sent = true;
    assert.deepEqual(await after(1), ['number']);
    assert.deepEqual(await after(QUALITY_EVERY_MS - 1), []);
    assert.deepEqual(await after(1), ['number']);
  });

  it('pauses the notices when the quality turns red; what an operator lifted is not paused again while it stays so', async () => {
    await after(0);
    [sent, quality] = [true, 'RED'];
    await after(QUALITY_EVERY_MS);
    assert.deepEqual((await number())?.paused, [{ what: 'notices', why: 'quality', since: now }]);
    assert.deepEqual(logged, ['notices.paused']);
    await changeNumber(engine, NUMBER, () => ({ paused: [] }));
    await after(QUALITY_EVERY_MS);
    assert.deepEqual((await number())?.paused, []);
    quality = 'YELLOW';
    await after(QUALITY_EVERY_MS);
    quality = 'RED';
    await after(QUALITY_EVERY_MS);
    assert.equal((await number())?.paused.length, 1);
  });

  it('does not take a good quality for the end of a pause', async () => {
    quality = 'RED';
    await after(0);
    [sent, quality] = [true, 'GREEN'];
    await after(QUALITY_EVERY_MS);
    assert.deepEqual([(await number())?.quality, (await number())?.paused.length], ['GREEN', 1]);
  });

  it('writes down how all templates stand: what the account does not have is missing', async () => {
    templates = [{ name: 'theirs', language: 'ru', status: 'APPROVED' }];
    await after(0);
    assert.deepEqual([await status('theirs'), await status('ours')], ['APPROVED', 'MISSING']);
    templates = [{ name: 'ours', language: 'ru', status: 'APPROVED' }];
    assert.deepEqual(await after(LISTING_EVERY_MS), ['templates']);
    assert.deepEqual([await status('theirs'), await status('ours')], ['MISSING', 'APPROVED']);
  });

  it('asks again soon while one is out of use, and in five minutes where Graph refused', async () => {
    templates = [{ name: 'ours', language: 'ru', status: 'APPROVED' }];
    await after(0);
    assert.deepEqual(await after(20 * MINUTE_MS), []);
    await noteTemplate(engine, { name: 'ours', language: 'ru', status: 'PAUSED', at: now });
    assert.deepEqual(await after(1), ['templates']);
    assert.equal(await status('ours'), 'APPROVED');
    watch.listNow();
    refusal = { kind: 'refused', status: 403, code: 200, words: '' };
    assert.deepEqual(await after(5 * MINUTE_MS), ['templates']);
    assert.deepEqual([logged, await status('ours')], [['templates.notListed'], 'APPROVED']);
    assert.deepEqual(await after(1), []);
    assert.deepEqual(await after(5 * MINUTE_MS), ['templates']);
  });
});
