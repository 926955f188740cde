import { instantOf, localTime } from '../calendar/zoned-time.js';

/** A time as somebody gives it: ISO 8601, with an offset or, without one, as the clocks of a zone show it. */

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

export type GivenTime =
  | { readonly kind: 'at'; readonly at: number }
  /** It is no time, or no day of the calendar. */
  | { readonly kind: 'unreadable' }
  /** The clocks of the zone never show it: they are put forward over it. */
  | { readonly kind: 'skipped' };

const UNREADABLE: GivenTime = { kind: 'unreadable' };

/** Of a time that the clocks show twice the first is meant; whoever means the second gives the offset. */
export function readTime(text: string, timeZone: string): GivenTime {
  const match = TIME.exec(text.trim());
  if (!match) return UNREADABLE;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1970;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return UNREADABLE;
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1_000);
  const offset = match[8];
  if (offset !== undefined) {
    const minutes = offsetMinutes(offset);
    if (minutes === undefined) return UNREADABLE;
    return { kind: 'at', at: Date.UTC(year, month - 1, day, hour, minute - minutes, second, ms) };
  }
  const at = instantOf(year, month, day, hour * 60 + minute, timeZone);
  const shown = localTime(at, timeZone);
  if (shown.hour !== hour || shown.minute !== minute) return { kind: 'skipped' };
  return { kind: 'at', at: at + second * 1_000 + ms };
}

function offsetMinutes(offset: string): number | undefined {
  if (offset.toUpperCase() === 'Z') return 0;
  const digits = offset.slice(1).replace(':', '');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)];
  if (hours > 14 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Whether the zone is one of the IANA's. */
export function isTimeZone(zone: string): boolean {
  // Newer engines take "+03:00" for a zone: such a zone has no name that a text could give.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,60}$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
