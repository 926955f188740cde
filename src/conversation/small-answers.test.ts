import { loadTexts } from '../load-texts.js';
import type { Content } from '../inbox/update.js';
import { play } from './play.js';

const texts = loadTexts();
const MINUTE = 60_000;
const KEPT = ['question.unanswered'];
const photo: Content = { type: 'media', mediaType: 'image', mediaId: '1' };

describe('what the bot does not know', () => {
  it('is admitted once with the menu first, the second time in a row with the human first', () => {
    play(texts, [
      { they: 'привет' },
      { they: 'почём нынче слоны', bot: /пока не умею отвечать/, offers: ['menu:open', 'menu:human'], changes: KEPT },
      {
        they: 'а жирафы почём',
        bot: /Пусть лучше ответит человек/,
        offers: ['menu:human', 'menu:open'],
        changes: KEPT,
      },
      { they: 'а бегемоты', bot: /Пусть лучше/, offers: ['menu:human', 'menu:open'] },
      { they: 'меню', bot: /Главное меню/ },
      { they: 'почём слоны', bot: /пока не умею/ },
    ]);
  });

  it('greets and shows all of the menu to a stranger', () => {
    play(texts, [
      {
        they: 'How much does an elephant weigh?',
        bot: /^Hello! This is the Vestnik chat\.\n\nI do not know that yet/,
        offers: ['menu:about', 'quote:start', 'call:start', 'menu:topics', 'data:show', 'menu:human', 'lang:ru'],
      },
    ]);
  });

  it('is never echoed back', () => {
    const { turns } = play(texts, [{ they: 'qwmarkerzx' }, { they: 'qwmarkerzx again' }]);
    if (JSON.stringify(turns.map(({ replies }) => replies)).includes('qwmarkerzx')) throw new Error('echoed');
  });
});

describe('what the bot cannot read', () => {
  const others: readonly Content[] = [
    photo,
    { type: 'media', mediaType: 'audio', mediaId: '2', voice: true },
    { type: 'location', latitude: 55, longitude: 37 },
    { type: 'contacts', origin: 'other', phones: [{ phone: '+7 900 000-00-00' }] },
    { type: 'order' },
    { type: 'unsupported', errors: [{ code: 131051 }] },
    { type: 'unknown', name: 'hologram' },
    { type: 'teleport' } as unknown as Content,
  ];
  for (const content of others)
    it(`is asked for in words: ${JSON.stringify(content)}`, () =>
      void play(texts, [
        { they: 'привет' },
        { they: content, bot: /Напишите, пожалуйста, словами/, offers: ['menu:open', 'menu:human'] },
      ]));

  it('is asked about once for an album, and again ten minutes later', () => {
    play(texts, [
      { they: 'привет' },
      { they: [photo, photo, photo], bot: /словами/ },
      { they: photo, bot: null },
      { they: photo, after: 5 * MINUTE, bot: null },
      { they: photo, after: 5 * MINUTE, bot: /словами/ },
      { they: 'почём слоны', bot: /пока не умею/ },
    ]);
  });

  it('may have a command for its caption', () => {
    play(texts, [
      { they: { ...photo, caption: 'позовите оператора' }, bot: /ответит вам здесь/, changes: ['case.open'] },
    ]);
  });
});

describe('what asks for nothing', () => {
  const silent: readonly Content[] = [
    { type: 'reaction', messageId: 'm', emoji: '👍' },
    { type: 'reaction', messageId: 'm' },
    { type: 'edit', originalMessageId: 'm', text: 'привет' },
    { type: 'revoke', originalMessageId: 'm' },
    { type: 'unsupported', unsupportedType: 'edit', errors: [] },
    { type: 'unsupported', unsupportedType: 'reaction', errors: [] },
  ];
  for (const content of silent)
    it(`gets no reply and is no miss: ${JSON.stringify(content)}`, () =>
      void play(texts, [
        { they: content, bot: null },
        { they: 'почём слоны', bot: /не умею/ },
        { they: content, bot: null },
      ]));

  it('is a word for thanks, which is taken as such', () => {
    play(texts, [
      { they: 'привет' },
      { they: 'почём слоны', bot: /не умею/ },
      { they: 'Спасибо!', bot: /Всегда рады помочь/, offers: ['menu:open', 'menu:human'] },
      { they: 'ок', bot: /рады помочь/ },
      { they: '👍❤️', bot: /рады помочь/ },
      { they: 'thank you very much', bot: /I .*not understand|Happy to help/ },
    ]);
  });
});
