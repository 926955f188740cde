import assert from 'node:assert/strict';
import fc from 'fast-check';
import { measureLength, measureText } from './segments.js';

// Written out from 3GPP TS 23.038, independently of the library.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';

/** Fills segments one after the other, a whole character at a time. */
function counted(text: string): { encoding: string; segments: number } {
  const characters = [...text];
  const isGsm = characters.every((one) => BASIC.includes(one) || EXTENSION.includes(one));
  const [alone, ofSeveral] = isGsm ? [160, 153] : [70, 67];
  const sizes = characters.map((one) => (isGsm ? (EXTENSION.includes(one) ? 2 : 1) : one.length));
  const encoding = isGsm ? 'GSM-7' : 'UCS-2';
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return { encoding, segments: 1 };
  let segments = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > ofSeveral) {
      segments += 1;
      filled = 0;
    }
    filled += size;
  }
  return { encoding, segments };
}

describe('Segments', () => {
  const cases: readonly [string, string, 'GSM-7' | 'UCS-2', number][] = [
    ['160 Latin letters', 'a'.repeat(160), 'GSM-7', 1],
    ['161 Latin letters', 'a'.repeat(161), 'GSM-7', 2],
    ['306 Latin letters', 'a'.repeat(306), 'GSM-7', 2],
    ['307 Latin letters', 'a'.repeat(307), 'GSM-7', 3],
    ['70 Cyrillic letters', 'я'.repeat(70), 'UCS-2', 1],
    ['71 Cyrillic letters', 'я'.repeat(71), 'UCS-2', 2],
    ['134 Cyrillic letters', 'я'.repeat(134), 'UCS-2', 2],
    ['135 Cyrillic letters', 'я'.repeat(135), 'UCS-2', 3],
    ['one Cyrillic letter among Latin ones', `${'a'.repeat(70)}я`, 'UCS-2', 2],
    ['80 euro signs, two places each', '€'.repeat(80), 'GSM-7', 1],
    ['81 euro signs', '€'.repeat(81), 'GSM-7', 2],
    ['a bracket that would fall into two segments', `${'a'.repeat(152)}[${'a'.repeat(152)}`, 'GSM-7', 3],
    ['35 emoji', '😀'.repeat(35), 'UCS-2', 1],
    ['67 emoji, of which 33 fit into one of several', '😀'.repeat(67), 'UCS-2', 3],
    ['an emoji that would fall into two segments', `${'я'.repeat(66)}😀${'я'.repeat(66)}`, 'UCS-2', 3],
    ['a back-tick and a small ç, which GSM-7 has not', '`ç', 'UCS-2', 1],
    ['a letter under 500 accents', `е${'\u0301'.repeat(500)}`, 'UCS-2', 8],
  ];
  for (const [what, text, encoding, segments] of cases)
    it(`are counted for ${what}`, () => {
      const { characters, ...measured } = measureText(text);
      assert.deepEqual(measured, { encoding, segments });
      assert.equal(characters, [...text].length);
    });

  it('are those that an independent count fills, whatever the text', () => {
    const near = fc.constantFrom(...BASIC, ...EXTENSION, 'я', 'Ы', 'ç', '😀', '🇷', '\u0301', '中');
    const gsm = fc.constantFrom(...BASIC, ...EXTENSION);
    const anyText = fc.oneof(
      fc.array(gsm, { minLength: 1, maxLength: 500 }).map((parts) => parts.join('')),
      fc.array(near, { minLength: 1, maxLength: 250 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, segments } = measureText(text);
        assert.deepEqual({ encoding, segments }, counted(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('count half of a surrogate pair as the one character it leaves as', () => {
    assert.deepEqual(measureText('\ud83d'.repeat(70)), { encoding: 'UCS-2', characters: 70, segments: 1 });
    assert.equal(measureText('\ud83d'.repeat(71)).segments, 2);
  });

  it('are the same for an alphabet and a length as for such a text', () => {
    const letters = { latin: 'a', cyrillic: 'я', mixed: 'я' } as const;
    fc.assert(
      fc.property(
        fc.constantFrom('latin', 'cyrillic', 'mixed'),
        fc.integer({ min: 1, max: 1000 }),
        (alphabet, length) =>
          assert.deepEqual(measureLength(alphabet, length), measureText(letters[alphabet].repeat(length))),
      ),
    );
  });

  it('never become fewer when a text grows', () => {
    const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(anyText, anyText, (a, b) => assert.ok(measureText(a + b).segments >= measureText(a).segments)),
    );
  });
});
