/** QR codes (ISO/IEC 18004): bytes only, correction level M (up to 15 % of it may be dirty), the smallest version that holds the text, the mask
 *  that the standard's penalties like best. Pure. */

/** By version, from 1: correction bytes of a block, and how many blocks there are. */
const CORRECTION_BYTES = [
  ...[10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28],
  ...[28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
];
const BLOCKS = [
  ...[1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26],
  ...[28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
];
const MAX_VERSION = 40;
/** The light border that readers need. */
const QUIET = 4;

export type QrCode = {
  readonly version: number;
  readonly mask: number;
  /** Rows of modules; true is dark. */
  readonly modules: readonly (readonly boolean[])[];
};

/** @throws RangeError for more than a code holds (2,331 bytes) */
export function qrCode(text: string): QrCode {
  const bytes = Buffer.from(text, 'utf8');
  const version = Array.from({ length: MAX_VERSION }, (_, at) => at + 1).find((one) => fits(one, bytes.length));
  if (version === undefined) throw new RangeError('the text is too long for a QR code');
  const words = interleaved(version, dataWords(version, bytes));
  const candidates = Array.from({ length: 8 }, (_, mask) => drawn(version, words, mask));
  const penalties = candidates.map(penaltyOf);
  const mask = penalties.indexOf(Math.min(...penalties));
  return { version, mask, modules: candidates[mask] ?? [] };
}

/** The code as an SVG of its own, with the border that readers need. */
export function qrSvg(text: string): string {
  const { modules } = qrCode(text);
  const side = modules.length + 2 * QUIET;
  let path = '';
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x] || row[x - 1]) continue;
      let width = 1;
      while (row[x + width]) width += 1;
      path += `M${x + QUIET} ${y + QUIET}h${width}v1h-${width}z`;
    }
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path d="${path}"/></svg>`
  );
}

const sizeOf = (version: number): number => 17 + 4 * version;
const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

function fits(version: number, bytes: number): boolean {
  return 4 + lengthBits(version) + 8 * bytes <= 8 * dataBytes(version);
}

/** All bytes of a version, data and correction. */
export function rawBytes(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const patterns = Math.floor(version / 7) + 2;
    modules -= (25 * patterns - 10) * patterns - 55;
    if (version >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

export const blocksOf = (version: number): { readonly count: number; readonly correction: number } => ({
  count: BLOCKS[version - 1] ?? 0,
  correction: CORRECTION_BYTES[version - 1] ?? 0,
});

function dataBytes(version: number): number {
  const { count, correction } = blocksOf(version);
  return rawBytes(version) - count * correction;
}

/** Mode, length, text, end, and padding to the full length. */
function dataWords(version: number, text: Uint8Array): Uint8Array {
  const capacity = dataBytes(version);
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let at = count - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  push(0b0100, 4);
  push(text.length, lengthBits(version));
  for (const byte of text) push(byte, 8);
  push(0, Math.min(4, 8 * capacity - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const words = new Uint8Array(capacity);
  bits.forEach((bit, at) => (words[at >> 3] = (words[at >> 3] ?? 0) | (bit << (7 - (at & 7)))));
  for (let at = bits.length / 8, even = true; at < capacity; at += 1, even = !even) words[at] = even ? 0xec : 0x11;
  return words;
}

/** Blocks with their correction, dealt out byte by byte. The first blocks may be a byte shorter than the last. */
function interleaved(version: number, data: Uint8Array): number[] {
  const { count, correction } = blocksOf(version);
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  const divisor = generator(correction);
  let from = 0;
  const blocks = Array.from({ length: count }, (_, at) => {
    const size = short + (at >= count - longer ? 1 : 0);
    const block = data.slice(from, from + size);
    from += size;
    return { block, parity: remainder(block, divisor) };
  });
  const words: number[] = [];
  for (let at = 0; at <= short; at += 1)
    for (const { block } of blocks) if (at < block.length) words.push(block[at] ?? 0);
  for (let at = 0; at < correction; at += 1) for (const { parity } of blocks) words.push(parity[at] ?? 0);
  return words;
}

/** In the field of 256 elements whose polynomial is 0x11d. */
export function product(one: number, other: number): number {
  let result = 0;
  for (let at = 7; at >= 0; at -= 1) {
    result = (result << 1) ^ ((result >> 7) * 0x11d);
    result ^= ((other >> at) & 1) * one;
  }
  return result & 0xff;
}

/** (x - 1)(x - 2)(x - 4)… without its leading 1. */
function generator(degree: number): number[] {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let at = 0; at < degree; at += 1) {
    for (let place = 0; place < degree; place += 1)
      result[place] = product(result[place] ?? 0, root) ^ (result[place + 1] ?? 0);
    root = product(root, 2);
  }
  return result;
}

function remainder(data: Uint8Array, divisor: readonly number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((coefficient, at) => (result[at] = (result[at] ?? 0) ^ product(coefficient, factor)));
  }
  return result;
}

/** Centres of the alignment patterns, along one side. */
function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const last = sizeOf(version) - 7;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - step * (count - 2 - at))];
}

export const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

type Grid = { readonly dark: boolean[][]; readonly fixed: boolean[][] };

function drawn(version: number, words: readonly number[], mask: number): boolean[][] {
  const { dark, fixed } = frame(version, mask);
  for (const [at, [x, y]] of dataPath(fixed).entries()) {
    const bit = ((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    const row = dark[y];
    if (row) row[x] = (bit === 1) !== (MASKS[mask]?.(x, y) ?? false);
  }
  return dark;
}

/** Modules that hold data, in their order: two columns at a time, from the right, up and down, past the timing column. */
export function dataPath(fixed: readonly (readonly boolean[])[]): (readonly [x: number, y: number])[] {
  const size = fixed.length;
  const path: (readonly [number, number])[] = [];
  for (let right = size - 1, up = true; right >= 1; right -= right === 8 ? 3 : 2, up = !up) {
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!fixed[y]?.[x]) path.push([x, y]);
    }
  }
  return path;
}

/** Everything that is no data. */
export function frame(version: number, mask: number): Grid {
  const size = sizeOf(version);
  const grid = () => Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const [dark, fixed] = [grid(), grid()];
  const put = (x: number, y: number, isDark: boolean) => {
    const [row, marks] = [dark[y], fixed[y]];
    if (!row || !marks || x < 0 || x >= size) return;
    row[x] = isDark;
    marks[x] = true;
  };
  for (let at = 0; at < size; at += 1) {
    put(6, at, at % 2 === 0);
    put(at, 6, at % 2 === 0);
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    // prettier-ignore
    for (let dy = -4; dy <= 4; dy += 1)
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        put(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
  const centres = alignments(version);
  const last = centres.at(-1);
  for (const cy of centres)
    for (const cx of centres) {
      if ((cx === 6 && cy === 6) || (cx === 6 && cy === last) || (cx === last && cy === 6)) continue;
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1) put(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  putFormat(size, mask, put);
  if (version >= 7) putVersion(version, size, put);
  return { dark, fixed };
}

type Put = (x: number, y: number, isDark: boolean) => void;

/** Level M is 0b00; ten bits of BCH correction. Told twice. */
function putFormat(size: number, mask: number, put: Put): void {
  let rest = mask;
  for (let at = 0; at < 10; at += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const bit = (at: number) => ((bits >> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) put(8, at, bit(at));
  put(8, 7, bit(6));
  put(8, 8, bit(7));
  put(7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) put(14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) put(size - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) put(8, size - 15 + at, bit(at));
  put(8, size - 8, true);
}

/** From version 7 on it is told, with twelve bits of correction; twice. */
function putVersion(version: number, size: number, put: Put): void {
  let rest = version;
  for (let at = 0; at < 12; at += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >> at) & 1) === 1;
    const [far, near] = [size - 11 + (at % 3), Math.floor(at / 3)];
    put(far, near, isDark);
    put(near, far, isDark);
  }
}

/** What makes a code hard to read: long runs, blocks, what looks like a finder, too much of one colour. */
function penaltyOf(modules: readonly (readonly boolean[])[]): number {
  const size = modules.length;
  const isDark = (x: number, y: number) => modules[y]?.[x] ?? false;
  let penalty = 0;
  for (let line = 0; line < size; line += 1)
    for (const at of [(n: number) => isDark(n, line), (n: number) => isDark(line, n)]) penalty += linePenalty(size, at);
  let dark = 0;
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const colour = isDark(x, y);
      if (colour) dark += 1;
      const isBlock = colour === isDark(x + 1, y) && colour === isDark(x, y + 1) && colour === isDark(x + 1, y + 1);
      if (x + 1 < size && y + 1 < size && isBlock) penalty += 3;
    }
  const share = (100 * dark) / size ** 2;
  return penalty + 10 * Math.floor(Math.abs(share - 50) / 5);
}

const FINDER = [true, false, true, true, true, false, true];

function linePenalty(size: number, at: (place: number) => boolean): number {
  let penalty = 0;
  for (let from = 0; from < size;) {
    let run = 1;
    while (from + run < size && at(from + run) === at(from)) run += 1;
    if (run >= 5) penalty += run - 2;
    from += run;
  }
  const isLight = (from: number) =>
    [0, 1, 2, 3].every((step) => from + step < 0 || from + step >= size || !at(from + step));
  for (let from = 0; from + FINDER.length <= size; from += 1)
    if (FINDER.every((wanted, step) => at(from + step) === wanted) && (isLight(from - 4) || isLight(from + 7)))
      penalty += 40;
  return penalty;
}
