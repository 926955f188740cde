import type { Facts, Language } from './session.js';

const LOCALES = { ru: 'ru-RU', en: 'en-GB' } as const satisfies Record<Language, string>;
const DAY_MS = 86_400_000;

type Formats = {
  readonly time: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly date: Intl.DateTimeFormat;
  readonly short: Intl.DateTimeFormat;
};
const made = new Map<string, Formats>();

/** Making formats costs ~100 us; there are as many as languages times the zones of the company and of people, a few hundred at the most. */
function formatsOf(language: Language, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  let formats = made.get(key);
  if (!formats) {
    const locale = LOCALES[language];
    formats = {
      time: new Intl.DateTimeFormat(locale, {
        timeZone,
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'shortOffset',
      }),
      day: new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long', day: 'numeric', month: 'long' }),
      date: new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }),
      short: new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'long' }),
    };
    made.set(key, formats);
  }
  return formats;
}

/** A moment as the clocks and the calendar of a zone show it. */
export function momentIn(at: number, language: Language, timeZone: string) {
  const { time, day, date, short } = formatsOf(language, timeZone);
  const parts = time.formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    /** "09:15" */
    time: `${part('hour')}:${part('minute')}`,
    /** "GMT+3" */
    zone: part('timeZoneName'),
    /** "Monday 9 November" */
    day: day.format(at),
    /** "9 November" */
    short: short.format(at),
    /** "2026-11-09" */
    date: date.format(at),
  };
}

/** A moment ahead as one tells it in a chat: "today by 18:00 (GMT+3)", "by 09:15 (GMT+3) on Monday 9 November". The offset is told
 *  because many customers live in another zone than the company. */
export function whenIs(
  at: number,
  language: Language,
  { texts, timeZone }: Pick<Facts, 'texts' | 'timeZone'>,
  now: number,
): string {
  const { time, zone, day, date: on } = momentIn(at, language, timeZone);
  const { date } = formatsOf(language, timeZone);
  if (on === date.format(now)) return texts.say(language, 'when.today', { time, zone });
  if (on === date.format(now + DAY_MS)) return texts.say(language, 'when.tomorrow', { time, zone });
  return texts.say(language, 'when.later', { time, zone, day });
}

/** A day of the past with its year: "1 November 2026". */
export function dayIs(at: number, language: Language, timeZone: string): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.format(at);
}
