import assert from 'node:assert/strict';
import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { qrSvg } from './qr-code.js';

const PIXELS_A_MODULE = 4;

/** What a telephone reads out of the picture. */
function read(svg: string): string {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) * PIXELS_A_MODULE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [x, y] of darkModules(svg))
    for (let row = y * PIXELS_A_MODULE; row < (y + 1) * PIXELS_A_MODULE; row += 1)
      for (let column = x * PIXELS_A_MODULE; column < (x + 1) * PIXELS_A_MODULE; column += 1)
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
  return decodeQR({ width: side, height: side, data });
}

/** Each is a square of one by one in a path, moved to from the beginning or from the square before it. */
function* darkModules(svg: string): Generator<readonly [x: number, y: number]> {
  let [x, y] = [0, 0];
  for (const [, way, dx, dy] of svg.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)/g)) {
    [x, y] = way === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    yield [x, y];
  }
}

describe('a QR code', () => {
  it('is read as the text it was made of, light border and all', () => {
    const link = 'https://wa.me/15550100001?text=%D0%9A%D0%BE%D0%B4%20M-7F3K-91QX';
    const svg = qrSvg(link);
    assert.match(svg, /^<svg [^>]*viewBox="0 0 \d+ \d+"/);
    assert.ok(Math.min(...[...darkModules(svg)].flat()) === 4);
    assert.equal(read(svg), link);
  });

  it('is read as any text of a link’s length', () => {
    fc.assert(
      fc.property(fc.webUrl({ size: 'medium' }), (url) => assert.equal(read(qrSvg(url)), url)),
      { numRuns: 5 },
    );
  });

  it('is refused for a text that no code holds', () => {
    assert.throws(() => qrSvg('x'.repeat(5_000)));
  });
});
