import decodeQR from 'qr/decode.js';

const PIXELS_A_MODULE = 4;

/** What a telephone reads out of the picture. */
export function readQr(svg: string): string {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) * PIXELS_A_MODULE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [x, y] of darkModules(svg))
    for (let row = y * PIXELS_A_MODULE; row < (y + 1) * PIXELS_A_MODULE; row += 1)
      for (let column = x * PIXELS_A_MODULE; column < (x + 1) * PIXELS_A_MODULE; column += 1)
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
  return decodeQR({ width: side, height: side, data });
}

/** Each is a square of one by one in a path, moved to from the beginning or from the square before it. */
export function* darkModules(svg: string): Generator<readonly [x: number, y: number]> {
  let [x, y] = [0, 0];
  for (const [, way, dx, dy] of svg.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)/g)) {
    [x, y] = way === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    yield [x, y];
  }
}
