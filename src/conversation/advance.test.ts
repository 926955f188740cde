import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import { advance } from './advance.js';
import { isUrgent } from './hear.js';
import { factsFor, MONDAY_NOON, play, tap } from './play.js';

const texts = loadTexts();
const HOUR = 3_600_000;

describe('a turn', () => {
  it('answers several messages with one, the last that means something', () => {
    const { turns } = play(texts, [
      { they: ['привет', 'почём слоны', 'спасибо'], bot: /пока не умею/ },
      { they: ['что ты умеешь?', 'ок'], bot: /^Я бот/ },
      { they: ['привет', '👍'], bot: /Это чат/ },
      { they: ['оператор', 'ok'], bot: /ответит вам здесь/, changes: ['case.open'] },
    ]);
    assert.deepEqual(
      turns.map(({ replies }) => replies.length),
      [1, 1, 1, 1],
    );
  });

  it('lets every tap take effect and answers the last', () => {
    play(texts, [
      { they: [tap('lang:en'), tap('menu:about')], bot: /I am the Vestnik bot/, language: 'en' },
      {
        they: [tap('menu:human'), tap('menu:about')],
        bot: /^Someone from the team will answer you here .*\n\nI am the/,
        changes: ['case.open'],
      },
      { they: [tap('menu:about'), 'stop'], bot: /^I am the.*\n\nAll right: no newsletters/s },
    ]);
  });

  it('of nothing is nothing', () => {
    const turn = advance(undefined, [], factsFor(texts, MONDAY_NOON), MONDAY_NOON);
    assert.deepEqual(turn.replies, []);
    assert.equal(turn.session.dialog.name, 'menu');
  });

  it('takes a clock that runs ahead for now', () => {
    play(texts, [{ they: 'привет', late: -5 * HOUR, bot: /^Здравствуйте/ }]);
  });
});

describe('a backlog', () => {
  it('is told as such when it is older than an hour', () => {
    play(texts, [
      { they: 'привет', late: 59 * 60_000, bot: /^Здравствуйте/ },
      { they: 'почём слоны', late: 1 * HOUR, bot: /^Вы написали 1 час назад — простите/ },
      { they: 'что ты умеешь', late: 3 * HOUR, bot: /^Вы написали 3 часа назад.*\n\nЯ бот/ },
      { they: 'how are you doing today', late: 5 * HOUR, bot: /^You wrote this 5 hours ago/, language: 'en' },
    ]);
    play(texts, [{ they: 'когда ответите', late: 21.5 * HOUR, bot: /^Здравствуйте!.*\n\nВы написали 21 час назад/ }]);
  });

  it('outside the window gets no reply but a human, once', () => {
    const { session } = play(texts, [
      { they: 'почём слоны', late: 24 * HOUR, bot: null, changes: ['case.open'] },
      { they: 'ау', late: 24 * HOUR, bot: null, changes: [] },
    ]);
    assert.equal(session?.greetedAt, undefined);
    play(texts, [{ they: 'почём слоны', late: 24 * HOUR - 4 * 60_000, bot: null, changes: ['case.open'] }]);
    play(texts, [
      { they: 'почём слоны', late: 24 * HOUR - 6 * 60_000, bot: /23 часа назад/, changes: ['question.unanswered'] },
    ]);
  });

  it('outside the window opens a case for what was asked, and none for what asks for nothing', () => {
    const { turns } = play(texts, [{ they: 'оператор', late: 30 * HOUR, bot: null, changes: ['case.open'] }]);
    const change = turns[0]?.changes[0];
    assert.equal(change?.kind === 'case.open' && change.reason, 'asked');
    play(texts, [{ they: 'стоп', late: 30 * HOUR, bot: null, changes: ['consent.stopAll'] }]);
    for (const they of [tap('lang:en'), { type: 'reaction', messageId: 'm' } as const])
      play(texts, [{ they, late: 30 * HOUR, bot: null, changes: [] }]);
    play(texts, [{ they: 'привет' }, { they: 'спасибо', after: 60 * HOUR, late: 30 * HOUR, bot: null, changes: [] }]);
  });

  it('outside the window does not take a case from the human who is all the person has', () => {
    play(texts, [{ they: 'оператор' }, { they: 'меню', after: 60 * HOUR, late: 25 * HOUR, bot: null, changes: [] }]);
  });

  it('is no backlog once something fresh came: the window is open again', () => {
    const facts = factsFor(texts, MONDAY_NOON);
    const text = (body: string, ago: number) => ({
      id: body,
      at: MONDAY_NOON - ago,
      content: { type: 'text', body } as const,
    });
    const turn = advance(undefined, [text('почём слоны', 30 * HOUR), text('ау', 1000)], facts, MONDAY_NOON);
    assert.equal(turn.replies.length, 1);
    assert.ok(turn.changes.every(({ kind }) => kind === 'question.unanswered'));
  });
});

describe('what never waits', () => {
  it('is a stop and a call for a human, in words or by a tap', () => {
    for (const body of ['стоп', 'оператор', 'stop']) assert.equal(isUrgent({ type: 'text', body }), true);
    assert.equal(isUrgent(tap('menu:human')), true);
    assert.equal(isUrgent({ type: 'text', body: 'привет' }), false);
  });
});
