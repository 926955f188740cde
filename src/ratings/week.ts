/** Weeks as ratings are counted in: ISO 8601, in UTC, so that they begin at one moment for everybody. Written `2026-W47`; in that form an
 *  earlier week is the lesser text. */
export type Week = string;

export const WEEK_MS = 7 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const WEEK = /^(\d{4})-W(\d{2})$/;

/** The week of a moment, ms since 1970. */
export function weekOf(at: number): Week {
  const monday = mondayOf(at);
  // A week is of the year that its Thursday is in.
  const year = new Date(monday + 3 * DAY_MS).getUTCFullYear();
  const number = (monday - firstMonday(year)) / WEEK_MS + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** When a week begins, ms; undefined for what names no week. */
export function weekStart(week: Week): number | undefined {
  const [, year, number] = WEEK.exec(week) ?? [];
  if (year === undefined || number === undefined) return undefined;
  const start = firstMonday(Number(year)) + (Number(number) - 1) * WEEK_MS;
  return weekOf(start) === week ? start : undefined;
}

/** When a week is over: the first ms of the next one. @throws RangeError for what names no week */
export function weekEnd(week: Week): number {
  const start = weekStart(week);
  if (start === undefined) throw new RangeError('not a week');
  return start + WEEK_MS;
}

/** The week `count` weeks later, or earlier. */
export const weekAfter = (week: Week, count = 1): Week => weekOf(weekEnd(week) + (count - 1) * WEEK_MS);

/** 1970 began on a Thursday. */
const mondayOf = (at: number): number => Math.floor((at + 3 * DAY_MS) / WEEK_MS) * WEEK_MS - 3 * DAY_MS;

/** The fourth of January is always in the first week. */
const firstMonday = (year: number): number => mondayOf(Date.UTC(year, 0, 4));
