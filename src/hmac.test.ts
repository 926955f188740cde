import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { hmacSha256 } from './hmac.js';

describe('HMAC-SHA256', () => {
  const theirs = (key: Uint8Array, message: string | Uint8Array) =>
    createHmac('sha256', key).update(message).digest('hex');

  it('is that of node:crypto for any key and any message', () => {
    const key = fc.uint8Array({ maxLength: 200 });
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(key, fc.array(text), fc.uint8Array({ maxLength: 300 }), (someKey, texts, bytes) => {
        const mac = hmacSha256(someKey);
        for (const one of texts) assert.equal(mac.ofText(one).toString('hex'), theirs(someKey, one));
        assert.equal(mac.ofBytes(bytes).toString('hex'), theirs(someKey, bytes));
      }),
    );
  });

  it('is the same around every length at which it is made otherwise', () => {
    for (const keyLength of [0, 1, 63, 64, 65, 200]) {
      const key = randomBytes(keyLength);
      const mac = hmacSha256(key);
      for (const length of [0, 1, 63, 64, 1_365, 1_366, 4_095, 4_096, 4_097, 9_000]) {
        const text = 'я'.repeat(length);
        const bytes = randomBytes(length);
        assert.equal(mac.ofText(text).toString('hex'), theirs(key, text));
        assert.equal(mac.ofBytes(bytes).toString('hex'), theirs(key, bytes));
      }
    }
  });
});
