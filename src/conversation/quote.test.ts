import assert from 'node:assert/strict';
import { loadTariffs } from '../load-tariffs.js';
import { loadTexts } from '../load-texts.js';
import { quotesWith } from '../quotes/quote.js';
import { pricesOn } from '../quotes/tariffs.js';
import { play, tap, type Line, type Played } from './play.js';

const texts = loadTexts();
const quotes = quotesWith(pricesOn(loadTariffs(undefined, '2026-11-02'), '2026-11-02'));
const HOUR = 3_600_000;
const AGAIN = ['quote:start', 'menu:open', 'menu:human'];
const AFTER = ['call:start', ...AGAIN];

const run = (script: readonly Line[]): Played => play(texts, script, { quotes });
const backTo = (question: string) => [`quote:ask:${question}`, 'menu:open', 'menu:human'];
const told = ({ turns }: Played): string => {
  const content = turns.at(-1)?.replies[0]?.content;
  return content && 'body' in content ? content.body.replaceAll('\u00a0', ' ') : '';
};

/** To the question about the service share, in Russian. */
const MAILING: readonly Line[] = [
  { they: tap('quote:start'), bot: /Сколько у вас подписчиков\?/, offers: ['menu:open', 'menu:human'] },
  { they: '10 тыс', bot: /^10\s000 подписчиков — записал\. Сколько рассылок/, offers: backTo('subscribers') },
  {
    they: '4',
    bot: /^4 рассылки в месяц\. Какими буквами/,
    offers: [...['cyrillic', 'latin', 'mixed'].map((alphabet) => `quote:alphabet:${alphabet}`), ...backTo('mailings')],
  },
  { they: tap('quote:alphabet:cyrillic'), bot: /^Кириллица\. Сколько символов/, offers: backTo('alphabet') },
  { they: '120', bot: /^120 символов — это 2 SMS.*до 70/, offers: backTo('characters') },
];
const PRICED: readonly Line[] = [
  ...MAILING,
  { they: '20%', bot: /^Сервисный трафик — 20 %.*от 0 до 80/, offers: backTo('service') },
  { they: '30', bot: /^\*414\s400\s₽ в месяц\*/, offers: AFTER },
];

describe('the price of a mailing', () => {
  it('is worked out one question at a time, in Russian', () => {
    const played = run(PRICED);
    const said = told(played);
    for (const part of [
      'Подписчиков: 10 000, рассылок в месяц: 4, SMS в сообщении: 2. Всего 80 000 SMS:',
      '• сервисный трафик, 20 %: 16 000 SMS по 4,20 ₽ — 67 200 ₽',
      '• транзакционный трафик, 30 %: 24 000 SMS по 3,80 ₽ — 91 200 ₽',
      '• рекламный трафик, 50 %: 40 000 SMS по 6,40 ₽ — 256 000 ₽',
      '*Выгода: 97 600 ₽* по сравнению с тем, чтобы отправить всё как рекламу (512 000 ₽).',
      'примерная оценка по ценам с 1 октября 2026 г.',
      'всё маркетинговыми по 7,20 ₽ — 288 000 ₽',
      '(первые 1 000 бесплатно) — 140 400 ₽',
    ])
      assert.ok(said.includes(part), `${part}\n${said}`);
    assert.equal(played.session?.dialog.name, 'quote');
  });

  it('is worked out in English, from the text itself, which is kept nowhere', () => {
    const text = 'Dear customer, your order [14] is ready: it costs 100 €. Qwertymarker!';
    const { turns, session } = run([
      { they: 'How much does a mailing cost?', bot: /^Hello!.*\n\n.*How many subscribers/s },
      { they: '10,000', bot: /^10,000 subscribers, noted\. How many mailings a month/ },
      { they: '1', bot: /^1 mailing a month\. Which letters/ },
      { they: text, bot: /^70 characters make 1 SMS per message \(one holds up to 160\)/ },
      { they: '0', bot: /^Service traffic: 0%/ },
      {
        they: '50 percent',
        bot: /^\*₽51,000 a month\*.*transactional traffic, 50%: 5,000 SMS at ₽3\.80 — ₽19,000.*\*Benefit: ₽13,000\*/s,
        offers: AFTER,
      },
    ]);
    assert.ok(!JSON.stringify([turns, session]).includes('Qwertymarker'));
  });

  for (const words of [
    'сколько стоит рассылка',
    'Здравствуйте! Сколько стоит смс рассылка?',
    'посчитай рассылку, пожалуйста',
    'калькулятор рассылки',
    'цена рассылки на 1000 человек',
    'почём рассылка?',
    'skolko stoit rassylka',
    'price of a mailing',
    'what does an sms mailing cost',
    'mailing cost calculator',
    'Price a mailing',
  ])
    it(`is begun by "${words}"`, () =>
      void run([{ they: words, bot: /Сколько у вас подписчиков|How many subscribers/ }]));

  for (const words of [
    'сколько человек получат рассылку',
    'стоимость доставки',
    'не надо считать рассылку',
    'почём слоны',
  ])
    it(`is not begun by "${words}"`, () => void run([{ they: words, bot: /не умею/ }]));

  it('asks no second share where nothing remains, and none of what is nought is listed', () => {
    const played = run([...MAILING, { they: '100 %', bot: /^\*336\s000\s₽ в месяц\*/ }]);
    assert.doesNotMatch(told(played), /транзакционный трафик|рекламный трафик/);
    run([...MAILING, { they: '100' }, { they: 'назад', bot: /^120 символов/ }]);
  });

  it('shows a benefit of nothing where all is advertising', () => {
    const played = run([...MAILING, { they: '0' }, { they: 'ноль' }]);
    assert.match(told(played), /\*Выгода: 0 ₽\*/);
  });
});

describe('an answer in the price dialog', () => {
  it('is taken as people type it', () => {
    run([
      { they: 'цена рассылки' },
      { they: 'примерно 1,5 млн', bot: /^1\s500\s000 подписчиков/ },
      { they: 'двадцать одна', bot: /^21 рассылка в месяц/ },
      { they: 'латиница', bot: /^Латиница\./ },
      { they: '161 символ', bot: /^161 символ — это 2 SMS.*до 160/ },
      { they: '33 процента', bot: /33 %.*от 0 до 67/ },
    ]);
  });

  it('that makes no sense is told with what would, and the second time the human leads', () => {
    const nonsense = {
      bot: /^Не получилось разобрать ответ\. Нужно одно целое число от 1 до 1\s000: например, 4\.\n\n10\s000/,
    };
    run([
      { they: 'цена рассылки' },
      { they: '10 000' },
      { they: 'часто', ...nonsense, offers: backTo('subscribers') },
      {
        they: '2 раза в неделю',
        bot: /позовите человека/,
        offers: ['menu:human', 'quote:ask:subscribers', 'menu:open'],
      },
      { they: '8', bot: /^8 рассылок/ },
      { they: '150', bot: /^Не получилось разобрать ответ\. Выберите алфавит/ },
      { they: '👍', bot: /^8 рассылок/ },
      { they: 'смешанный', bot: /^Смешанный текст\./ },
      { they: 'а зачем это', bot: /от 1 до 10\s000: например, 120\.\n\n/, offers: backTo('alphabet') },
    ]);
  });

  for (const words of ['0', '-5', '100 000 001', '1 млрд', '10-20', '1,5', '50%', 'всем'])
    it(`about subscribers cannot be "${words}"`, () =>
      void run([{ they: 'цена рассылки' }, { they: words, bot: /^Не получилось.*от 1 до 100\s000\s000/ }]));

  it('about the second share cannot exceed what the first has left', () => {
    run([
      ...MAILING,
      { they: '101', bot: /от 0 до 100/ },
      { they: '60' },
      { they: '41', bot: /от 0 до 40/ },
      { they: '40', bot: /в месяц\*/ },
    ]);
  });

  it('may be the same number every time: it is no flood', () => {
    run([
      { they: 'цена рассылки' },
      ...['10', '10'].map((they): Line => ({ they, after: 5000, bot: /./ })),
      { they: tap('quote:alphabet:latin'), after: 5000 },
      ...['10', '10', '10'].map((they): Line => ({ they, after: 5000, bot: /./ })),
    ]);
    run([
      ...['меню', 'меню', 'меню'].map((they): Line => ({ they, after: 5000, bot: /./ })),
      { they: 'меню', after: 5000, bot: null },
    ]);
  });

  it('may come with others in one turn: the last question is said', () => {
    run([{ they: 'цена рассылки' }, { they: ['10000', '4'], bot: /^4 рассылки в месяц/ }]);
    run([{ they: ['сколько стоит рассылка', 'спасибо'], bot: /подписчиков\?/ }]);
  });

  it('is the mailing’s own text where one is awaited: it does not turn the conversation’s language', () => {
    run([
      { they: 'сколько стоит рассылка' },
      { they: '10' },
      { they: '10' },
      { they: 'Dear customer, we inform you that your order is ready', bot: /^53 символа — это 1 SMS/, language: 'ru' },
    ]);
  });

  it('beyond exact counting is said to be that', () => {
    run([
      ...['цена рассылки', '100 млн', '1000', 'кириллица', '10000', '0'].map((they) => ({ they })),
      { they: '0', bot: /точно посчитать я не берусь/, offers: AFTER },
    ]);
  });
});

describe('the ways out of the price dialog', () => {
  it('"back" leads one question back, from the first to the menu', () => {
    run([
      ...PRICED,
      { they: 'Назад', bot: /от 0 до 80/ },
      { they: 'назад, пожалуйста', bot: /^120 символов/ },
      { they: 'back', bot: /Сколько символов/ },
      { they: tap('quote:ask:alphabet'), bot: /Какими буквами/ },
      { they: 'вернуться', bot: /Сколько рассылок/ },
      { they: 'назад', bot: /Сколько у вас подписчиков/ },
      { they: 'назад', bot: /Главное меню/ },
      { they: '5000', bot: /не умею/ },
    ]);
    run([
      ...['цена рассылки', '10', '4', 'Ваш заказ готов'].map((they) => ({ they })),
      { they: 'назад', bot: /Какими буквами/ },
    ]);
  });

  it('the menu, a greeting and a stop leave it; a number then means nothing', () => {
    for (const [they, bot] of [
      ['меню', /Главное меню/],
      [tap('menu:open'), /Главное меню/],
      ['привет', /Это чат компании/],
      ['стоп', /рассылок и уведомлений от нас/],
    ] as const)
      run([...MAILING, { they, bot }, { they: '20', bot: /не умею/ }]);
  });

  it('"operator" calls a human from any question', () => {
    for (const until of [1, 3, 5])
      run([...MAILING.slice(0, until), { they: 'оператор', bot: /ответит вам здесь/, changes: ['case.open'] }]);
  });

  it('thanks and "ok" leave the question standing, another language asks it again', () => {
    run([
      ...MAILING.slice(0, 2),
      { they: 'ок', bot: /^10\s000 подписчиков/ },
      { they: 'in English please', bot: /^10,000 subscribers, noted/, language: 'en' },
      { they: tap('lang:ru'), bot: /^10\s000 подписчиков/ },
      { they: { type: 'media', mediaType: 'image', mediaId: '1' }, bot: /словами/ },
      { they: '4', bot: /^4 рассылки/ },
    ]);
    run([...PRICED, { they: 'спасибо', bot: /рады помочь/ }]);
  });

  it('after the price one may begin again, and other words are words again', () => {
    run([...PRICED, { they: tap('quote:start'), bot: /подписчиков\?/ }]);
    run([...PRICED, { they: 'ещё раз', bot: /подписчиков\?/ }]);
    run([...PRICED, { they: '5000', bot: /не умею/ }, { they: 'назад', bot: /Пусть лучше/ }]);
  });

  it('a day of silence forgets it', () => {
    run([...MAILING, { they: '20', after: 23 * HOUR, bot: /^Сервисный/ }]);
    run([...MAILING, { they: '20', after: 25 * HOUR, bot: /не умею/ }]);
  });

  it('while an agent talks, nothing in it moves, and it is over afterwards', () => {
    run([
      ...MAILING,
      { they: 'оператор' },
      { they: tap('quote:start'), bot: /подписчиков\?/ },
      { they: '500', agent: 'replies', bot: null },
      { they: tap('quote:start'), bot: null },
      { they: '500', agent: 'closes', bot: /не умею/ },
    ]);
  });
});

describe('an old button of the price dialog', () => {
  it('asks its question again as long as what came before it is known', () => {
    run([
      ...PRICED,
      { they: tap('quote:ask:mailings'), bot: /^10\s000 подписчиков/ },
      { they: '1', bot: /^1 рассылка в месяц/ },
      { they: tap('quote:alphabet:latin'), bot: /^Латиница/ },
      { they: tap('quote:alphabet:mixed'), bot: /^Смешанный текст/ },
      { they: tap('quote:ask:service'), bot: /от прежнего расчёта.*\n\nСмешанный текст/s, offers: backTo('alphabet') },
    ]);
  });

  it('of a calculation that is over says so, and offers another', () => {
    for (const id of ['quote:ask:service', 'quote:alphabet:latin', 'quote:ask:subscribers'])
      run([
        ...PRICED,
        { they: 'меню' },
        { they: tap(id), after: 90 * 24 * HOUR, bot: /от прежнего расчёта/, offers: AGAIN },
      ]);
  });
});
