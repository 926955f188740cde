import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { ask } from '../conversation/ask.js';
import { factsFor } from '../conversation/play.js';
import { answersFrom } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { purge } from '../storage/register.js';
import { timeId } from '../time-id.js';
import { answerRoutes } from './answer-routes.js';
import { unansweredOps } from './unanswered-ops.js';
import { answerMigrations, unanswered, unansweredTimes } from './unanswered-table.js';

const DAY = 86_400_000;
const texts = loadTexts();
const RANKS = { id: 'opt-out', confidence: 0.9 };
const answers = {
  ...answersFrom(loadArticles(), 'Vestnik', () => undefined),
  rank: (text: string) => (/отпис|unsubscribe/.test(text) ? [RANKS] : []),
};

type Item = { text: string; language: string; day: string; count: number };

/** Answers through the API, and what could not be answered. */
export const answerApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await serveApi(
      await place(),
      ({ engine }) =>
        answerRoutes({
          engine,
          ask: (text, language, now) => ask(text, language, factsFor(texts, now, { answers }), now),
        }),
      answerMigrations,
    );
  });
  afterEach(() => api.close());

  const post = async (body: object) => (await api.admin.post('/answers').send(body).expect(200)).body as object;
  const wrong = async (body: object) => {
    const refusal = await api.admin.post('/answers').send(body).expect(422);
    return (refusal.body.errors as { field: string }[]).map(({ field }) => field);
  };
  const open = (text: string, at: number, language: 'ru' | 'en' = 'ru') =>
    api.engine.commit(
      unansweredOps({ kind: 'question.unanswered', text, language, at }, 'Europe/Moscow', (time) => timeId(time)),
    );
  const report = async (query = '') =>
    (await api.admin.get(`/answers/unanswered${query}`).expect(200)).body as { items: Item[]; next?: string };

  it('says what the bot would say, to an agent, and keeps nothing', async () => {
    const agent = await api.asRole('agent');
    const { body } = await agent.post('/answers').send({ text: 'как отписаться от рассылки' }).expect(200);
    assert.equal(body.kind, 'answer');
    assert.deepEqual(body.articles, [RANKS]);
    assert.match(body.text, /^\*Как отписаться\*\n\n/);
    assert.deepEqual(
      { ...(await post({ text: 'how heavy is an elephant' })), text: '' },
      { kind: 'unknown', articles: [], text: '' },
    );
    assert.deepEqual(await report(), { items: [] });
  });

  it('answers in the language of the question, or in the one asked for', async () => {
    const words = async (body: object) => ((await post(body)) as { text: string }).text;
    assert.match(await words({ text: 'how do I unsubscribe' }), /^\*How to unsubscribe\*/);
    assert.match(await words({ text: 'how do I unsubscribe', language: 'ru' }), /^\*Как отписаться\*/);
  });

  it('refuses what is no question', async () => {
    assert.deepEqual(await wrong({}), ['text']);
    assert.deepEqual(await wrong({ text: '' }), ['text']);
    assert.deepEqual(await wrong({ text: 'я'.repeat(4097), language: 'de' }), ['text', 'language']);
    await post({ text: 'я'.repeat(4096) });
    await post({ text: ' \ud83d\u0000' });
    await api.as(undefined).post('/answers').send({ text: 'hello' }).expect(401);
    await api.as(undefined).get('/answers/unanswered').expect(401);
  });

  it('reports open questions by the company’s day, counted, the newest first, page by page', async () => {
    const noon = Date.parse('2026-03-01T09:00:00Z');
    const same = ['где мой заказ #', 'Где мой заказ #!', 'где мой заказ #'];
    await Promise.all(same.map((text) => open(text, noon)));
    await open('where is it', noon, 'en');
    await open('где мой заказ #', Date.parse('2026-03-01T21:30:00Z'));
    const { items, next } = await report();
    assert.equal(next, undefined);
    assert.deepEqual(
      items.map(({ day, language, count }) => [day, language, count]),
      [
        ['2026-03-02', 'ru', 1],
        ['2026-03-01', 'ru', 3],
        ['2026-03-01', 'en', 1],
      ],
    );
    assert.ok(same.includes(items[1]?.text ?? ''));
    const first = await report('?limit=2');
    assert.deepEqual([...first.items, ...(await report(`?limit=2&after=${first.next}`)).items], items);
  });

  it('keeps the day only, and for 90 days', async () => {
    const at = Date.parse('2026-03-01T09:17:23.456Z');
    await open('почём слоны', at);
    const rows = [
      ...(await api.engine.find(unanswered, { where: {}, limit: 9 })),
      ...(await api.engine.find(unansweredTimes, { where: {}, limit: 9 })),
    ];
    const midnight = Date.parse('2026-03-01');
    assert.deepEqual(
      rows.map(({ dayAt }) => dayAt),
      [midnight, midnight],
    );
    assert.ok(!JSON.stringify(rows).includes(at.toString(36)));
    const tables = [unanswered, unansweredTimes];
    await purge(api.engine, tables, midnight + 90 * DAY, { bodiesDays: 90 });
    assert.equal((await report()).items.length, 1);
    await purge(api.engine, tables, midnight + 90 * DAY + 1, { bodiesDays: 90 });
    assert.deepEqual(await report(), { items: [] });
    assert.equal(await api.engine.count(unansweredTimes, {}), 0);
  });
};
