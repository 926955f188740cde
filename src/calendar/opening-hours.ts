import { instantOf, localTime } from './zoned-time.js';

/** Part of a day in which people work, in minutes after local midnight. */
export type OpenSpan = { readonly fromMinute: number; readonly toMinute: number };

/** When the company works. One calendar serves promises, call-backs and quiet hours. */
export type BusinessCalendar = {
  readonly timeZone: string;
  /** Spans of each weekday in order, without overlaps; Monday first. */
  readonly week: readonly (readonly OpenSpan[])[];
  /** Local days on which nobody works: `YYYY-MM-DD`, or `MM-DD` for every year. */
  readonly holidays: ReadonlySet<string>;
};

const NINE_TO_SIX: OpenSpan = { fromMinute: 9 * 60, toMinute: 18 * 60 };
const WEEKDAYS_NINE_TO_SIX = [[NINE_TO_SIX], [NINE_TO_SIX], [NINE_TO_SIX], [NINE_TO_SIX], [NINE_TO_SIX], [], []];

/** How long a person may have to wait for a human, in minutes of opening hours. */
const PROMISE_MINUTES = 15;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** More would be a company that is hardly ever open, and a promise is looked for over all of them. */
const MOST_HOLIDAYS = 200;

/** A calendar that is fit for use. Without `week`: Monday to Friday, 9 to 18.
 *  @throws Error for hours that make no sense, a week with no hours, a malformed holiday or an unknown time zone. */
export function businessCalendar(options: {
  readonly timeZone: string;
  readonly week?: BusinessCalendar['week'];
  readonly holidays?: Iterable<string>;
}): BusinessCalendar {
  const { timeZone, week = WEEKDAYS_NINE_TO_SIX } = options;
  const holidays = new Set(options.holidays);
  localTime(0, timeZone);
  if (week.length !== 7) throw new Error('A week of opening hours has seven days, Monday first');
  for (const spans of week) {
    let earliest = 0;
    for (const { fromMinute, toMinute } of spans) {
      if (!(fromMinute >= earliest && toMinute > fromMinute && toMinute <= 24 * 60))
        throw new Error(
          `Opening hours out of order or out of the day: ${fromMinute} to ${toMinute} minutes after midnight`,
        );
      earliest = toMinute;
    }
  }
  if (week.every((spans) => spans.length === 0))
    throw new Error('The company must be open on one day of the week at least');
  if (holidays.size > MOST_HOLIDAYS) throw new Error(`There may be ${MOST_HOLIDAYS} holidays at the most`);
  for (const day of holidays)
    if (!/^(\d{4}-)?\d\d-\d\d$/.test(day))
      throw new Error(`A holiday is a day such as 2027-01-01, or 01-01 for every year, not ${day}`);
  return { timeZone, week, holidays };
}

export type Opening = { readonly from: number; readonly to: number };

/** The openings found last, the newest first, of each calendar (which never changes). From `askedAt` on, and until it ends, an opening
 *  is the one that lasts or comes next. Two are kept: a promise that does not fit into the one asks for the other. */
const found = new WeakMap<BusinessCalendar, readonly { readonly askedAt: number; readonly opening: Opening }[]>();

/** The opening that lasts at `at` or comes next, as moments: `[from, to)`. Finding it takes up to a dozen conversions of time, 70 us, and
 *  every turn of a conversation asks. */
function openingAt(at: number, calendar: BusinessCalendar): Opening {
  const known = found.get(calendar) ?? [];
  const hit = known.find(({ askedAt, opening }) => askedAt <= at && at < opening.to);
  if (hit) return hit.opening;
  const opening = findOpening(at, calendar);
  found.set(calendar, [{ askedAt: at, opening }, ...known.slice(0, 1)]);
  return opening;
}

function findOpening(at: number, calendar: BusinessCalendar): Opening {
  // At worst every opening day on the way is a holiday, a yearly one counts twice (it is on the same weekday again after five years at
  // the earliest), and a switch of the clocks swallows a short span.
  const daysAhead = 7 * (2 * calendar.holidays.size + 3);
  for (const opening of openingsFrom(at, daysAhead, calendar)) return opening;
  throw new Error('A business calendar without any opening: businessCalendar() makes none');
}

/** The openings of so many days, the one that lasts at `at` first. */
function* openingsFrom(at: number, daysAhead: number, calendar: BusinessCalendar): Generator<Opening> {
  const { timeZone, week, holidays } = calendar;
  const today = localTime(at, timeZone);
  for (let ahead = 0; ahead <= daysAhead; ahead++) {
    const date = new Date(Date.UTC(today.year, today.month - 1, today.day + ahead));
    const day = date.toISOString().slice(0, 10);
    if (holidays.has(day) || holidays.has(day.slice(5))) continue;
    for (const { fromMinute, toMinute } of week[(date.getUTCDay() + 6) % 7] ?? []) {
      const moment = (minute: number) => instantOf(today.year, today.month, today.day + ahead, minute, timeZone);
      const from = moment(fromMinute);
      const to = moment(toMinute);
      if (to > at && to > from) yield { from, to };
    }
  }
}

/** All openings that last at `at` or begin before `until`, as moments `[from, to)`, in order. */
export function* openingsUntil(at: number, until: number, calendar: BusinessCalendar): Generator<Opening> {
  for (const opening of openingsFrom(at, Math.ceil((until - at) / DAY_MS) + 1, calendar)) {
    if (opening.from >= until) return;
    yield opening;
  }
}

/** Whether people work at that moment. */
export const isOpen = (at: number, calendar: BusinessCalendar): boolean => openingAt(at, calendar).from <= at;

/** The first moment from `at` on at which people work: `at` itself in opening hours. Counts real time, so both days on which the
 *  clocks are changed come out right. */
export const nextOpen = (at: number, calendar: BusinessCalendar): number => Math.max(at, openingAt(at, calendar).from);

/** By when a person who asks at `at` will have a human: after a quarter of an hour of opening hours. What does not fit before the
 *  company closes is spent after it opens again, so nobody is promised anything for the evening. */
export function promiseFor(at: number, calendar: BusinessCalendar): number {
  let left = PROMISE_MINUTES * MINUTE_MS;
  let from = nextOpen(at, calendar);
  // Spans of a minute each would be 15; the bound is never reached.
  for (let spans = 0; spans < PROMISE_MINUTES; spans++) {
    const { to } = openingAt(from, calendar);
    if (to - from >= left) break;
    left -= to - from;
    from = nextOpen(to, calendar);
  }
  return from + left;
}
