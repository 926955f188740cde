import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadTariffs } from '../load-tariffs.js';
import { loadTexts } from '../load-texts.js';
import { quotesWith } from '../quotes/quote.js';
import { pricesOn } from '../quotes/tariffs.js';
import { play, tap } from './play.js';
import { roubles } from './quote-words.js';

const texts = loadTexts();
const quotes = quotesWith(pricesOn(loadTariffs(undefined, '2026-11-02'), '2026-11-02'));

describe('what the price dialog says', () => {
  it('fits into one message without being cut, for all that can be typed', () => {
    const languages = { ru: 'сколько стоит рассылка', en: 'price of a mailing' } as const;
    fc.assert(
      fc.property(
        fc.constantFrom('ru', 'en'),
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom('cyrillic', 'latin', 'mixed'),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 99 }),
        (language, subscribers, mailings, alphabet, characters, share) => {
          const script = [
            { they: language === 'ru' ? 'по-русски' : 'in English please' },
            { they: languages[language] },
            { they: String(subscribers) },
            { they: String(mailings) },
            { they: tap(`quote:alphabet:${alphabet}`) },
            { they: String(characters) },
            { they: String(share) },
            { they: String(Math.floor((100 - share) / 2)) },
          ];
          const { turns } = play(texts, script, { quotes });
          assert.equal(turns.length, 8);
          const content = turns.at(-1)?.replies[0]?.content;
          assert.ok(content?.type === 'list');
          assert.match(
            content.body,
            language === 'ru' ? /ответами в течение|не берусь/ : /replies within|more than I can/,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('writes money to the kopeck, up to the greatest exact number', () => {
    const plain = (kopecks: number) => [roubles(kopecks, 'ru').replaceAll('\u00a0', ' '), roubles(kopecks, 'en')];
    assert.deepEqual(plain(0), ['0 ₽', '₽0']);
    assert.deepEqual(plain(5), ['0,05 ₽', '₽0.05']);
    assert.deepEqual(plain(123_450), ['1 234,50 ₽', '₽1,234.50']);
    assert.deepEqual(plain(-100), ['-1 ₽', '-₽1']);
    assert.deepEqual(plain(Number.MAX_SAFE_INTEGER), ['90 071 992 547 409,91 ₽', '₽90,071,992,547,409.91']);
  });
});
