import { randomBytes } from 'node:crypto';

/** Ids that grow with time: rows written together lie together, and a list in the order of its ids is in the order of time.
 *  9 characters of the time in ms (base 36, good until the year 5188), then 16 random ones. */
export const timeId = (now: number, random: () => string = randomTail): string =>
  now.toString(36).padStart(9, '0') + random();

/** The least id of a time: for "everything since". */
export const timeIdFrom = (at: number): string => Math.max(0, at).toString(36).padStart(9, '0');

const randomTail = (): string => randomBytes(10).toString('base64url').replace(/[-_]/g, '0').padEnd(14, '0');
