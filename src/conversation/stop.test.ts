import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import type { Content } from '../inbox/update.js';
import { MONDAY_NOON, play, tap, type Line } from './play.js';
import type { Language } from './session.js';
import { readTap, tapId } from './taps.js';

const texts = loadTexts();
const HOUR = 3_600_000;
const WAYS = ['menu:open', 'menu:human'];

const undoId = (topic: 'news' | null, at: number) => tapId({ to: 'undo', topic, at });
const stopThese = (topic: string): Content => ({ type: 'button', payload: `stop:${topic}`, text: 'Stop these' });
const REASON_IDS = ['noLonger', 'didNotSignUp', 'tooMany', 'notNeeded', 'other'].map((reason) => `why:all:${reason}`);

const subscribed = {
  consent: { topics: { maintenance: 'in', news: 'in', offers: 'none', service: 'none' } },
} as const;

/** The same script in both languages. */
const inBoth = (
  title: string,
  script: (say: (ru: string, en: string) => string, language: Language) => readonly Line[],
) => {
  for (const language of ['ru', 'en'] as const)
    it(`${title} (${language})`, () => {
      const hello: Line = { they: language === 'ru' ? 'привет' : 'hello', language };
      play(texts, [hello, ...script((ru, en) => (language === 'ru' ? ru : en), language)], subscribed);
    });
};

describe('stop', () => {
  for (const words of [
    'стоп',
    'СТОП!!!',
    'Стоп, спасибо',
    'stop',
    'Stop please',
    'отписаться',
    'отписатся',
    'unsubscribe',
    'не пишите мне больше',
    'cnjg',
    'стоп стоп стоп',
    'не надо мне писать',
    'Здравствуйте, отпишите меня, пожалуйста',
  ])
    it(`is heard in "${words}"`, () => {
      const { turns } = play(texts, [
        {
          they: words,
          bot: /рассылок и уведомлений от нас|no newsletters or notices/,
          changes: ['consent.stopAll'],
        },
      ]);
      if (turns[0]?.replies[0]?.priority !== 'reserved') throw new Error('a stop must have the reserve');
    });

  for (const words of [
    'стоп-кран сломался у поезда',
    'напишите мне',
    'как не платить',
    'bus stop near the office',
    'стол',
    'достал телефон и звоню вам',
    'отмените заказ',
  ])
    it(`is not heard in "${words}"`, () =>
      void play(texts, [{ they: words, bot: /не умею|do not know/, changes: ['question.unanswered'] }]));

  for (const words of [
    'Хватит',
    'надоели ваши рассылки',
    'уберите эту рекламу',
    'это спам',
    'сколько можно слать сообщения, прекратите уже',
    'I am tired of your messages',
    'please stop this spam',
    'leave me alone',
  ])
    it(`is asked about, and nothing taken away, after "${words}"`, () => {
      play(texts, [
        {
          they: words,
          bot: /Больше не писать вам\?|stop writing to you\?/,
          changes: [],
          offers: ['stop:all', 'menu:open', 'menu:human'],
        },
        { they: tap('stop:all'), bot: /рассылок|no newsletters/, changes: ['consent.stopAll'] },
      ]);
    });

  inBoth('says what has stopped, why one might tell why, and can be taken back by one tap', (say, language) => {
    const at = MONDAY_NOON + 30_000;
    return [
      {
        they: say('стоп', 'stop'),
        bot: new RegExp(
          say('ни о работах, ни новостей, ни предложений.*скажите почему', 'neither about maintenance.*tell us why'),
          's',
        ),
        offers: [...REASON_IDS, undoId(null, at), 'menu:open', 'menu:human'],
        changes: ['consent.stopAll'],
      },
      {
        they: tap('why:all:tooMany'),
        bot: new RegExp(say('Спасибо, учтём', 'Thank you, noted')),
        offers: [undoId(null, at), 'menu:open', 'menu:human'],
        changes: ['consent.reason'],
      },
      {
        they: tap(undoId(null, at)),
        after: 23 * HOUR,
        bot: new RegExp(say('Вернули: Работы и сбои и Новости', 'Back on: Maintenance and News')),
        changes: ['consent.undo'],
        language,
      },
      { they: tap(undoId(null, at)), bot: new RegExp(say('нажатием уже нельзя', 'cannot take it back')), changes: [] },
    ];
  });

  inBoth('is taken back in words as well, but not by a word that may mean anything', (say) => [
    { they: say('стоп', 'stop'), changes: ['consent.stopAll'] },
    {
      they: say('отменить', 'cancel'),
      offers: [undoId(null, MONDAY_NOON + 30_000), 'menu:topics', ...WAYS],
      changes: [],
    },
    {
      they: say('Вернуть как было, пожалуйста', 'Take it back, please'),
      bot: new RegExp(say('Вернули: Работы и сбои и Новости', 'Back on: Maintenance and News')),
      changes: ['consent.undo'],
    },
    { they: say('стоп', 'stop'), changes: ['consent.stopAll'] },
    { they: say('верните', 'undo'), after: 24 * HOUR + 1, changes: ['question.unanswered'] },
  ]);

  inBoth('has nothing to take back where nothing was stopped', (say) => [
    { they: say('вернуть как было', 'take it back'), changes: ['question.unanswered'] },
  ]);

  inBoth('later than a day opens the topics instead of being taken back', (say) => [
    { they: say('стоп', 'stop') },
    {
      they: tap(undoId(null, MONDAY_NOON + 30_000)),
      after: 24 * HOUR + 1,
      bot: new RegExp(say('Прошло больше суток', 'More than a day')),
      offers: ['in:maintenance:1.', 'in:news:1.', 'in:offers:1.']
        .map((id) => id + say('ru', 'en'))
        .concat('menu:open', 'menu:human'),
      changes: [],
    },
  ]);

  inBoth('of a notice’s button stops its topic only, and says which', (say) => [
    {
      they: stopThese('news'),
      bot: new RegExp(
        say('новостей от нас больше не будет\\. Остальное — как было', 'no more news from us\\. Everything else'),
      ),
      changes: ['consent.stop'],
    },
    {
      they: say('подписки', 'subscriptions'),
      offers: [
        'out:maintenance',
        `in:news:1.${say('ru', 'en')}`,
        `in:offers:1.${say('ru', 'en')}`,
        'stop:all',
        'menu:open',
        'menu:human',
      ],
    },
    {
      they: tap(undoId('news', MONDAY_NOON + 30_000)),
      bot: new RegExp(say('Вернули: Новости', 'Back on: News')),
      changes: ['consent.undo'],
    },
  ]);

  it('of another moment than the button’s is not taken back by it', () => {
    play(
      texts,
      [
        { they: 'стоп' },
        { they: tap('in:news:1.ru'), changes: ['consent.optIn'] },
        { they: 'стоп' },
        { they: tap(undoId(null, MONDAY_NOON)), bot: /нажатием уже нельзя/, changes: [] },
        { they: tap(undoId(null, MONDAY_NOON + 60_000)), bot: /Вернули: Новости\./, changes: ['consent.undo'] },
      ],
      subscribed,
    );
  });

  it('of somebody who had nothing to lose can be taken back, too', () => {
    play(texts, [
      { they: 'стоп' },
      { they: tap(undoId(null, MONDAY_NOON)), bot: /запрет снят/, changes: ['consent.undo'] },
    ]);
  });

  it('is confirmed while an agent talks, with no button that would send the agent away', () => {
    const { turns } = play(texts, [
      { they: 'оператор' },
      { they: 'стоп', agent: 'replies', bot: /рассылок/, changes: ['consent.stopAll'] },
      { they: tap('why:all:other'), bot: /Спасибо/, offers: [] },
      { they: tap('in:news:1.ru'), bot: /^Готово: новости включены/, offers: [], changes: ['consent.optIn'] },
    ]);
    const content = turns[1]?.replies[0]?.content;
    assert.ok(content?.type === 'list');
    assert.ok(content.sections.flatMap(({ rows }) => rows).every(({ id }) => !id.startsWith('menu:')));
  });

  it('is not swallowed by what follows, nor does it swallow', () => {
    play(texts, [
      { they: 'привет' },
      { they: ['стоп', 'ок', 'спасибо'], bot: /рассылок/ },
      { they: ['стоп', 'почём слоны'], bot: /рассылок/ },
      {
        they: ['стоп', 'оператор'],
        bot: /рассылок.*\n\nСотрудник компании/,
        changes: ['consent.stopAll', 'case.open'],
      },
      { they: ['стоп', tap('menu:about')], bot: /рассылок.*\n\nЯ бот/ },
    ]);
  });

  it('takes effect even when it came too late to be answered, or from somebody who is muted', () => {
    play(texts, [{ they: 'стоп', late: 25 * HOUR, bot: null, changes: ['consent.stopAll'] }]);
    const flood = Array.from({ length: 70 }, (_, n): Line => ({ they: `вопрос номер ${n}`, after: 10_000 }));
    play(texts, [...flood, { they: 'стоп', bot: /рассылок/, changes: ['consent.stopAll'] }]);
  });

  it('has ids that say all by themselves', () => {
    for (const id of ['stop:all', 'stop:news', 'out:offers', 'in:news:1.ru', 'why:news:other', 'undo:all:mvz13ohc']) {
      const meant = readTap(id);
      assert.ok(meant, id);
      assert.equal(tapId(meant), id);
    }
    for (const id of [
      'stop:',
      'stop:sport',
      'in:all:1.ru',
      'in:service:1.ru',
      'in:news:x',
      'why:all:none',
      'undo:all:',
      'undo:all:A',
    ])
      assert.equal(readTap(id), undefined, id);
  });
});
