import { instantOf, localTime } from '../calendar/zoned-time.js';

/** How long before the start something is announced: an ISO 8601 duration. Days, weeks, months and years are the calendar's in the
 *  window's zone (the day before a switch of the clocks is 23 or 25 hours long), hours and minutes are hours and minutes. */
export type Lead = {
  readonly months: number;
  readonly days: number;
  /** The part after the T. */
  readonly ms: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LEAST_MS = MINUTE_MS;
const MOST_MS = 366 * DAY_MS;

const DURATION =
  /^P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

/** @returns undefined for what is no duration of 1 minute to 1 year */
export function parseLead(text: string): Lead | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? 0 : Number(part)));
  const lead: Lead = {
    months: years * 12 + months,
    days: weeks * 7 + days,
    ms: hours * HOUR_MS + minutes * MINUTE_MS + seconds * 1_000,
  };
  const least = lead.months * 28 * DAY_MS + lead.days * DAY_MS + lead.ms;
  const isYear = lead.months === 12 && lead.days === 0 && lead.ms === 0;
  const most = lead.months * 31 * DAY_MS + lead.days * DAY_MS + lead.ms;
  return least >= LEAST_MS && (isYear || most <= MOST_MS) ? lead : undefined;
}

/** Two ways to write one duration have one key; `P1D` and `PT24H` are two durations. */
export const leadKey = ({ months, days, ms }: Lead): string => `${months}:${days}:${ms}`;

/** The moment that lies so long before another one. @param at ms @param timeZone IANA name */
export function momentBefore(at: number, lead: Lead, timeZone: string): number {
  if (lead.months === 0 && lead.days === 0) return at - lead.ms;
  const { year, month, day, hour, minute } = localTime(at, timeZone);
  const within = at - Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const [toYear, toMonth] = monthsBefore(year, month, lead.months);
  const dayThere = Math.min(day, daysIn(toYear, toMonth)) - lead.days;
  return instantOf(toYear, toMonth, dayThere, hour * 60 + minute, timeZone) + within - lead.ms;
}

function monthsBefore(year: number, month: number, months: number): [year: number, month: number] {
  const count = year * 12 + (month - 1) - months;
  return [Math.floor(count / 12), (count % 12) + 1];
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
