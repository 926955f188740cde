import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { readStarTap, starTapId } from '../conversation/star-tap.js';
import { STAR_PREFIX } from '../inbox/update.js';
import { OUTBOUND_LIMITS } from '../platform/outbound-limits.js';
import type { RatingAsk } from './rating-ask.js';
import { KEY_BYTES, NONCE_BYTES, openChoice, sealChoice, unwrapKey, wrapKey } from './sealed-choice.js';

const KEY_ID = '2026-W47-k3xq';
const anAsk: fc.Arbitrary<RatingAsk> = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9]{1,40}$/),
    about: fc.constantFrom('stars', 'reasons'),
    topic: fc.stringMatching(/^[a-z0-9-]{1,60}$/),
    language: fc.constantFrom('ru', 'en'),
  },
  { noNullPrototype: true },
);
const ASK: RatingAsk = { id: '0mk1f8x2m0aQ7dR2xyzabcd', about: 'stars', topic: 'opt-out', language: 'ru' };
const sealed = (key: Buffer, ask: RatingAsk, choice: number) =>
  sealChoice(key, KEY_ID, ask, choice, randomBytes(NONCE_BYTES));

describe('a sealed choice', () => {
  const key = randomBytes(KEY_BYTES);

  it('opens under its key, for its ask alone', () =>
    fc.assert(
      fc.property(anAsk, fc.integer({ min: 1, max: 5 }), (ask, choice) => {
        const text = sealed(key, ask, choice);
        assert.equal(openChoice(key, KEY_ID, ask, text), choice);
        assert.equal(openChoice(randomBytes(KEY_BYTES), KEY_ID, ask, text), undefined);
        assert.equal(openChoice(key, '2026-W48-k3xq', ask, text), undefined);
        for (const other of [
          { ...ask, id: `${ask.id}x` },
          { ...ask, topic: `${ask.topic}x` },
        ])
          assert.equal(openChoice(key, KEY_ID, other, text), undefined);
        const language = ask.language === 'ru' ? 'en' : 'ru';
        assert.equal(openChoice(key, KEY_ID, { ...ask, language }, text), undefined);
      }),
    ));

  it('opens not at all once a bit of it is another', () => {
    const bytes = Buffer.from(sealed(key, ASK, 3), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(openChoice(key, KEY_ID, ASK, forged.toString('base64url')), undefined);
    }
    for (const nothing of ['', 'A', 'A'.repeat(39), '%'])
      assert.equal(openChoice(key, KEY_ID, ASK, nothing), undefined);
  });

  it('is equally long whatever was chosen, and another one each time', () => {
    const all = [1, 2, 3, 4, 5].flatMap((choice) => [sealed(key, ASK, choice), sealed(key, ASK, choice)]);
    assert.deepEqual(new Set(all.map((text) => text.length)), new Set([39]));
    assert.equal(new Set(all).size, all.length);
  });
});

describe('the id of a row of stars', () => {
  it('says what was asked, begins as the door expects it, and fits', () =>
    fc.assert(
      fc.property(anAsk, fc.integer({ min: 1, max: 5 }), (ask, choice) => {
        const text = sealed(randomBytes(KEY_BYTES), ask, choice);
        const id = starTapId({ ask, key: KEY_ID, sealed: text });
        assert.ok(id.startsWith(STAR_PREFIX) && id.length <= OUTBOUND_LIMITS.list.id);
        assert.deepEqual(readStarTap(id), { to: 'rate', ask, key: KEY_ID, sealed: text });
      }),
    ));

  it('that is none of ours says nothing', () => {
    const good = starTapId({ ask: ASK, key: KEY_ID, sealed: 'A'.repeat(39) });
    assert.ok(readStarTap(good));
    const spoilt = [
      good.slice(1),
      `${good}A`,
      good.replace('.ru.', '.de.'),
      good.replace('stars', 'moons'),
      'star:',
      'star:x',
    ];
    for (const id of spoilt) assert.equal(readStarTap(id), undefined, id);
  });
});

describe('a rating key', () => {
  it('is stored under SECRET_KEY, and stands for itself only', () => {
    const [wrapping, key] = [randomBytes(32), randomBytes(KEY_BYTES)];
    const wrapped = wrapKey(wrapping, KEY_ID, key, randomBytes(NONCE_BYTES));
    assert.ok(!wrapped.includes(key));
    assert.deepEqual(unwrapKey(wrapping, KEY_ID, wrapped), key);
    assert.equal(unwrapKey(randomBytes(32), KEY_ID, wrapped), undefined);
    assert.equal(unwrapKey(wrapping, '2026-W48-k3xq', wrapped), undefined);
    assert.equal(unwrapKey(wrapping, KEY_ID, wrapped.subarray(1)), undefined);
  });
});
