import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCallbackNumber, shownNumber, type NumberRefusal } from './callback-number.js';
import { zoneOfCountry } from './country-zone.js';

const read = (written: string, ...countries: string[]) => {
  const found = readCallbackNumber(written, countries);
  return found.kind === 'number' ? found.digits : found.why;
};

describe('the number to call', () => {
  it('is read as people write it, its country guessed', () => {
    const written: readonly (readonly [string, readonly string[], string])[] = [
      ['+7 916 123-45-67', ['RU'], '79161234567'],
      ['8 (916) 123 45 67', ['RU'], '79161234567'],
      ['8 (916) 123 45 67', ['KZ', 'RU'], '79161234567'],
      ['9161234567', ['RU'], '79161234567'],
      ['79161234567', ['DE', 'RU'], '79161234567'],
      ['мой номер 8 916 123 45 67, звоните', ['RU'], '79161234567'],
      ['позвоните на +7 (701) 000-00-09, пожалуйста', ['RU'], '77010000009'],
      ['0151 12345678', ['DE', 'RU'], '4915112345678'],
      ['0151 12345678', ['xx', 'DE'], '4915112345678'],
      ['+44 20 7946 0018', ['RU'], '442079460018'],
      ['00447911123456', ['DE'], '447911123456'],
      ['８９１６１２３４５６７', ['RU'], '79161234567'],
    ];
    for (const [text, countries, digits] of written) assert.equal(read(text, ...countries), digits, text);
  });

  it('is refused by name where we do not call it', () => {
    const refused: readonly (readonly [string, string, NumberRefusal])[] = [
      ['8 800 100-02-58', 'RU', 'tollFree'],
      ['8 800 100-02-58', 'DE,RU', 'tollFree'],
      ['+1 800 234 5678', 'RU', 'tollFree'],
      ['0800 1234567', 'DE', 'tollFree'],
      ['8-809-505-11-22', 'RU', 'premium'],
      ['+49 900 1234567', 'RU', 'premium'],
      ['+44 845 123 4567', 'RU', 'premium'],
      ['+44 55 1234 5678', 'RU', 'service'],
      ['112', 'RU', 'short'],
      ['0890', 'RU', 'short'],
      ['+7 916 123', 'RU', 'wrong'],
      ['123-45-67', 'RU', 'wrong'],
      ['завтра в 15', 'RU', 'notANumber'],
      ['', 'RU', 'notANumber'],
      ['12345678901234567890', 'RU', 'notANumber'],
      ['1'.repeat(5_000), 'RU', 'notANumber'],
    ];
    for (const [text, country, why] of refused) assert.equal(read(text, ...country.split(',')), why, text);
  });

  it('is shown so that it is read again as the same', () => {
    assert.equal(shownNumber('79161234567'), '+7 916 123 45 67');
    for (const digits of ['79161234567', '442079460018', '4915112345678'])
      assert.equal(read(shownNumber(digits)), digits);
    assert.equal(shownNumber('0'), '+0');
  });

  it('is never anything but digits, whatever is written, and nothing makes it throw', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
        fc.constantFrom('RU', 'US', '', 'x'),
        (text, country) => {
          const found = readCallbackNumber(text, [country]);
          if (found.kind === 'number') assert.match(found.digits, /^\d{5,15}$/);
        },
      ),
    ));
});

describe('the zone of a country', () => {
  it('is known where the whole country has one time, and not where it has several', () => {
    const now = Date.UTC(2026, 10, 22);
    assert.deepEqual(
      ['DE', 'BY', 'RU', 'US', 'ZZ', 'xx', ''].map((country) => zoneOfCountry(country, now)),
      ['Europe/Berlin', 'Europe/Minsk', undefined, undefined, undefined, undefined, undefined],
    );
  });
});
