import { z } from 'zod';
import { businessCalendar, type BusinessCalendar, type OpenSpan } from './opening-hours.js';

/** The company's week and holidays as they stand in `templates/calendar.json`. */

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const MOST_SPANS = 4;

const SPAN = /^([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const Span = z
  .string()
  .regex(SPAN, 'has to look like 09:00-18:00')
  .transform((text): OpenSpan => {
    const [from = '', to = ''] = text.split('-');
    return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
  });
const Spans = z.array(Span).max(MOST_SPANS, `may have ${MOST_SPANS} parts at the most`);

const Holiday = z
  .string()
  .regex(/^(\d{4}-)?\d\d-\d\d$/, 'has to be a day such as 2027-01-11, or 01-01 for every year')
  // 2028 has a 29 February.
  .refine((day) => isDay(day.length === 5 ? `2028-${day}` : day), 'is no day of the calendar');

const CalendarFile = z.strictObject({
  week: z.strictObject(
    Object.fromEntries(DAYS.map((day) => [day, Spans])) as Record<(typeof DAYS)[number], typeof Spans>,
  ),
  /** By the day: what day it is, for whoever reads the file. */
  holidays: z.record(Holiday, z.string().max(100)),
});

/** @param file parsed JSON @param options the zone, and days on which nobody works beside those of the file
 *  @returns the calendar, or everything that is wrong with it */
export function readCalendar(
  file: unknown,
  options: { readonly timeZone: string; readonly holidays: readonly string[] },
):
  | { readonly kind: 'ok'; readonly calendar: BusinessCalendar }
  | { readonly kind: 'faults'; readonly faults: string[] } {
  const read = CalendarFile.safeParse(file);
  if (!read.success) return { kind: 'faults', faults: read.error.issues.map(faultOf) };
  const { week, holidays } = read.data;
  try {
    const calendar = businessCalendar({
      timeZone: options.timeZone,
      week: DAYS.map((day) => week[day]),
      holidays: [...Object.keys(holidays), ...options.holidays],
    });
    return { kind: 'ok', calendar };
  } catch (error) {
    return { kind: 'faults', faults: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The message of a key that is wrong stands one level deeper. */
function faultOf(issue: z.core.$ZodIssue): string {
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return `${issue.path.join('.')} ${inner ?? issue.message}`.trim();
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
