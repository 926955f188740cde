import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import { play, tap } from './play.js';

const texts = loadTexts();
const ROWS = ['menu:about', 'quote:start', 'call:start', 'menu:topics', 'data:show', 'menu:human', 'lang:en'];
const HOUR = 3_600_000;

describe('the menu', () => {
  it('greets a stranger by the company’s name, with the menu as one list', () => {
    const { turns } = play(texts, [{ they: 'привет', bot: /Здравствуйте! Это чат компании Vestnik/, offers: ROWS }]);
    const content = turns[0]?.replies[0]?.content;
    assert.equal(content?.type, 'list');
    assert.equal(turns[0]?.replies.length, 1);
  });

  for (const hello of [
    'Привет!',
    'ПРИВЕЕЕТ 👋',
    'превет',
    'здраствуйте',
    'добрый день',
    'салем',
    'ghbdtn',
    'привет, бот',
    'начать',
    '/start',
  ])
    it(`takes "${hello}" for a greeting`, () => play(texts, [{ they: hello, bot: /Это чат компании/, offers: ROWS }]));

  for (const hello of ['Hello!', 'helo', 'Hi there 🙂', 'hey', 'good morning'])
    it(`takes "${hello}" for a greeting in English`, () =>
      play(texts, [
        {
          they: hello,
          bot: /This is the Vestnik chat/,
          offers: ['menu:about', 'quote:start', 'call:start', 'menu:topics', 'data:show', 'menu:human', 'lang:ru'],
        },
      ]));

  it('greets somebody who opened the chat without writing', () => {
    play(texts, [{ they: { type: 'requestWelcome' }, bot: /Это чат компании/, offers: ROWS }]);
  });

  it('comes on the word and on its button, from anywhere', () => {
    play(texts, [
      { they: 'привет', bot: /Это чат/ },
      { they: 'меню', bot: /Главное меню/, offers: ROWS },
      { they: 'Menu!', bot: /Главное меню/ },
      { they: 'покажи меню, пожалуйста', bot: /Главное меню/ },
      { they: tap('menu:open'), bot: /Главное меню/ },
      { they: tap('menu:about'), bot: /Я бот компании Vestnik/, offers: ['menu:open', 'menu:human'] },
      { they: 'what can you do?', bot: /I am the Vestnik bot/ },
    ]);
  });

  it('answers an old button tapped late as long as it means something, and says so when it does not', () => {
    play(texts, [
      { they: 'привет' },
      { they: tap('menu:about'), after: 90 * 24 * HOUR, bot: /Я бот/ },
      { they: tap('slot:2020-01-01T10'), bot: /из более раннего сообщения/, offers: ROWS },
      { they: { type: 'buttonReply', id: '', title: '' }, bot: /из более раннего/ },
      { they: { type: 'button', payload: 'PROMO_7', text: 'Подробнее' }, bot: /из более раннего/ },
      { they: { type: 'flowReply', name: 'flow', body: 'Sent', responseJson: '{' }, bot: /из более раннего/ },
    ]);
  });

  it('hears a template’s button by its label where it has no payload of ours', () => {
    play(texts, [{ they: { type: 'button', payload: 'Стоп', text: 'Стоп' }, bot: /рассылок и уведомлений от нас/ }]);
  });

  it('forgets an old dialog and old misses after a day of silence, but not the language', () => {
    const { session } = play(texts, [
      { they: 'hello' },
      { they: 'in English please', language: 'en' },
      { they: 'xyzzy plugh' },
      { they: 'xyzzy plover', bot: /still do not understand/ },
      { they: 'xyzzy frotz', after: 25 * HOUR, bot: /I do not know that yet/ },
    ]);
    assert.equal(session?.language, 'en');
    assert.equal(session?.misses, 1);
  });
});
