import assert from 'node:assert/strict';
import { loadTexts } from '../load-texts.js';
import { play, tap } from './play.js';

const texts = loadTexts();

describe('choosing the language', () => {
  for (const words of [
    'in English please',
    'English',
    'Do you speak English?',
    'по-английски, пожалуйста',
    'можно на английском?',
    'switch to English',
  ])
    it(`is asked for with "${words}"`, () => {
      const { session } = play(texts, [
        { they: 'привет', language: 'ru' },
        { they: words, bot: /speaking English now/, language: 'en' },
      ]);
      assert.equal(session?.languageFrom, 'chosen');
    });

  for (const words of ['по-русски', 'На русском, пожалуйста', 'русский', 'in Russian please', 'говорите по-русски'])
    it(`is asked for with "${words}"`, () =>
      void play(texts, [
        { they: 'hello', language: 'en' },
        { they: words, bot: /говорим по-русски/, language: 'ru' },
      ]));

  for (const words of ['нужен учебник английского на русском языке', 'english tariff'])
    it(`is not asked for with "${words}"`, () =>
      void play(texts, [{ they: 'привет' }, { they: words, bot: /не умею/ }]));

  it('works by the row, which leads back in its turn, and holds against sentences in the other language', () => {
    play(texts, [
      {
        they: 'привет',
        offers: ['menu:about', 'quote:start', 'call:start', 'menu:topics', 'data:show', 'menu:human', 'lang:en'],
      },
      {
        they: tap('lang:en'),
        bot: /speaking English now/,
        offers: ['menu:about', 'quote:start', 'call:start', 'menu:topics', 'data:show', 'menu:human', 'lang:ru'],
      },
      { they: 'где мой заказ, сколько ещё ждать?', bot: /I do not know that yet/, language: 'en' },
      { they: tap('lang:ru'), bot: /говорим по-русски/, language: 'ru' },
    ]);
  });

  it('is not needed by somebody who simply writes the other language', () => {
    play(texts, [
      { they: 'привет', language: 'ru' },
      { they: 'ok', language: 'ru' },
      { they: 'https://example.com/how-are-you', language: 'ru' },
      { they: 'where is my order?', bot: /do not|not understand/, language: 'en' },
      { they: 'спасибо', language: 'en' },
      { they: 'а где мой заказ', bot: /человек/, language: 'ru' },
    ]);
  });

  it('starts from the country, and from the company where there is none', () => {
    const photo = { type: 'media', mediaType: 'image', mediaId: '1' } as const;
    play(texts, [{ they: photo, bot: /^Hello!/, language: 'en' }], { country: 'DE' });
    play(texts, [{ they: photo, bot: /^Здравствуйте!/, language: 'ru' }], { country: 'KZ', companyLanguage: 'en' });
    play(texts, [{ they: 'privet', bot: /^Здравствуйте!/, language: 'ru' }], { country: 'DE' });
  });
});
