import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blocksOf, dataPath, frame, MASKS, product, qrCode, qrSvg, rawBytes, type QrCode } from './qr-code.js';

/** What a reader does: takes the mask off, gathers the blocks, asks each whether it is whole, and reads the bytes. */
function read({ version, mask, modules }: QrCode): string {
  const { fixed } = frame(version, mask);
  const bits = dataPath(fixed).map(([x, y]) => (modules[y]?.[x] ?? false) !== (MASKS[mask]?.(x, y) ?? false));
  const words = Array.from({ length: rawBytes(version) }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((word, bit) => word * 2 + Number(bit), 0),
  );
  const { count, correction } = blocksOf(version);
  const data = words.length - count * correction;
  const short = Math.floor(data / count);
  const sizes = Array.from({ length: count }, (_, at) => short + (at >= count - (data % count) ? 1 : 0));
  const blocks: number[][] = sizes.map(() => []);
  let next = 0;
  for (let at = 0; at <= short; at += 1)
    sizes.forEach((size, block) => at < size && blocks[block]?.push(words[next++] ?? 0));
  const parity: number[][] = sizes.map(() => []);
  for (let at = 0; at < correction; at += 1) parity.forEach((block) => block.push(words[next++] ?? 0));
  blocks.forEach((block, at) => assertWhole([...block, ...(parity[at] ?? [])], correction));
  const stream = blocks.flat().flatMap((word) => [...word.toString(2).padStart(8, '0')].map(Number));
  const number = (from: number, length: number) =>
    stream.slice(from, from + length).reduce((sum, bit) => sum * 2 + bit, 0);
  assert.equal(number(0, 4), 4, 'bytes');
  const lengthBits = version < 10 ? 8 : 16;
  const length = number(4, lengthBits);
  return Buffer.from(Array.from({ length }, (_, at) => number(4 + lengthBits + at * 8, 8))).toString('utf8');
}

/** A block is whole when the polynomial that it is has every root of the generator. */
function assertWhole(block: readonly number[], correction: number): void {
  let root = 1;
  for (let at = 0; at < correction; at += 1) {
    assert.equal(block.reduce((sum, word) => product(sum, root) ^ word, 0), 0); // prettier-ignore
    root = product(root, 2);
  }
}

describe('A QR code', () => {
  it('says what it was made of, whatever that is and however long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => assert.equal(read(qrCode(text)), text)),
      { numRuns: 40 },
    );
    for (const length of [0, 14, 15, 213, 214, 800, 2_331])
      assert.equal(read(qrCode('a'.repeat(length))), 'a'.repeat(length));
  });

  it('is the smallest that holds the text, and none for more than the largest does', () => {
    const version = (length: number) => qrCode('a'.repeat(length)).version;
    assert.deepEqual([14, 15, 26, 27, 180, 181, 2_331].map(version), [1, 2, 2, 3, 9, 10, 40]);
    assert.throws(() => qrCode('a'.repeat(2_332)), RangeError);
  });

  it('looks as the standard wants it: its corners, its timing, the same format twice', () => {
    const { modules, mask } = qrCode('https://wa.me/15550100001?text=Code%20M7Q2X-9D4AB');
    const size = modules.length;
    const at = (x: number, y: number) => modules[y]?.[x];
    for (const [left, top] of [
      [0, 0],
      [size - 7, 0],
      [0, size - 7],
    ] as const)
      // prettier-ignore
      assert.deepEqual(
        [0, 1, 2, 3, 4, 5, 6].map((step) => at(left + step, top + 3)),
        [true, false, true, true, true, false, true],
      );
    for (let step = 8; step < size - 8; step += 1) assert.equal(at(step, 6), step % 2 === 0);
    // Level M with each mask, as the standard's table C.1 has it.
    const FORMATS = [
      '101010000010010',
      '101000100100101',
      '101111001111100',
      '101101101001011',
      '100010111111001',
      '100000011001110',
      '100111110010111',
      '100101010100000',
    ];
    const first = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => at(x, 8)).concat([7, 5, 4, 3, 2, 1, 0].map((y) => at(8, y)));
    assert.equal(first.map(Number).join(''), FORMATS[mask]);
    const second = [1, 2, 3, 4, 5, 6, 7]
      .map((back) => at(8, size - back))
      .concat([8, 7, 6, 5, 4, 3, 2, 1].map((back) => at(size - back, 8)));
    assert.equal(second.map(Number).join(''), FORMATS[mask]);
  });

  it('is drawn with the border that readers need', () => {
    const svg = qrSvg('M7Q2X-9D4AB');
    assert.match(svg, /^<svg [^>]*viewBox="0 0 29 29"/);
    assert.match(svg, /M4 4h7v1h-7z/);
  });
});
