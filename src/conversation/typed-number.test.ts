import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readNumber } from './typed-number.js';

const READ: Readonly<Record<string, number>> = {
  '10000': 10_000,
  '10 000': 10_000,
  '10\u00a0000': 10_000,
  '10\u2009000': 10_000,
  '10,000': 10_000,
  '10.000': 10_000,
  "1'000'000": 1_000_000,
  '1,000,000': 1_000_000,
  '10к': 10_000,
  '10К!': 10_000,
  '10k': 10_000,
  '5 тыс': 5000,
  '5 тыс.': 5000,
  '5 тысяч': 5000,
  '1,5 тыс': 1500,
  '1.5k': 1500,
  '2 млн': 2_000_000,
  '0.5м': 500_000,
  '3m': 3_000_000,
  '1 млрд': 1_000_000_000,
  '1 200 тыс': 1_200_000,
  'около 300 человек': 300,
  'у нас 5 000 подписчиков': 5000,
  'примерно 5 млн подписчиков': 5_000_000,
  '１２': 12,
  '0': 0,
  '007': 7,
  '33,3': 33.3,
  '1 000,5': 1000.5,
  двадцать: 20,
  'Двадцать пять': 25,
  'сто пятьдесят тысяч': 150_000,
  тысяча: 1000,
  'два миллиона триста тысяч': 2_300_000,
  'ten thousand': 10_000,
  'two hundred and five': 205,
  ноль: 0,
};
const NOT_READ = [
  ...[
    '',
    ' ',
    'много',
    'не знаю',
    '10-20',
    '10 20',
    'от 5 до 10',
    '-5',
    '+5',
    '−3',
    '1e6',
    '10x',
    'b2b',
    '5 или 6',
    '1,500 тыс',
  ],
  ...[
    '1.2.3',
    '1,00,000',
    '10 00',
    'пять пять',
    'пять двадцать',
    'миллион миллионов',
    '💯',
    '½',
    '10 000 000 000 рублей и 5',
    '٣',
  ],
];

describe('A typed number', () => {
  for (const [text, value] of Object.entries(READ))
    it(`is read in "${text}"`, () => assert.equal(readNumber(text)?.value, value));

  for (const text of NOT_READ) it(`is not guessed at in "${text}"`, () => assert.equal(readNumber(text), undefined));

  it('is a share in percent when it says so', () => {
    for (const text of ['20%', '20 %', '20 процентов', '20 percent', 'двадцать процентов', '20проц'])
      assert.deepEqual(readNumber(text), { value: 20, percent: true }, text);
    assert.equal(readNumber('20')?.percent, false);
  });

  it('comes out of any whole number as it is written in Russia, England or Switzerland', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000_000 }),
        fc.constantFrom('ru', 'en', 'de', 'de-CH', 'fr'),
        (n, locale) => {
          assert.equal(readNumber(new Intl.NumberFormat(locale).format(n))?.value, n);
        },
      ),
    );
  });

  it('is never a surprise: any text gives a number of zero and above, or nothing', () => {
    const near = fc.array(fc.constantFrom(...'0123456789 .,’%кkтысмлн-eпять'.split(''), 'сто ', 'hundred '), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          near.map((parts) => parts.join('')),
        ),
        (text) => {
          const value = readNumber(text)?.value;
          assert.ok(value === undefined || (Number.isFinite(value) && value >= 0), text);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
