import assert from 'node:assert/strict';
import { answersFrom, type Answers } from '../knowledge/answers.js';
import { loadArticles } from '../load-articles.js';
import { loadTexts } from '../load-texts.js';
import { LOST_KEY, play as playWith, rating, tap, type Line } from './play.js';
import type { Facts } from './session.js';
import type { Turn } from './turn.js';

const texts = loadTexts();
const HOUR = 3_600_000;
const answers: Answers = { ...answersFrom(loadArticles(), 'Vestnik', () => undefined), rank: () => [] };
const play = (script: readonly Line[], more: Partial<Facts> = {}) => playWith(texts, script, { answers, ...more });
const WAYS = ['menu:open', 'menu:human'];
const RATED = ['rating.tap'];
const article = { they: tap('article:number-privacy'), bot: /Мой номер у компаний/ };
const askIn = (turn: Turn | undefined) => {
  const content = turn?.replies[0]?.content;
  return content?.type === 'list' ? content.ask : undefined;
};

describe('stars', () => {
  it('are asked for in the answer itself: a list with room for five, what to read next, the menu and a human', () => {
    const { turns } = play([
      { they: 'привет' },
      article,
      { they: 'in English please' },
      { they: tap('article:consent') },
    ]);
    const content = turns[1]?.replies[0]?.content;
    assert.ok(content?.type === 'list');
    assert.equal(content.button, 'Оценить или дальше');
    assert.equal(content.sections[0]?.title, 'Что дальше');
    assert.ok((content.sections[0]?.rows.length ?? 0) <= 5);
    assert.deepEqual(
      { ...askIn(turns[1]), id: '' },
      { id: '', about: 'stars', topic: 'number-privacy', language: 'ru' },
    );
    assert.deepEqual({ ...askIn(turns[3]), id: '' }, { id: '', about: 'stars', topic: 'consent', language: 'en' });
    assert.notEqual(askIn(turns[1])?.id, askIn(turns[3])?.id);
  });

  it('are thanked for, and what they were about may be said; then the person goes on, with a human beside', () => {
    const { turns } = play([
      article,
      { they: rating, bot: /^Спасибо, оценка принята\. Она анонимна/, offers: WAYS, changes: RATED },
      { they: rating, bot: /^Спасибо, это тоже учтено/, offers: WAYS, changes: RATED },
      { they: 'in English, please' },
      { they: tap('article:consent') },
      { they: rating, bot: /^Thank you, your rating is noted\. It is anonymous/, offers: WAYS, changes: RATED },
      { they: rating, bot: /^Thank you, that is noted as well/, offers: WAYS, changes: RATED },
    ]);
    assert.equal(askIn(turns[1])?.about, 'reasons');
    assert.equal(askIn(turns[1])?.topic, 'number-privacy');
    assert.equal(askIn(turns[2]), undefined);
  });

  it('are answered with the same words and offers whatever was chosen, and nothing is remembered of the choice', () => {
    const outcomes = ['A', 'B', 'z', '_'].map((sign) => {
      const { turns, session } = play([article, { they: (before) => rating(before, sign.repeat(39)) }]);
      return JSON.stringify([turns[1]?.replies, session]);
    });
    assert.equal(new Set(outcomes).size, 1);
  });

  it('count once for each ask: the first tap', () => {
    const first = (turns: readonly Turn[]) => rating(turns.slice(0, 1));
    play([
      article,
      { they: first, changes: RATED },
      { they: first, bot: /Вы это уже оценили, и считается первый выбор/, offers: WAYS, changes: [] },
      { they: 'in English please' },
      { they: first, bot: /You have rated this already, and the first choice counts/, changes: [] },
      { ...article, bot: /Who gets my number/ },
      { they: rating, changes: RATED },
    ]);
  });

  it('tapped twice in one turn count once', () => {
    const twice = [(turns: readonly Turn[]) => rating(turns, 'A'.repeat(39)), rating];
    play([article, { they: twice, changes: RATED, bot: /оценка принята/ }]);
  });

  it('that come when their week is long over are told to be too late to count', () => {
    const late = (turns: readonly Turn[]) => rating(turns, undefined, LOST_KEY);
    play([
      article,
      { they: late, after: 30 * 24 * HOUR, bot: /эту оценку учесть уже нельзя/, offers: WAYS, changes: [] },
      { they: 'in English please' },
      { they: late, bot: /comes too late to count/, offers: WAYS, changes: [] },
    ]);
  });

  it('in words get the list, about what was asked last, and are not counted', () => {
    const { turns } = play([
      { they: '5 звёзд', bot: /Звёзды считаются только из списка/, offers: WAYS, changes: [] },
      article,
      { they: '⭐⭐⭐', bot: /Звёзды считаются только из списка/, offers: WAYS, changes: [] },
      { they: rating, changes: RATED },
      { they: 'in English please' },
      { they: 'five stars', bot: /Stars count only from the list/, offers: WAYS, changes: [] },
    ]);
    assert.deepEqual([askIn(turns[0])?.topic, askIn(turns[2])?.topic], ['service', 'number-privacy']);
    assert.equal(askIn(turns[2])?.about, 'stars');
  });

  it('in the text of a mailing that is to be priced are its words', () => {
    play([
      { they: 'сколько стоит рассылка' },
      { they: '1000' },
      { they: '4' },
      { they: '5 звёзд', changes: [], bot: /^(?!Звёзды считаются)/ },
    ]);
  });

  it('do not take a question of the same turn its answer', () => {
    play([
      article,
      { they: [rating, tap('article:consent')], bot: /^Спасибо, оценка принята\.\n\n\*/, changes: RATED },
      {
        they: [rating, 'оператор'],
        bot: /оценка принята.*\n\n.*ответит вам здесь/s,
        changes: ['rating.tap', 'case.open'],
      },
    ]);
  });

  it('are asked for neither while a human is awaited nor while one talks; a tap counts then as well, in silence', () => {
    const early = (turns: readonly Turn[]) => rating(turns.slice(0, 1));
    const { turns } = play([
      article,
      { they: 'оператор', changes: ['case.open'] },
      article,
      { they: '5 звёзд', changes: [] },
      { agent: 'replies' },
      { they: early, bot: null, changes: RATED },
      { they: '⭐⭐⭐⭐⭐', bot: null, changes: [] },
      { agent: 'closes' },
      article,
    ]);
    assert.deepEqual(
      [2, 3].map((turn) => askIn(turns[turn])),
      [undefined, undefined],
    );
    assert.equal(askIn(turns.at(-1))?.topic, 'number-privacy');
  });

  it('of somebody whose window is over count without a word, and call nobody', () => {
    play([article, { they: rating, after: 48 * HOUR, late: 25 * HOUR, bot: null, changes: RATED }]);
  });

  it('are not asked for an answer that only says that a human will do it', () => {
    const { turns } = play([{ they: 'привет' }, { they: tap('article:callback') }]);
    assert.equal(askIn(turns[1]), undefined);
  });
});
