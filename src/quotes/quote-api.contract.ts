import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { loadTariffs } from '../load-tariffs.js';
import { quoteRoutes } from './quote-routes.js';
import { dayIn, pricesOn } from './tariffs.js';

type Body = Record<string, unknown>;

const ASKED = {
  subscribers: 1000,
  mailingsPerMonth: 4,
  alphabet: 'latin',
  characters: 161,
  servicePercent: 20,
  transactionalPercent: 30,
};

/** Quotes through the API. */
export const quoteApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    const tariffs = loadTariffs(undefined, '2026-03-01');
    const pricesAt = (at: number) => pricesOn(tariffs, dayIn('Europe/Moscow', at));
    api = await serveApi(await place(), () => quoteRoutes({ pricesAt }), []);
  });
  afterEach(() => api.close());

  const quote = async (changes: Body = {}) =>
    (
      await api.admin
        .post('/quotes')
        .send({ ...ASKED, ...changes })
        .expect(200)
    ).body as Body;
  const wrong = async (changes: Body) => {
    const { body } = await api.admin
      .post('/quotes')
      .send({ ...ASKED, ...changes })
      .expect(422);
    return (body.errors as { field: string }[]).map(({ field }) => field).toSorted();
  };
  const withText = (text: unknown): Body => ({ text, alphabet: undefined, characters: undefined });

  it('prices a mailing for an agent, and stores nothing', async () => {
    const agent = await api.asRole('agent');
    const { body } = await agent.post('/quotes').send(ASKED).expect(200);
    assert.deepEqual(
      [body.encoding, body.segmentsPerMessage, body.advertisingPercent, (body.lines as unknown[]).length],
      ['GSM-7', 2, 50, 3],
    );
    assert.equal(body.totalKopecks, 1600 * 420 + 2400 * 380 + 4000 * 640);
    assert.equal(body.benefitKopecks, 8000 * 640 - (body.totalKopecks as number));
    assert.equal(body.whatsapp.estimate, true);
    const { body: audit } = await api.admin.get('/audit').expect(200);
    assert.ok(!JSON.stringify(audit).includes('quote'));
  });

  it('counts the text itself', async () => {
    const { encoding, segmentsPerMessage } = await quote(withText(`${'Ж'.repeat(66)}😀${'Ж'.repeat(66)}`));
    assert.deepEqual([encoding, segmentsPerMessage], ['UCS-2', 3]);
    assert.equal((await quote({ alphabet: 'mixed', characters: 71 })).segmentsPerMessage, 2);
  });

  it('takes the prices of the day', async () => {
    const service = async () => {
      const { whatsapp } = (await quote()) as { whatsapp: { effectiveFrom: string; categories: Body[] } };
      return [whatsapp.effectiveFrom, whatsapp.categories[2]?.['pricePerMessageKopecks']];
    };
    api.clock.at = Date.parse('2026-09-30T20:59:00Z');
    assert.deepEqual(await service(), ['2025-07-01', 0]);
    api.clock.at = Date.parse('2026-09-30T21:00:00Z');
    assert.deepEqual(await service(), ['2026-10-01', 360]);
  });

  it('says which fields are wrong, all of them', async () => {
    assert.deepEqual(await wrong({ servicePercent: 80, transactionalPercent: 21 }), ['transactionalPercent']);
    assert.deepEqual(await wrong({ subscribers: 0, mailingsPerMonth: 1.5, characters: 100_000_001 }), [
      'characters',
      'mailingsPerMonth',
      'subscribers',
    ]);
    assert.deepEqual(await wrong({ subscribers: '1000', servicePercent: 60, transactionalPercent: 60 }), [
      'subscribers',
      'transactionalPercent',
    ]);
    assert.deepEqual(await wrong({ servicePercent: -1, transactionalPercent: undefined }), [
      'servicePercent',
      'transactionalPercent',
    ]);
    assert.deepEqual(await wrong({ alphabet: 'greek' }), ['alphabet']);
    assert.deepEqual(await wrong(withText('')), ['text']);
    assert.deepEqual(await wrong(withText(7)), ['text']);
    assert.deepEqual(await wrong(withText(undefined)), ['text']);
    assert.deepEqual(await wrong({ text: 'Hello' }), ['alphabet', 'characters']);
    assert.deepEqual(await wrong({ characters: undefined }), ['characters']);
    assert.deepEqual(await wrong({ alphabet: undefined }), ['alphabet']);
    await api.admin.post('/quotes').send([]).expect(422);
  });

  it('takes numbers up to 10^8, and refuses what would not be exact instead of rounding it', async () => {
    assert.deepEqual(await wrong({ subscribers: 100_000_000, mailingsPerMonth: 100_000_000 }), [
      'mailingsPerMonth',
      'subscribers',
    ]);
    const { lines } = (await quote({ subscribers: 100_000_000, characters: 100 })) as { lines: { segments: number }[] };
    assert.deepEqual(
      lines.map(({ segments }) => segments),
      [80_000_000, 120_000_000, 200_000_000],
    );
    await quote({ subscribers: 1, mailingsPerMonth: 1, characters: 100_000_000 });
  });

  it('is for operators only', async () => {
    await api.as(undefined).post('/quotes').send(ASKED).expect(401);
  });
};
