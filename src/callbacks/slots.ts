import { openingsUntil, type BusinessCalendar } from '../calendar/opening-hours.js';
import { localTime } from '../calendar/zoned-time.js';

/** A time at which we may call: `[startsAt, endsAt)`, and how the clocks of the person's zone show its start. */
export type Slot = {
  readonly startsAt: number;
  readonly endsAt: number;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Minutes after local midnight. */
  readonly minute: number;
};

const MINUTE_MS = 60_000;
const SLOT_MS = 60 * MINUTE_MS;
/** What is left before closing is offered too, if it is as long as this. */
const SHORTEST_MS = 30 * MINUTE_MS;
/** Somebody has to see the order first. */
const NOTICE_MS = 15 * MINUTE_MS;
/** With the ways back, to the menu and to a human they fill one list. */
export const MOST_DAYS = 6;
/** Over the longest holidays, and not further. */
const HORIZON_MS = 45 * 24 * 60 * MINUTE_MS;

/** The times that are offered now, in order: hours of the company's opening hours, on the first few days (of the person's calendar) that
 *  have any. Hours are real ones, counted from the opening, so both days on which clocks are changed come out right on either side.
 *  @param timeZone the person's */
export function slotsFrom(now: number, calendar: BusinessCalendar, timeZone: string): readonly Slot[] {
  const slots: Slot[] = [];
  const days = new Set<string>();
  for (const { from, to } of openingsUntil(now, now + HORIZON_MS, calendar)) {
    for (let startsAt = from; to - startsAt >= SHORTEST_MS; startsAt += SLOT_MS) {
      if (startsAt < now + NOTICE_MS) continue;
      const { year, month, day: dayOfMonth, hour, minute } = localTime(startsAt, timeZone);
      const day = new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
      days.add(day);
      if (days.size > MOST_DAYS) return slots;
      slots.push({ startsAt, endsAt: Math.min(startsAt + SLOT_MS, to), day, minute: hour * 60 + minute });
    }
  }
  return slots;
}
