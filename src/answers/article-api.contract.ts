import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorePlace } from '../../test/means/stores.js';
import { eventually } from '../../test/journeys/eventually.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { Knowledge } from '../knowledge-service.js';
import type { Article } from '../knowledge/article.js';
import { FOUR_ARTICLES } from '../knowledge/articles.fixture.js';
import type { Model } from '../knowledge/model.js';
import { articleRoutes } from './article-routes.js';
import { articleMigrations } from './article-tables.js';

/** Questions that no other article has. */
const samples = (word: string, count = 12): string[] =>
  Array.from({ length: count }, (_, at) => `${word} вопрос номер ${'абвгдежзиклмнопрст'[at]}`);
const wording = (word: string, more: object = {}) => ({
  title: `Про ${word}`,
  short: `Коротко про ${word}`,
  long: `Подробно про ${word}`,
  samples: samples(word),
  ...more,
});
const article = (word: string, more: object = {}) => ({
  chips: ['opt-out'],
  ru: wording(word),
  en: wording(`${word} en`),
  ...more,
});

type FieldErrors = { field: string; message: string }[];

/** Articles that operators add, change and take back, and how processes take them up. */
export const articleApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let changes: number;
  beforeEach(async () => {
    changes = 0;
    api = await serveApi(
      await place(),
      ({ engine }) => articleRoutes({ engine, templates: FOUR_ARTICLES, changed: () => (changes += 1) }),
      articleMigrations,
    );
  });
  afterEach(() => api.close());

  const list = async (query = '') =>
    (await api.admin.get(`/articles${query}`).expect(200)).body as {
      items: (Article & { source: string })[];
      next?: string;
    };
  const wrong = async (id: string, body: object | string) => {
    const refusal = await api.admin.put(`/articles/${id}`).send(body).expect(422);
    return (refusal.body.errors as FieldErrors).map(({ field }) => field);
  };
  const audited = async () =>
    ((await api.admin.get('/audit').expect(200)).body as { items: Record<string, unknown>[] }).items.filter(
      ({ target }) => String(target).startsWith('article:'),
    );

  it('shows those that come with the program, in pages, to an agent', async () => {
    const agent = await api.asRole('agent');
    const first = (await agent.get('/articles?limit=3').expect(200)).body as Awaited<ReturnType<typeof list>>;
    const rest = await list(`?limit=3&after=${first.next}`);
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ id, source }) => [id, source]),
      ['delete-data', 'mailing-price', 'opt-out', 'rate-message'].map((id) => [id, 'template']),
    );
    assert.equal(rest.next, undefined);
    assert.equal((await agent.get('/articles/opt-out').expect(200)).body.ru.title, 'opt-out');
    await agent.get('/articles/nothing').expect(404);
  });

  it('takes a new one and a changed one of a broadcaster, with what was before in the audit', async () => {
    const broadcaster = await api.asRole('broadcaster');
    const made = await broadcaster.put('/articles/parking').send(article('парковку')).expect(201);
    assert.deepEqual(made.body, { id: 'parking', ...article('парковку'), source: 'operator' });
    api.clock.at += 1_000;
    const changed = article('стоянку', { starts: 'human' });
    await broadcaster
      .put('/articles/parking')
      .send({ id: 'parking', ...changed })
      .expect(200);
    assert.equal((await list()).items.find(({ id }) => id === 'parking')?.ru.title, 'Про стоянку');
    assert.equal(changes, 2);
    const [second, first] = await audited();
    assert.deepEqual([first?.['action'], first?.['before']], ['article.add', undefined]);
    assert.equal(second?.['action'], 'article.change');
    assert.equal((second?.['before'] as Article).ru.title, 'Про парковку');
    assert.equal((second?.['after'] as Article).ru.title, 'Про стоянку');
  });

  it('lets no agent write, and nobody without a token read', async () => {
    const agent = await api.asRole('agent');
    await agent.put('/articles/parking').send(article('парковку')).expect(403);
    await agent.delete('/articles/parking').expect(403);
    await api.as(undefined).get('/articles').expect(401);
  });

  it('puts one in the place of the program’s, and gives that back when it is taken away', async () => {
    await api.admin
      .put('/articles/opt-out')
      .send(article('отказ', { chips: [] }))
      .expect(200);
    assert.equal((await list()).items.find(({ id }) => id === 'opt-out')?.source, 'operator');
    api.clock.at += 1_000;
    await api.admin.delete('/articles/opt-out').expect(204);
    const back = (await list()).items.find(({ id }) => id === 'opt-out');
    assert.deepEqual([back?.source, back?.ru.title], ['template', 'opt-out']);
    const [removal] = await audited();
    assert.equal(removal?.['action'], 'article.remove');
    assert.equal((removal?.['before'] as Article).ru.title, 'Про отказ');
    assert.equal((removal?.['after'] as Article).ru.title, 'opt-out');
    await api.admin.delete('/articles/opt-out').expect(409);
    await api.admin.delete('/articles/nothing').expect(404);
  });

  it('names every fault at once: of the languages, the lengths, the number of questions, the chips, and beside others', async () => {
    assert.deepEqual((await wrong('parking', {})).sort(), ['chips', 'en', 'en.samples', 'ru', 'ru.samples']);
    const bad = {
      chips: ['opt-out', 'nowhere', 'parking', 'rate-message'],
      more: 1,
      ru: wording('парковку', { title: 'Т'.repeat(25), short: '', samples: samples('парковку', 11) }),
      en: wording('parking', {
        title: 'opt-out',
        long: 'x'.repeat(801),
        samples: ['How do I unsubscribe?', ...samples('p', 12)],
      }),
    };
    assert.deepEqual((await wrong('parking', bad)).sort(), [
      'body',
      'chips',
      'chips.1',
      'chips.2',
      'en.long',
      'en.samples.0',
      'en.title',
      'ru.samples',
      'ru.short',
      'ru.title',
    ]);
    assert.deepEqual(await wrong('No_id', article('парковку')), ['id']);
    assert.deepEqual(await wrong('parking', { id: 'other', ...article('парковку') }), ['id']);
    for (const body of ['[]', '7', 'null', '"text"'])
      assert.equal(
        (await api.admin.put('/articles/parking').set('content-type', 'application/json').send(body)).status,
        422,
        body,
      );
    assert.equal((await list()).items.length, 4);
    assert.deepEqual(await audited(), []);
  });

  it('takes none away that another offers', async () => {
    await api.admin.put('/articles/parking').send(article('парковку')).expect(201);
    await api.admin
      .put('/articles/garage')
      .send(article('гараж', { chips: ['parking'] }))
      .expect(201);
    const refusal = await api.admin.delete('/articles/parking').expect(409);
    assert.match(String(refusal.body.detail), /garage: there is no other article "parking"/);
    await api.admin.delete('/articles/garage').expect(204);
    await api.admin.delete('/articles/parking').expect(204);
  });

  it('checks two changes at once against each other', async () => {
    const same = article('парковку');
    const statuses = await Promise.all(
      ['parking', 'garage', 'yard', 'lot'].map(
        async (id) => (await api.admin.put(`/articles/${id}`).send(same)).status,
      ),
    );
    assert.deepEqual(statuses.sort(), [201, 422, 422, 422], 'the same questions stand in one article only');
  });

  describe('in the processes', () => {
    const running: Knowledge[] = [];
    const learnt: string[][] = [];
    let learning: { finish: () => void } | undefined;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    afterEach(() => running.splice(0).forEach((one) => one.stop()));
    beforeEach(() => learnt.splice(0));

    /** @param slowly learns only when it is told to */
    const process = (slowly = false): Knowledge => {
      const knowledge = new Knowledge({
        engine: api.engine,
        templates: FOUR_ARTICLES,
        company: 'Vestnik',
        dataDir: mkdtempSync(join(tmpdir(), 'articles-')),
        log,
        learn: async (articles) => {
          learnt.push(articles.map(({ id }) => id));
          if (slowly) await new Promise<void>((resolve) => (learning = { finish: resolve }));
          return { labels: articles.map(({ id }) => id) } as unknown as Model;
        },
      });
      running.push(knowledge);
      knowledge.start();
      return knowledge;
    };

    it('all of them take a change up by themselves within seconds, and learn it', async () => {
      const [one, other] = [process(), process()];
      await eventually(() => learnt.length === 2);
      await api.admin.put('/articles/parking').send(article('парковку')).expect(201);
      const title = (knowledge: Knowledge) => knowledge.answers().article('parking', 'ru')?.title;
      await eventually(() => title(one) === 'Про парковку' && title(other) === 'Про парковку', 6_000);
      await eventually(() => learnt.length === 4);
      assert.ok(learnt.slice(2).every((ids) => ids.includes('parking')));
      await api.admin.delete('/articles/parking').expect(204);
      await eventually(() => title(one) === undefined && title(other) === undefined, 6_000);
    });

    it('learn nothing when only the words of an answer changed', async () => {
      const one = process();
      await eventually(() => learnt.length === 1);
      await api.admin.put('/articles/parking').send(article('парковку')).expect(201);
      await eventually(() => learnt.length === 2, 6_000);
      const other = article('парковку', { ru: wording('парковку', { long: 'Иначе.' }) });
      await api.admin.put('/articles/parking').send(other).expect(200);
      await eventually(() => one.answers().article('parking', 'ru')?.long === 'Иначе.', 6_000);
      assert.equal(learnt.length, 2);
    });

    it('learn one thing at a time, and of many changes meanwhile the last', async () => {
      const one = process(true);
      await eventually(() => learnt.length === 1);
      for (const word of ['первое', 'второе', 'третье']) {
        await api.admin.put('/articles/parking').send(article(word));
        one.look();
        await eventually(() => one.answers().article('parking', 'ru')?.title === `Про ${word}`, 6_000);
      }
      assert.equal(learnt.length, 1, 'it still learns what was before');
      learning?.finish();
      await eventually(() => learnt.length === 2);
      learning?.finish();
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(learnt.length, 2);
    });
  });
};
