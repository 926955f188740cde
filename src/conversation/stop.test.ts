import { loadTexts } from '../load-texts.js';
import { play, tap } from './play.js';

const texts = loadTexts();

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
        { they: words, bot: /рассылок и уведомлений от нас|no newsletters or notices/, changes: [] },
      ]);
      if (turns[0]?.replies[0]?.priority !== 'reserved') throw new Error('a stop must have the reserve');
    });

  for (const words of [
    'стоп-кран сломался у поезда',
    'подписаться',
    'напишите мне',
    'как не платить',
    'bus stop near the office',
    'стол',
  ])
    it(`is not heard in "${words}"`, () => void play(texts, [{ they: words, bot: /не умею|do not know/ }]));

  it('is confirmed while an agent talks, with no button that would send the agent away', () => {
    play(texts, [{ they: 'оператор' }, { they: 'стоп', agent: 'replies', bot: /рассылок/, offers: [], changes: [] }]);
  });

  it('is not swallowed by what follows, nor does it swallow', () => {
    play(texts, [
      { they: 'привет' },
      { they: ['стоп', 'ок', 'спасибо'], bot: /рассылок/ },
      { they: ['стоп', 'почём слоны'], bot: /рассылок/ },
      { they: ['стоп', 'оператор'], bot: /рассылок.*\n\nСотрудник компании/, changes: ['case.open'] },
      { they: ['стоп', tap('menu:about')], bot: /рассылок.*\n\nЯ бот/ },
    ]);
  });
});
