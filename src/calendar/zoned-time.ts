/** A moment as the clocks of one zone show it. `weekday` is ISO: 1 is Monday, 7 is Sunday. */
export type LocalTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs some 50 us, using one 2; a zone comes from the configuration or a contact, so there are at most ~600. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = 'numeric';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The clocks of the zone at `at`, written as if they showed UTC, ms. */
function clocksAt(at: number, timeZone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (at: number, timeZone: string): number => clocksAt(at, timeZone) - Math.floor(at / 1000) * 1000;

/** @param at ms since 1970 @param timeZone IANA name; @throws RangeError for an unknown one */
export function localTime(at: number, timeZone: string): LocalTime {
  const clocks = new Date(clocksAt(at, timeZone));
  return {
    year: clocks.getUTCFullYear(),
    month: clocks.getUTCMonth() + 1,
    day: clocks.getUTCDate(),
    hour: clocks.getUTCHours(),
    minute: clocks.getUTCMinutes(),
    weekday: clocks.getUTCDay() || 7,
  };
}

const DAY_MS = 86_400_000;

/** When the clocks of a zone show a given minute of a given day. `day` may run past the month's end (the 32nd is the next month's 1st)
 *  and `minute` past the hour's. Of a time that the autumn switch shows twice the first is meant; a time that the spring switch skips
 *  is moved on by what was skipped (02:30 becomes 03:30), so that spans keep their order. */
export function instantOf(year: number, month: number, day: number, minuteOfDay: number, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day, 0, minuteOfDay);
  // The offset around a switch is one of those a day before and a day after: no zone switches twice in two days.
  const before = wanted - offsetAt(wanted - DAY_MS, timeZone);
  const after = wanted - offsetAt(wanted + DAY_MS, timeZone);
  const shown = [before, after].filter((at) => clocksAt(at, timeZone) === wanted);
  return shown.length > 0 ? Math.min(...shown) : before;
}
