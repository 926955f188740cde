import assert from 'node:assert/strict';
import { deriveKeys, hashed } from './keys.js';

describe('the keys', () => {
  it('are all different, and follow from the secret alone', () => {
    const keys = deriveKeys('a secret');
    assert.deepEqual(deriveKeys('a secret'), keys);
    const all = [keys.pepper, keys.ledger, keys.ratingWrap].map((key) => key.toString('hex'));
    assert.equal(new Set([...all, ...all.map((key) => key.slice(0, 32)), keys.fingerprint]).size, 7);
    assert.notEqual(deriveKeys('another').fingerprint, keys.fingerprint);
  });

  it('make a short hash of a text that is another under another pepper', () => {
    const { pepper } = deriveKeys('a secret');
    assert.match(hashed(pepper, 'text'), /^[\w-]{22}$/);
    assert.equal(hashed(pepper, 'text'), hashed(pepper, 'text'));
    assert.notEqual(hashed(pepper, 'text'), hashed(deriveKeys('another').pepper, 'text'));
  });
});
