import assert from 'node:assert/strict';
import { temporaryFolder } from '../means/caretaker.js';
import { startServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { wordsOf } from './platform.js';
import { api, JOURNEY_LIMIT_MS, onBothStores } from './stand.js';

type Asked = { kind: string; articles: { id: string }[]; text: string };
type Report = { items: { text: string; language: string; day: string; count: number }[] };

onBothStores('Questions', (stand) => {
  const ask = (text: string) =>
    api(stand().server, '/answers', { method: 'POST', body: JSON.stringify({ text }) }) as Promise<Asked>;
  const learnt = () => eventually(async () => (await ask('как отписаться от рассылки')).kind === 'answer', 30_000);

  it('are answered in the language they are asked in, with articles to go on with, as the API answers them', async () => {
    await learnt();
    const { platform } = stand();
    const customer = await platform.customer();
    let count = 0;
    const answer = async () => (await platform.answered(customer, ++count)).at(-1);

    await platform.write(customer, 'как отписаться от рассылки');
    const first = await answer();
    assert.match(wordsOf(first), /\*Как отписаться\*\n\nНапишите одно слово — «стоп»/);

    const question = 'does whatsapp give my number to companies';
    await platform.write(customer, question);
    const second = wordsOf(await answer());
    assert.match(second, /^\*Who gets my number\*/);
    const asked = await ask(question);
    assert.deepEqual(
      [asked.kind, asked.articles.map(({ id }) => id), asked.text],
      ['answer', ['number-privacy'], second],
    );

    assert.ok(first);
    await platform.tap(customer, first, 'article:newsletters');
    assert.match(wordsOf(await answer()), /^\*Which news there are\*/);
  });

  it('that nobody knows the answer to are reported, masked and counted', async () => {
    await learnt();
    const { platform, server } = stand();
    const askers = [await platform.customer(), await platform.customer()];
    for (const customer of askers) {
      await platform.write(customer, 'сколько весит слон 4711 из зоопарка ivan@example.com');
      assert.match(wordsOf((await platform.answered(customer)).at(-1)), /пока не умею отвечать/);
    }
    const { items } = (await api(server, '/answers/unanswered')) as Report;
    assert.equal(items.length, 1);
    const { text, language, count } = items[0] ?? {};
    assert.deepEqual([text, language, count], ['сколько весит слон # из зоопарка …', 'ru', 2]);
  });
});

describe('The first start', function () {
  this.timeout(2 * JOURNEY_LIMIT_MS);

  it('waits for no learning: until that is done the bot says that it does not know', async () => {
    const server = await startServer({ dataDir: temporaryFolder('unlearnt') });
    const ask = async () => {
      const question = { method: 'POST', body: JSON.stringify({ text: 'как отписаться от рассылки' }) };
      return ((await api(server, '/answers', question)) as Asked).kind;
    };
    assert.equal(await ask(), 'unknown');
    assert.ok(!server.program.output.includes('knowledge.ready'));
    await eventually(async () => (await ask()) === 'answer', 90_000);
    await server.program.restart();
    await eventually(async () => (await ask()) === 'answer', 20_000);
    await server.program.stop();
  });
});
