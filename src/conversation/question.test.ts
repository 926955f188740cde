import assert from 'node:assert/strict';
import { answersFrom, type Answers } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { ask } from './ask.js';
import { factsFor, MONDAY_NOON, play as playWith, tap, type Line } from './play.js';
import type { Facts } from './session.js';

const texts = loadTexts();
const KEPT = ['question.unanswered'];
const HOUR = 3_600_000;

/** What a classifier would say to these words; to all others nothing. */
const CONFIDENCES: Record<string, Record<string, number>> = {
  'как отписаться': { 'opt-out': 0.95, 'delete-data': 0.02 },
  'how do I unsubscribe': { 'opt-out': 0.95, 'delete-data': 0.02 },
  'удалить всё': { 'opt-out': 0.4, 'delete-data': 0.39, 'my-data': 0.1 },
  'remove everything': { 'delete-data': 0.5, 'opt-out': 0.3, 'my-data': 0.005 },
  'ring me up': { callback: 0.9 },
  почём: { 'mailing-price': 0.9 },
  некому: { human: 0.9 },
  шаги: { 'rate-message': 0.9 },
  прежнее: { 'an-article-of-old': 0.99, 'opt-out': 0.01 },
};
const rank = (text: string) => Object.entries(CONFIDENCES[text] ?? {}).map(([id, confidence]) => ({ id, confidence }));
const knowing = (company = 'Vestnik'): Answers => ({
  ...answersFrom(loadArticles(), company, () => undefined),
  rank,
});
const play = (script: readonly Line[], more: Partial<Facts> = {}) =>
  playWith(texts, script, { answers: knowing(), ...more });
const WAYS = ['menu:open', 'menu:human'];

describe('a question', () => {
  it('is answered with its article, what to read next, the menu and a human, in one message', () => {
    const { turns } = play([
      { they: 'привет' },
      {
        they: 'как отписаться',
        bot: /^\*Как отписаться\*\n\nНапишите одно слово — «стоп»/,
        offers: ['stop:all', 'article:block-business', 'article:newsletters', ...WAYS],
        changes: [],
      },
      { they: 'please speak English', language: 'en' },
      {
        they: 'how do I unsubscribe',
        bot: /^\*How to unsubscribe\*\n\nWrite one word: "stop"/,
        offers: ['stop:all', 'article:block-business', 'article:newsletters', ...WAYS],
      },
    ]);
    assert.equal(turns[1]?.replies[0]?.content.type, 'list');
  });

  it('how to stop is no stop yet, but has a row that is one', () => {
    play([
      { they: 'привет' },
      { they: 'как отписаться', bot: /Как отписаться/, changes: [] },
      { they: tap('stop:all'), bot: /больше не б/, changes: ['consent.stopAll'] },
    ]);
  });

  it('that may mean several things is asked back about, which is neither a miss nor none', () => {
    const { session } = play([
      { they: 'привет' },
      {
        they: 'удалить всё',
        bot: /Возможно, вы спрашиваете об этом:\n• Как отписаться\n• Удалить мои данные\n• Что вы обо мне знаете/,
        offers: ['article:opt-out', 'article:delete-data', 'article:my-data', ...WAYS],
        changes: [],
      },
      { they: tap('article:opt-out'), bot: /^\*Как отписаться\*/ },
      { they: 'in English, please' },
      {
        they: 'remove everything',
        bot: /Perhaps you are asking about this:\n• Delete my data\n• How to unsubscribe\n/,
        offers: ['article:delete-data', 'article:opt-out', ...WAYS],
      },
    ]);
    assert.equal(session?.misses, 0);
  });

  it('that nobody knows is admitted and kept, masked, without who asked; the second time the human leads', () => {
    const { turns } = play([
      { they: 'привет' },
      { they: 'где заказ 123?', bot: /не умею/, offers: WAYS, changes: KEPT },
      { they: 'where is my parcel', bot: /A human will do better/, offers: WAYS.toReversed(), changes: KEPT },
      { they: 'how do I unsubscribe', bot: /How to unsubscribe/ },
      { they: 'where is my parcel', bot: /I do not know that yet/, changes: KEPT },
    ]);
    assert.deepEqual(turns[1]?.changes, [
      { kind: 'question.unanswered', text: 'где заказ #', language: 'ru', at: MONDAY_NOON + 30_000 },
    ]);
  });

  it('is not known to anybody while nothing has been learnt, nor where its article is gone', () => {
    play([{ they: 'привет' }, { they: 'как отписаться', bot: /не умею/, changes: KEPT }], {
      answers: answersFrom(loadArticles(), 'Vestnik', () => undefined),
    });
    play([{ they: 'привет' }, { they: 'прежнее', bot: /не умею/, changes: KEPT }]);
  });

  it('that is a request begins its dialog', () => {
    play([
      { they: 'привет' },
      { they: 'почём', bot: /Сколько у вас подписчиков/ },
      { they: 'меню' },
      { they: 'некому', bot: /ответит вам здесь/, changes: ['case.open'] },
      { they: 'как отписаться', bot: /^\*Как отписаться\*/, changes: [] },
      { they: tap('article:human'), bot: /Сотрудник уже позван/, changes: [] },
    ]);
  });

  it('that is a request for what only a human does is told so, with the human first', () => {
    const article = (id: string, language: 'ru' | 'en') => {
      const told = knowing().article(id, language);
      return told && { ...told, starts: 'a dialog of tomorrow' };
    };
    const offers = ['menu:human', 'menu:open', 'article:support-contacts', 'article:mailing-price'];
    const more = { answers: { ...knowing(), article } };
    play(
      [
        { they: 'привет' },
        { they: 'почём', bot: /Пока это делает сотрудник, а не я/ },
        {
          they: tap('article:callback'),
          bot: /^\*.+\*\n\nОставьте номер.+\n\nПока это делает сотрудник, а не я/s,
          offers,
        },
        { they: 'in English please' },
        { they: 'ring me up', bot: /For now someone from the team does this, not I/, offers },
      ],
      more,
    );
  });

  it('asked while a human is awaited is answered; while one is talking, it is the human’s', () => {
    play([
      { they: 'оператор', changes: ['case.open'] },
      { they: 'как отписаться', bot: /Как отписаться/ },
      { agent: 'replies' },
      { they: 'как отписаться', bot: null, changes: [] },
      { they: 'где мой заказ', bot: null, changes: [] },
      { agent: 'closes' },
      { they: 'как отписаться', bot: /Как отписаться/ },
    ]);
  });

  it('is a question again once the price of a mailing has been told', () => {
    play(
      [
        { they: 'привет' },
        ...['почём', '1000', '4', 'латиница', '100', '100'].map((they) => ({ they })),
        { they: 'как отписаться', bot: /Как отписаться/ },
      ],
      {},
    );
  });

  it('asked too often in a minute is neither answered nor kept', () => {
    const same = { they: 'где мой заказ', after: 2000 };
    play([
      { they: 'привет' },
      ...[same, same, same].map((line) => ({ ...line, changes: KEPT })),
      { ...same, bot: null, changes: [] },
    ]);
  });

  it('that came too late to be answered is a human’s, and not kept', () => {
    play([{ they: 'где мой заказ', late: 25 * HOUR, bot: null, changes: ['case.open'] }]);
  });
});

describe('a row with an article', () => {
  it('works for ever, from any dialog, as long as there is the article', () => {
    play([
      { they: tap('article:number-privacy'), bot: /Это чат компании Vestnik.\n\n\*Мой номер у компаний\*/ },
      { they: tap('article:rate-message'), after: 90 * 24 * HOUR, bot: /1\. Откройте WhatsApp\.\n2\. / },
      { they: 'почём' },
      { they: tap('article:opt-out'), bot: /Как отписаться/ },
      { they: tap('article:mailing-price'), bot: /Сколько у вас подписчиков/ },
      { they: tap('article:an-article-of-old'), bot: /из более раннего сообщения/ },
      { they: tap('article:Не наше'), bot: /из более раннего сообщения/ },
    ]);
  });

  it('stands in the list of common questions, eight at the most', () => {
    const { turns } = play([
      {
        they: 'привет',
        offers: [
          'menu:about',
          'menu:questions',
          'quote:start',
          'call:start',
          'menu:topics',
          'data:show',
          'menu:human',
          'lang:en',
        ],
      },
      { they: tap('menu:questions'), bot: /Вот о чём спрашивают чаще всего/ },
    ]);
    const content = turns[1]?.replies[0]?.content;
    const ids = content?.type === 'list' ? content.sections.flatMap(({ rows }) => rows.map(({ id }) => id)) : [];
    assert.equal(ids.length, 10);
    assert.equal(ids[0], 'article:opt-out');
    assert.deepEqual(ids.slice(8), WAYS);
  });
});

describe('an answer', () => {
  it('names the company as it is called, whatever signs are in its name, and keeps to its length', () => {
    const companyName = `A$&B {x} ${'долгое имя. '.repeat(120)}`;
    const answers: Answers = { ...knowing(companyName), rank: () => [{ id: 'what-is-this', confidence: 1 }] };
    const { turns } = play([{ they: 'привет' }, { they: 'что тут' }], { companyName, answers });
    const content = turns[1]?.replies[0]?.content;
    assert.ok(content?.type === 'list' && content.body.length <= 1024);
    assert.match(content.body, /A\$&B \{x\} долгое/);
  });
});

describe('asking on behalf of nobody', () => {
  const asked = (text: string, language?: 'ru' | 'en') =>
    ask(text, language, factsFor(texts, MONDAY_NOON, { answers: knowing() }), MONDAY_NOON);
  const brief = (text: string, language?: 'ru' | 'en') => {
    const { kind, articles, text: body } = asked(text, language);
    return [kind, articles.map(({ id }) => id).join(), body.split('\n')[0]];
  };

  it('gives what a chat would say', () => {
    assert.deepEqual(brief('как отписаться'), ['answer', 'opt-out', '*Как отписаться*']);
    assert.deepEqual(brief('как отписаться', 'en'), ['answer', 'opt-out', '*How to unsubscribe*']);
    assert.deepEqual(brief('remove everything').slice(0, 2), ['askBack', 'delete-data,opt-out']);
    assert.deepEqual(brief('what is the weight of an elephant').slice(0, 2), ['unknown', '']);
    assert.match(asked('what is the weight of an elephant').text, /^I do not know/);
    assert.deepEqual(brief('перезвоните').slice(0, 2), ['answer', 'callback']);
  });

  it('names the article of a request, and takes greetings for the menu', () => {
    assert.deepEqual(brief('Стоп!').slice(0, 2), ['answer', 'opt-out']);
    assert.deepEqual(brief('operator').slice(0, 2), ['answer', 'human']);
    assert.deepEqual(brief('сколько стоит рассылка').slice(0, 2), ['answer', 'mailing-price']);
    assert.deepEqual(brief('почём').slice(0, 2), ['answer', 'mailing-price']);
    for (const hello of ['привет', 'menu', 'спасибо']) {
      assert.deepEqual(brief(hello).slice(0, 2), ['menu', '']);
      assert.ok(asked(hello).text.length > 0);
    }
  });
});
