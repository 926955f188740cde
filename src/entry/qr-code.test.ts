import assert from 'node:assert/strict';
import fc from 'fast-check';
import { darkModules, readQr } from './qr-code.fixture.js';
import { qrSvg } from './qr-code.js';

describe('a QR code', () => {
  it('is read as the text it was made of, light border and all', () => {
    const link = 'https://wa.me/15550100001?text=%D0%9A%D0%BE%D0%B4%20M-7F3K-91QX';
    const svg = qrSvg(link);
    assert.match(svg, /^<svg [^>]*viewBox="0 0 \d+ \d+"/);
    assert.ok(Math.min(...[...darkModules(svg)].flat()) === 4);
    assert.equal(readQr(svg), link);
  });

  it('is read as any text of a link’s length', () => {
    fc.assert(
      fc.property(fc.webUrl({ size: 'medium' }), (url) => assert.equal(readQr(qrSvg(url)), url)),
      { numRuns: 5 },
    );
  });

  it('is refused for a text that no code holds', () => {
    assert.throws(() => qrSvg('x'.repeat(5_000)));
  });
});
