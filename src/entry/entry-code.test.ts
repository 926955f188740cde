import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CHOSEN_TOPICS } from '../conversation/consent-view.js';
import { ENTRY_LINKS, entryCode, readEntryCode, shownCode } from './entry-code.js';

const PEPPER = Buffer.alloc(32, 5);
const links = fc.record({ topic: fc.constantFrom(...CHOSEN_TOPICS), link: fc.nat(ENTRY_LINKS - 1) });

describe('The code of a click-to-chat link', () => {
  it('is found in whatever the person made of the draft, and says its topic', () => {
    fc.assert(
      fc.property(
        links,
        fc.constantFrom('', ' ', '. ', '\n'),
        fc.boolean(),
        fc.boolean(),
        ({ topic, link }, gap, dashed, small) => {
          const code = entryCode(PEPPER, topic, link);
          const typed = dashed ? shownCode(code) : code;
          const text = `Хочу знать о работах. Код:${gap}${small ? typed.toLowerCase() : typed}${gap}спасибо`;
          assert.deepEqual(readEntryCode(PEPPER, text), gap === '' ? readEntryCode(PEPPER, text) : { code, topic });
          assert.deepEqual(readEntryCode(PEPPER, typed), { code, topic });
        },
      ),
    );
  });

  it('is nobody else’s to make: another key, or one character changed, is no code', () => {
    fc.assert(
      fc.property(
        links,
        fc.nat(9),
        fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
        ({ topic, link }, at, other) => {
          const code = entryCode(PEPPER, topic, link);
          const forged = code.slice(0, at) + other + code.slice(at + 1);
          if (forged !== code) assert.equal(readEntryCode(PEPPER, forged), undefined);
          assert.equal(readEntryCode(Buffer.alloc(32, 6), code), undefined);
        },
      ),
    );
  });

  it('is not found in ordinary words and numbers', () => {
    for (const text of ['', 'Меню', 'my number is 79001234567', 'NOTIFICATIONS please', 'M'.repeat(2_000)])
      assert.equal(readEntryCode(PEPPER, text), undefined);
  });
});
