import { readCalendar } from './calendar/calendar-file.js';
import type { BusinessCalendar } from './calendar/opening-hours.js';
import { BadConfig, type Config } from './config.js';
import { loadJson } from './load-json.js';

const OURS = new URL('../../templates/calendar.json', import.meta.url);

/** Reads when the company works, from `templates` (beside `dist` as beside `src`) unless a file is named; `HOLIDAYS` come on top.
 *  @throws BadConfig naming everything that is wrong with it; the start stops there */
export function loadCalendar({
  calendarFile,
  timeZone,
  holidays,
}: Pick<Config, 'calendarFile' | 'timeZone' | 'holidays'>): BusinessCalendar {
  const name = calendarFile === undefined ? 'templates/calendar.json' : 'CALENDAR_FILE';
  const read = readCalendar(loadJson(calendarFile ?? OURS, name), { timeZone, holidays });
  if (read.kind === 'faults') throw new BadConfig(read.faults.map((fault) => `${name}: ${fault}`));
  return read.calendar;
}
