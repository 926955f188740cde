import { randomFillSync } from 'node:crypto';

/** Ids that grow with time: rows written together lie together, and a list in the order of its ids is in the order of time.
 *  9 characters of the time in ms (base 36, good until the year 5188), then 14 random ones; letters and digits only. */
export const timeId = (now: number, random: () => string = randomTail): string =>
  now.toString(36).padStart(9, '0') + random();

/** The least id of a time: for "everything since". */
export const timeIdFrom = (at: number): string => Math.max(0, at).toString(36).padStart(9, '0');

const TAIL_BYTES = 10;
/** Random bytes in stock: to ask for ten at a time costs ten times as much. */
const stock = Buffer.alloc(TAIL_BYTES * 400);
let used = stock.length;

function randomTail(): string {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  return stock
    .toString('base64url', used, (used += TAIL_BYTES))
    .replace(/[-_]/g, '0')
    .padEnd(14, '0');
}
