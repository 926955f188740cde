import assert from 'node:assert/strict';
import { loadArticles } from '../load-articles.js';
import { intentOf } from './intents.js';

const kindOf = (text: string) => intentOf(text)?.kind;

describe('stars in words', () => {
  it('are told from everything else, in both languages, in words and signs', () => {
    for (const text of [
      ...[
        '5 звёзд',
        '5 звезд!',
        'пять звёзд',
        'Ставлю 4 звезды',
        '1 звезда',
        'одна звезда вам',
        'моя оценка 5',
        'оценка: 4',
      ],
      ...['ставлю вам пять звёзд', '3 звездочки', 'твёрдая 5 звёзд', '5 баллов'],
      ...[
        '5 stars',
        'five stars',
        'I give you 4 stars',
        '1 star',
        'rating 5',
        'my rating is 4',
        'five stars for the answer',
      ],
      ...['⭐⭐⭐', '⭐️⭐️⭐️⭐️⭐️', '★★★★☆', '⭐ ⭐', '★', '🌟🌟🌟🌟🌟!', '5 zvezd'],
    ])
      assert.equal(kindOf(text), 'typedStars', text);
  });

  it('are not found where stars are only spoken of', () => {
    for (const text of [
      ...[
        'сколько звёзд можно поставить',
        'видно ли кто поставил 5 звёзд',
        'отель 5 звёзд в Сочи',
        'звёзды',
        '5',
        'пять',
      ],
      ...[
        'how many stars can I give',
        'who sees that I gave 5 stars',
        'a five star hotel',
        'star',
        '6 звёзд',
        '🙂',
        '⭐ привет',
      ],
      ...['5 звёзд, но доставка опоздала на час', 'как оценить сообщение', 'оценить', 'how to rate a message'],
    ])
      assert.notEqual(kindOf(text), 'typedStars', text);
  });

  it('take no question away from an article but from the one on rating, where some samples are stars', () => {
    for (const article of loadArticles().filter(({ id }) => id !== 'rate-message'))
      for (const language of ['ru', 'en'] as const)
        for (const sample of article[language].samples) assert.notEqual(kindOf(sample), 'typedStars', sample);
  });
});
