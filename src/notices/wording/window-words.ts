import { offsetName, zoneName } from '../../calendar/zone-name.js';
import type { Texts } from '../../conversation/texts.js';
import type { NoticeLanguage, WindowFacts } from '../wordings.js';

/** A maintenance window in words: "14 ноября 2026 г. с 3:00 до 4:00 (МСК)", "from 23:00 on 13 November to 2:00 on 14 November 2026 (Berlin
 *  time, GMT+1)". Hours are those of the window's own zone, whatever the reader's. Pure. */

const LOCALES = { ru: 'ru-RU', en: 'en-GB' } as const;

type Say = Pick<Texts, 'say'>;
type Formats = Record<'date' | 'day' | 'year' | 'time', Intl.DateTimeFormat>;
const made = new Map<string, Formats>();
const MAX_FORMATS = 1_000;

/** Making formats costs some 100 us; there are as many as zones of windows, times two. */
function formatsOf(language: NoticeLanguage, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  const known = made.get(key);
  if (known) return known;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LOCALES[language], { timeZone, calendar: 'gregory', numberingSystem: 'latn', ...options });
  const day = { day: 'numeric', month: 'long' } as const;
  const formats = {
    date: format({ ...day, year: 'numeric' }),
    day: format(day),
    year: format({ year: 'numeric' }),
    time: format({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }),
  };
  if (made.size >= MAX_FORMATS) made.clear();
  made.set(key, formats);
  return formats;
}

/** When it is, with its zone. Where the clocks are changed between start and end, each hour is told with its offset: one of them may come
 *  twice that night. */
export function windowWords(window: WindowFacts, language: NoticeLanguage, { say }: Say): string {
  const { startsAt, endsAt, timeZone } = window;
  const { date, day, year, time } = formatsOf(language, timeZone);
  const zone = zoneName(startsAt, language, timeZone);
  const changes = offsetName(startsAt, timeZone) !== offsetName(endsAt, timeZone);
  const hour = (at: number) => {
    // "03:00" in both locales; people say "3:00".
    const shown = time.format(at).replace(/^0(?=\d)/, '');
    return changes ? `${shown} ${offsetName(at, timeZone)}` : shown;
  };
  const place = changes ? zone.replace(/, (GMT|UTC).*$/, '') : zone;
  const common = { from: hour(startsAt), to: hour(endsAt), zone: place };
  if (date.format(startsAt) === date.format(endsAt))
    return say(language, 'notice.window.day', { ...common, date: date.format(startsAt) });
  const sameYear = year.format(startsAt) === year.format(endsAt);
  return say(language, 'notice.window.days', {
    ...common,
    fromDate: (sameYear ? day : date).format(startsAt),
    toDate: date.format(endsAt),
  });
}

const HOUR_MINUTES = 60;

/** "1 минуты", "21 минуты", "2 часов 5 минут": as it stands after "не более". */
export function interruptionWords(wholeMinutes: number, language: NoticeLanguage, { say }: Say): string {
  const hours = Math.floor(wholeMinutes / HOUR_MINUTES);
  return say(language, 'notice.interruption', { hours, minutes: wholeMinutes % HOUR_MINUTES }).trim();
}
