import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { loadTexts } from '../load-texts.js';
import { changeNumber } from '../platform/change-number.js';
import { platformMigrations } from '../platform/number-table.js';
import { storageMigrations } from '../storage/meta-table.js';
import { readEntryCode, shownCode } from './entry-code.js';
import { qrSvg } from './qr-code.js';
import { entryRoutes } from './entry-routes.js';
import { entryMigrations } from './entry-table.js';

const PEPPER = Buffer.alloc(32, 5);

onBothStores('Click-to-chat links over HTTP', (place) => {
  let api: ApiUnderTest;
  let next: number;

  beforeEach(async () => {
    next = 0;
    api = await serveApi(
      await place(),
      ({ engine }) =>
        entryRoutes({
          ...{ engine, pepper: PEPPER, phoneNumberId: '1000', companyName: 'Vestnik', texts: loadTexts() },
          random: () => next,
        }),
      [...storageMigrations, ...platformMigrations, ...entryMigrations],
    );
    await changeNumber(api.engine, '1000', () => ({ displayPhone: '15550100001' }));
  });
  afterEach(() => api.close());

  it('are made for a topic and a site, and lead to our number with a draft that holds the code', async () => {
    const broadcaster = await api.asRole('broadcaster');
    const { body } = await broadcaster.post('/entry-links').send({ topic: 'maintenance', site: ' М9 ' }).expect(201);
    assert.deepEqual([body.topic, body.site], ['maintenance', 'М9']);
    const url = new URL(body.urls.ru);
    assert.deepEqual(
      [url.origin, url.pathname, url.searchParams.get('text')],
      ['https://wa.me', '/15550100001', body.texts.ru],
    );
    assert.match(body.texts.ru, /Хочу получать от компании Vestnik сообщения о работах и сбоях\. Код: /);
    for (const language of ['ru', 'en'])
      assert.deepEqual(readEntryCode(PEPPER, body.texts[language]), { code: body.id, topic: 'maintenance' });
    assert.deepEqual((await broadcaster.get(`/entry-links/${body.id}`).expect(200)).body, body);
    const draft = `https://wa.me/15550100001?text=${encodeURIComponent(`Код ${shownCode(body.id)}`)}`;
    assert.equal(body.qr.ru, qrSvg(draft));
    assert.deepEqual(readEntryCode(PEPPER, decodeURIComponent(draft)), { code: body.id, topic: 'maintenance' });
  });

  it('are listed page by page; an agent sees them and makes none', async () => {
    for (next = 0; next < 3; next += 1) await api.admin.post('/entry-links').send({ topic: 'news' }).expect(201);
    const agent = await api.asRole('agent');
    await agent.post('/entry-links').send({ topic: 'news' }).expect(403);
    const first = (await agent.get('/entry-links?limit=2').expect(200)).body;
    const rest = (await agent.get(`/entry-links?limit=2&after=${first.next}`).expect(200)).body;
    assert.deepEqual([first.items.length, rest.items.length, rest.next], [2, 1, undefined]);
    await agent.get('/entry-links/nothing').expect(404);
  });

  it('name what is wrong, and cannot be made while nobody knows our number', async () => {
    const { body } = await api.admin.post('/entry-links').send({ topic: 'service', site: '' }).expect(422);
    assert.deepEqual(body.errors.map(({ field }: { field: string }) => field).toSorted(), ['site', 'topic']);
    await changeNumber(api.engine, '1000', () => ({ displayPhone: null }));
    await api.admin.post('/entry-links').send({ topic: 'news' }).expect(409);
    assert.deepEqual((await api.admin.get('/entry-links').expect(200)).body.items, []);
  });
});
