import assert from 'node:assert/strict';
import { wordsOf } from './platform.js';
import { api, onBothStores } from './stand.js';

type Quote = { totalKopecks: number; benefitKopecks: number };

/** "414 400 ₽" of a number of kopecks that are whole roubles. */
const inRoubles = (kopecks: number) => `${new Intl.NumberFormat('ru').format(kopecks / 100)}\u00a0₽`;

onBothStores('The price of a mailing', (stand) => {
  it('is asked for, worked out over taps and typed numbers, and is the same as the API’s', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    let count = 0;
    const answer = async () => (await platform.answered(customer, ++count)).at(-1);
    const say = async (words: string) => {
      await platform.write(customer, words);
      return answer();
    };

    const menu = await say('привет');
    assert.ok(menu);
    await platform.tap(customer, menu, 'quote:start');
    assert.match(wordsOf(await answer()), /Сколько у вас подписчиков/);
    assert.match(wordsOf(await say('10 тыс')), /Сколько рассылок в месяц/);
    const alphabets = await say('4');
    assert.ok(alphabets);
    await platform.tap(customer, alphabets, 'quote:alphabet:cyrillic');
    assert.match(wordsOf(await answer()), /Сколько символов/);
    assert.match(wordsOf(await say('120')), /2 SMS/);
    assert.match(wordsOf(await say('20%')), /от 0 до 80/);
    const price = await say('30');

    const quote = (await api(server, '/quotes', {
      method: 'POST',
      body: JSON.stringify({
        subscribers: 10_000,
        mailingsPerMonth: 4,
        alphabet: 'cyrillic',
        characters: 120,
        servicePercent: 20,
        transactionalPercent: 30,
      }),
    })) as Quote;
    const words = wordsOf(price);
    assert.ok(words.includes(`*${inRoubles(quote.totalKopecks)} в месяц*`), words);
    assert.ok(words.includes(`*Выгода: ${inRoubles(quote.benefitKopecks)}*`), words);

    assert.ok(price);
    await platform.tap(customer, price, 'quote:start');
    assert.match(wordsOf(await answer()), /Сколько у вас подписчиков/);
    assert.match(wordsOf(await say('назад')), /^Главное меню/);
  });
});
