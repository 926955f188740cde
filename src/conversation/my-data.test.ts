import assert from 'node:assert/strict';
import type { KnownOfPerson } from '../contacts/personal-document.js';
import { answersFrom } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { ask } from './ask.js';
import { withSummary } from './data-summary.js';
import { endsTurn } from './hear.js';
import { lastWord } from './my-data.js';
import { factsFor, MONDAY_NOON, offersOf, play, tap, type Line } from './play.js';
import type { Language } from './session.js';
import { readTap, tapId } from './taps.js';

const texts = loadTexts();
const HOUR = 3_600_000;
const WAYS = ['menu:open', 'menu:human'];
const eraseId = (at: number) => tapId({ to: 'erase', at });

/** The same script in both languages. */
const inBoth = (title: string, script: (say: (ru: string, en: string) => string) => readonly Line[]) => {
  for (const language of ['ru', 'en'] as const)
    it(`${title} (${language})`, () => {
      const hello: Line = { they: language === 'ru' ? 'привет' : 'hello', language };
      play(texts, [hello, ...script((ru, en) => (language === 'ru' ? ru : en))]);
    });
};

describe('what we know of the person', () => {
  inBoth('is told in one message, with a way to delete it', (say) => [
    {
      they: say('Что вы обо мне знаете?', 'What do you know about me?'),
      bot: /^(Вот всё, что мы о вас храним|This is all that we keep about you)/,
      offers: ['data:delete', ...WAYS],
      changes: [],
    },
    { they: tap('data:show'), bot: /Вот всё|This is all/ },
    { they: say('мои данные', 'my data'), bot: /Вот всё|This is all/ },
  ]);

  it('stands in the message as the name of a file only: nothing personal waits with it', () => {
    const { turns } = play(texts, [{ they: 'что вы обо мне знаете' }]);
    const [reply] = turns[0]?.replies ?? [];
    assert.deepEqual(reply?.content.type === 'buttons' && reply.content.document, {
      of: 'personalData',
      language: 'ru',
      fileName: 'my-data.json',
    });
  });

  it('is told while an agent talks', () => {
    play(texts, [
      { they: 'оператор' },
      { they: 'что вы обо мне знаете', agent: 'replies', bot: /Вот всё/, offers: ['data:delete'] },
    ]);
  });

  it('is where the article leads', () => {
    const answers = {
      ...answersFrom(loadArticles(), 'Vestnik', () => undefined),
      rank: (text: string) => [{ id: text === 'досье' ? 'my-data' : 'delete-data', confidence: 0.95 }],
    };
    play(
      texts,
      [
        { they: 'досье', bot: /Вот всё/ },
        { they: 'сожгите', bot: /Удалить всё/ },
        { they: tap('article:my-data'), bot: /Вот всё/ },
        { they: tap('article:delete-data'), bot: /Удалить всё/ },
      ],
      { answers },
    );
  });

  it('is what the API names the article of', () => {
    const facts = factsFor(texts, MONDAY_NOON);
    assert.deepEqual(ask('что вы обо мне знаете', undefined, facts, MONDAY_NOON).articles, [
      { id: 'my-data', confidence: 1 },
    ]);
    const found = ask('delete everything', undefined, facts, MONDAY_NOON);
    assert.deepEqual([found.kind, found.articles], ['answer', [{ id: 'delete-data', confidence: 1 }]]);
    assert.match(found.text, /^Delete everything that we know about you\?/);
  });
});

describe('that everything be deleted', () => {
  inBoth('is asked for, confirmed with one button, and then the turn says nothing', (say) => [
    {
      they: say('удалите все мои данные', 'delete everything'),
      after: HOUR,
      bot: /^(Удалить всё, что мы о вас знаем\?|Delete everything that we know about you\?)/,
      offers: [eraseId(MONDAY_NOON + HOUR), ...WAYS],
      changes: [],
    },
    { they: tap(eraseId(MONDAY_NOON + HOUR)), bot: null, changes: ['data.erase'] },
  ]);

  for (const words of [
    'Удалите, пожалуйста, все мои данные',
    'сотрите мои данные',
    'забудьте обо мне',
    'удалите мои данныe',
    'delete all my data please',
    'forget me',
    'erase everything',
  ])
    it(`is heard in "${words}"`, () => void play(texts, [{ they: words, bot: /Удалить всё|Delete everything/ }]));

  for (const words of ['удалите из рассылки', 'удалите последнее сообщение', 'забудьте об этом', 'delete the last one'])
    it(`is not heard in "${words}"`, () => {
      const { turns } = play(texts, [{ they: words }]);
      const [reply] = turns[0]?.replies ?? [];
      assert.ok(reply && !offersOf(reply.content).some((id) => id.startsWith('erase:')), words);
    });

  it('is asked again by a button of the day before yesterday, or of tomorrow', () => {
    play(texts, [
      { they: 'удалите мои данные', offers: [eraseId(MONDAY_NOON), ...WAYS] },
      { they: tap(eraseId(MONDAY_NOON)), after: 24 * HOUR, bot: null, changes: ['data.erase'] },
    ]);
    play(texts, [
      { they: 'удалите мои данные' },
      {
        they: tap(eraseId(MONDAY_NOON)),
        after: 25 * HOUR,
        bot: /Удалить всё/,
        offers: [eraseId(MONDAY_NOON + 25 * HOUR), ...WAYS],
        changes: [],
      },
      { they: tap(eraseId(MONDAY_NOON + 99 * HOUR)), bot: /Удалить всё/, changes: [] },
    ]);
  });

  it('is asked and done while an agent talks', () => {
    play(texts, [
      { they: 'оператор' },
      {
        they: 'удалите мои данные',
        agent: 'replies',
        after: HOUR,
        bot: /Удалить всё/,
        offers: [eraseId(MONDAY_NOON + HOUR)],
      },
      { they: tap(eraseId(MONDAY_NOON + HOUR)), bot: null, changes: ['data.erase'] },
    ]);
  });

  it('is done when the tap comes too late to be answered', () => {
    play(texts, [
      { they: 'удалите мои данные' },
      { they: tap(eraseId(MONDAY_NOON)), after: 40 * HOUR, late: 39 * HOUR, bot: null, changes: ['data.erase'] },
    ]);
  });

  it('is left by saying anything else', () => {
    play(texts, [{ they: 'удалите мои данные' }, { they: tap('menu:open'), bot: /Главное меню/, changes: [] }]);
  });

  it('ends the turn: what comes after the tap is not taken together with it', () => {
    assert.ok(endsTurn(tap(eraseId(MONDAY_NOON))));
    assert.ok(!endsTurn(tap('data:delete')));
    assert.ok(!endsTurn({ type: 'text', body: 'удалите мои данные' }));
  });

  it('has ids that are read as they are written', () => {
    for (const to of [{ to: 'myData' }, { to: 'deleteData' }, { to: 'erase', at: MONDAY_NOON }] as const)
      assert.deepEqual(readTap(tapId(to)), to);
    for (const id of ['erase:all:', 'erase:all:-1', 'erase:all:zzzzzzzzzzz', 'erase:news:1', 'data:all'])
      assert.equal(readTap(id), undefined, id);
  });

  it('is confirmed at last by a message that stands alone', () => {
    for (const [language, words] of [
      ['ru', /^Готово: всё, что компания Vestnik знала о вас, удалено/],
      ['en', /^Done: everything that Vestnik knew about you is deleted/],
    ] as const) {
      const content = lastWord(language, { texts, companyName: 'Vestnik' });
      assert.match('body' in content ? content.body : '', words);
      assert.deepEqual(offersOf(content), WAYS);
    }
  });
});

describe('the summary of what we know', () => {
  const known: KnownOfPerson = {
    name: 'Анна',
    language: 'ru',
    phones: ['+79161234567'],
    topics: ['news', 'offers', 'service'],
    messages: 21,
    since: Date.UTC(2026, 9, 1, 22),
    rows: new Map([
      ['cases', 2],
      ['callbacks', 1],
    ]),
  };
  const summary = (language: Language, more: Partial<KnownOfPerson> = {}) =>
    withSummary('Вот.', { ...known, ...more }, language, { texts, timeZone: 'Europe/Moscow' });

  it('says in the person’s language who they are to us, and how much there is of what', () => {
    assert.deepEqual(summary('ru').split('\n'), [
      'Вот.',
      '',
      '• Имя: Анна',
      '• Номер: +79161234567',
      '• Язык: русский',
      '• Подписки: новости, предложения',
      '• Переписка: 21 сообщение с 2 октября 2026 г.',
      '• 2 обращения к сотруднику',
      '• 1 заказанный звонок',
      '• Оценок здесь нет: кто их поставил, мы не храним',
    ]);
    assert.match(summary('en'), /• Conversation: 21 messages since 2 October 2026\n• 2 requests for a human\n/);
  });

  it('of somebody without a number says so, and leaves out what there is none of', () => {
    const bare = { name: null, language: null, phones: [], topics: [], messages: 0, since: null, rows: new Map() };
    assert.deepEqual(summary('en', bare).split('\n').slice(2), [
      '• We do not know your phone number, only your WhatsApp identifier',
      '• Language: not known',
      '• No subscriptions',
      '• No conversation',
      '• No ratings here: we do not keep who gave them',
    ]);
  });

  it('fits into a message whatever people call themselves', () => {
    const longest = { name: 'ё'.repeat(5_000), phones: Array.from({ length: 90 }, () => '+79161234567') };
    assert.ok(summary('ru', longest).length <= 1024);
  });
});
