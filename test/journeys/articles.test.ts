import assert from 'node:assert/strict';
import { startServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { wordsOf } from './platform.js';
import { api, onBothStores } from './stand.js';

const wording = (title: string, words: readonly string[], long: string) => ({
  title,
  short: long,
  long,
  samples: words,
});
const PARKING = {
  chips: ['opt-out'],
  ru: wording(
    'Где парковка',
    [
      ...['где можно поставить машину', 'есть ли у вас парковка', 'парковка для клиентов', 'куда поставить автомобиль'],
      ...['где припарковаться у офиса', 'платная ли парковка', 'сколько мест на парковке', 'подскажите где стоянка'],
      ...['есть стоянка для машин', 'можно ли заехать на машине', 'где оставить автомобиль', 'как заехать на парковку'],
    ],
    'Парковка во дворе, въезд с улицы Лесной, первые два часа бесплатно.',
  ),
  en: wording(
    'Where to park',
    [
      ...['where can I park my car', 'do you have parking', 'parking for customers', 'where do I leave my car'],
      ...['is there a car park near the office', 'is parking free', 'how many parking spaces', 'where is the car park'],
      ...['can I come by car', 'parking lot address', 'how do I get to the parking', 'where to put the car'],
    ],
    'The car park is in the yard, entrance from Lesnaya street, two hours are free.',
  ),
};

type Asked = { kind: string; articles: { id: string }[] };

onBothStores('An article that an operator adds', (stand) => {
  it('is answered with within seconds, in every process, without a restart; taken back it is not', async function () {
    this.timeout(240_000);
    const { platform, server, emulator, mongoUri } = stand();
    const second = mongoUri === undefined ? undefined : await startServer({ mongoUri, emulator, env: { ROLE: 'web' } });
    const servers = second ? [server, second] : [server];
    const question = 'а где у вас парковка для машин';
    const ask = (of: typeof server) =>
      api(of, '/answers', { method: 'POST', body: JSON.stringify({ text: question }) }) as Promise<Asked>;
    const known = async (of: typeof server) => {
      const { kind, articles } = await ask(of);
      return kind === 'answer' && articles[0]?.id === 'parking';
    };
    await eventually(async () => (await api(server, '/articles/opt-out')) !== undefined);
    assert.equal(await known(server), false);

    await api(server, '/articles/parking', { method: 'PUT', body: JSON.stringify(PARKING) });
    // What was learnt before goes on answering while the new article is learnt.
    const old = (await api(server, '/answers', {
      method: 'POST',
      body: JSON.stringify({ text: 'как отписаться от рассылки' }),
    })) as Asked;
    assert.equal(old.articles[0]?.id, 'opt-out');
    for (const of of servers) await eventually(() => known(of), 120_000);

    const customer = await platform.customer();
    await platform.write(customer, question);
    assert.match(wordsOf((await platform.answered(customer)).at(-1)), /Парковка во дворе/);

    await api(server, '/articles/parking', { method: 'DELETE' });
    for (const of of servers) await eventually(async () => !(await known(of)), 10_000);
    await second?.program.stop();
  });
});
