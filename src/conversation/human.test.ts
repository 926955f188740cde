import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import { closingWord } from './human.js';
import { MONDAY_NOON, offersOf, play, tap } from './play.js';

const texts = loadTexts();
const HOUR = 3_600_000;
const OPEN = ['case.open'];

describe('a human', () => {
  for (const words of [
    'оператор',
    'Оператора!!!',
    'аператор',
    'jgthfnjh',
    'человек',
    'Позовите, пожалуйста, оператора',
    'соедините меня с живым человеком',
    'хочу поговорить с человеком',
    'можно менеджера?',
    'нужен оператор срочно',
    'operator',
    'agent',
    'human please',
    'I want to talk to a real person',
    'can I speak to someone?',
    'connect me with an agent',
    'ok, operator, thanks',
    'живой человек есть?',
    'мне бы человека',
    'чат с оператором',
    'real human',
    'Можно поговорить с кем-нибудь?',
    'не хочу бота, дайте человека',
    'Не могу войти в кабинет уже третий день. Оператор!',
    'ничего не работает, позовите менеджера',
    'не могу войти позовите оператора',
    'привет, оператор',
  ])
    it(`comes when called: "${words}"`, () =>
      void play(texts, [{ they: words, bot: /ответит вам здесь|will answer you here/, changes: OPEN }]));

  for (const words of [
    'мой мобильный оператор не работает',
    'можно ли отправить сообщение одному человеку',
    'сколько человек получат рассылку',
    'не нужен оператор',
    'есть ли поддержка картинок в рассылке',
    'do you support stickers',
    'есть поддержка вложений?',
    'I do not want a human',
    'кто вы, человек?',
    'how many people can I write to',
    'which mobile operator do you support in the region',
  ])
    it(`is not called by "${words}"`, () => void play(texts, [{ they: words, changes: ['question.unanswered'] }]));

  it('is promised for a time, told in the company’s zone, and comes by the row and the button too', () => {
    const { openCase, session } = play(texts, [
      {
        they: tap('menu:human'),
        bot: /Сотрудник компании Vestnik ответит вам здесь сегодня до 12:15 \(GMT\+3\)/,
        changes: OPEN,
      },
    ]);
    assert.equal(openCase?.promisedAt, MONDAY_NOON + 15 * 60_000);
    assert.deepEqual(session?.dialog, { name: 'human', caseId: openCase?.id, since: MONDAY_NOON });
  });

  it('is promised for tomorrow or for a day by name when nobody is there', () => {
    const ask = (they: string, humanBy: number, bot: RegExp) => play(texts, [{ they, bot }], { humanBy });
    ask('оператор', MONDAY_NOON + 22 * HOUR, /завтра до 10:00 \(GMT\+3\)/);
    ask('operator, please, I want a human', MONDAY_NOON + 22 * HOUR, /tomorrow by 10:00 \(GMT\+3\)/);
    ask('позовите оператора', MONDAY_NOON + 70 * HOUR, /до 10:00 \(GMT\+3\), четверг, 5 ноября/);
    ask('talk to a human', MONDAY_NOON + 70 * HOUR, /by 10:00 \(GMT\+3\) on Thursday,? 5 November/);
  });

  it('is called once: asking again tells the time again, and owns up once it has passed', () => {
    play(texts, [
      { they: 'оператор', changes: OPEN },
      { they: 'оператор!', bot: /уже позван.*до 12:15/, changes: [] },
      { they: 'где человек', after: HOUR, bot: /не умею/ },
      { they: 'человек', bot: /задерживается/, changes: [] },
    ]);
  });

  it('leaves the bot answering until the agent’s first reply, and silences it from then on', () => {
    const { session } = play(texts, [
      { they: 'оператор', changes: OPEN },
      { they: 'что ты умеешь?', bot: /Я бот/ },
      { they: 'договор номер 17', agent: 'replies', bot: null },
      { they: 'привет', bot: null, changes: [] },
      { they: 'оператор', bot: null, changes: [] },
      { they: tap('menu:about'), bot: null },
      { they: { type: 'media', mediaType: 'image', mediaId: '1' }, bot: null },
      { they: 'switch to English please', bot: null, language: 'en' },
      { they: 'thanks', agent: 'closes', bot: /Happy to help/ },
    ]);
    assert.deepEqual(session?.dialog, { name: 'menu' });
  });

  it('is sent away with "menu", called or already writing', () => {
    play(texts, [
      { they: 'оператор', changes: OPEN },
      { they: 'меню', bot: /обращение к сотруднику закрыто: снова отвечаю я/, changes: ['case.close'] },
      { they: 'меню', bot: /Главное меню/, changes: [] },
      { they: 'оператор', changes: OPEN },
      { they: tap('menu:open'), agent: 'replies', bot: /снова отвечаю я/, changes: ['case.close'] },
      { they: 'привет', bot: /Это чат/ },
    ]);
  });

  it('never was, if called and sent away in one breath; a new one follows one sent away', () => {
    play(texts, [
      { they: ['оператор', 'меню'], bot: /снова отвечаю я/, changes: [] },
      { they: ['меню', 'оператор'], bot: /Сотрудник компании/, changes: OPEN },
      { they: ['меню', 'оператор'], bot: /Сотрудник компании/, changes: ['case.close', 'case.open'] },
    ]);
  });

  it('is not closed by a day of silence: others do that', () => {
    const { session, openCase } = play(texts, [{ they: 'оператор' }, { they: 'ау', after: 30 * HOUR, bot: /не умею/ }]);
    assert.deepEqual(session?.dialog, { name: 'menu' });
    assert.equal(openCase?.state, 'waiting');
  });

  it('is taken back from an agent who answered by no other word than "menu", in both languages', () => {
    for (const menu of ['меню', 'Menu, please', 'главное меню'])
      play(texts, [
        { they: 'оператор', changes: OPEN },
        { they: 'спасибо', agent: 'replies', bot: null, changes: [] },
        { they: menu, bot: /снова отвечаю я|I am back/, changes: ['case.close'] },
        { they: 'оператор', bot: /ответит вам здесь|will answer you here/, changes: OPEN },
      ]);
  });

  it('comes from within any dialog', () => {
    for (const [inside, human] of [
      [tap('quote:start'), 'оператор'],
      [tap('menu:topics'), 'operator'],
      [tap('stop:all'), tap('menu:human')],
    ] as const)
      play(texts, [{ they: 'привет' }, { they: inside }, { they: human, changes: OPEN }]);
  });

  it('gets the files that are sent while one waits, and the bot says so once in ten minutes', () => {
    const picture = { type: 'media', mediaType: 'image', mediaId: '1' } as const;
    play(texts, [
      { they: picture, bot: /прочитать не могу/ },
      { they: 'оператор', changes: OPEN },
      {
        they: picture,
        after: 11 * 60_000,
        bot: /передам сотруднику: он ответит вам здесь сегодня до 12:15/,
        changes: [],
      },
      { they: picture, bot: null },
      { they: picture, after: HOUR, bot: /передам: сотрудник, который ответит вам здесь, это увидит/ },
    ]);
    play(texts, [
      { they: 'operator please, I need a human', changes: OPEN },
      { they: picture, bot: /pass this on. Someone will answer you here today by 12:15/, language: 'en' },
      { they: { ...picture, caption: 'menu' }, bot: /I am back/, changes: ['case.close'] },
      { they: picture, after: HOUR, bot: /cannot read/ },
    ]);
  });

  it('whose case fell silent says so in both languages, with ways to a human and to the menu', () => {
    for (const [language, quiet, sorry] of [
      ['ru', /Вы давно не писали.*«оператор»/, /Простите.*«оператор»/],
      ['en', /not heard from you.*“operator”/, /sorry.*“operator”/],
    ] as const) {
      for (const answered of [true, false]) {
        const word = closingWord(texts, language, answered);
        assert.ok(word.type === 'buttons');
        assert.match(word.body, answered ? quiet : sorry);
        assert.deepEqual(offersOf(word), ['menu:human', 'menu:open']);
      }
    }
  });
});
