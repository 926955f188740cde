import { instantOf, localTime } from '../calendar/zoned-time.js';

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const MAX_OFFSET_MINUTES = 14 * 60;

/** A time as ISO 8601 writes it; without an offset as the clocks of `timeZone` show it, a day alone as its first minute.
 *  @returns ms since 1970; undefined for what is no such time, or does not exist there (a skipped hour, a 30th of February) */
export function instantFrom(text: string, timeZone: string): number | undefined {
  const parts = SHAPE.exec(text.trim());
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  if (parts[7] !== undefined) {
    const offset = offsetMinutes(parts[7]);
    return offset === undefined ? undefined : Date.UTC(year, month - 1, day, hour, minute - offset, second);
  }
  const at = instantOf(year, month, day, hour * 60 + minute, timeZone);
  const shown = localTime(at, timeZone);
  // A midnight that a switch skips is still a day that exists: it begins an hour later.
  const exists = parts[4] === undefined ? shown.day === day : shown.hour === hour && shown.minute === minute;
  return exists ? at + second * 1000 : undefined;
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function offsetMinutes(text: string): number | undefined {
  if (text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  if (minutes > MAX_OFFSET_MINUTES || Number(text.slice(-2)) > 59) return undefined;
  return text.startsWith('-') ? -minutes : minutes;
}
