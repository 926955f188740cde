import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createSignatureCheck } from './signature.js';

const sign = (body: Uint8Array | string, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('the signature of a webhook', () => {
  const isSigned = createSignatureCheck(['old secret', 'new secret', '']);
  const body = Buffer.from('{"text":"\\u043f\\u0440\\u0438\\u0432\\u0435\\u0442 \\/"}');

  it('holds with any of the secrets, over the bytes as they came', () => {
    assert(isSigned(body, sign(body, 'old secret')));
    assert(isSigned(body, sign(body, 'new secret')));
    assert(isSigned(new Uint8Array(body), sign(body, 'new secret')));
    assert(!isSigned(Buffer.from(JSON.stringify(JSON.parse(body.toString()))), sign(body, 'new secret')));
  });

  it('does not hold with another secret, an empty one, or none', () => {
    assert(!isSigned(body, sign(body, 'another')));
    assert(!isSigned(body, sign(body, '')));
    assert(!createSignatureCheck([])(body, sign(body, '')));
    assert(!createSignatureCheck([''])(body, sign(body, '')));
  });

  it('never throws, whatever stands in the header', () => {
    const good = sign(body, 'new secret');
    for (const header of [
      undefined,
      null,
      '',
      7,
      [],
      [good],
      {},
      good.slice(0, -1),
      `${good}0`,
      `${good}\n`,
      good.replace('sha256', 'sha1'),
    ]) {
      assert.equal(isSigned(body, header), false, String(header));
    }
    fc.assert(fc.property(fc.anything(), (header) => !isSigned(body, header)));
    fc.assert(fc.property(fc.string(), (tail) => !isSigned(body, `sha256=${tail}`)));
  });
});
