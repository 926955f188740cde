import { comparable } from './spelling.js';

/* Days and times as people type them in a chat: "завтра", "в пятницу", "24.11", "24 ноября", "Friday", "15:00", "в 3", "3 pm". Whether
 * we call then is not asked here. */

const DAY_MS = 86_400_000;

/** Monday first; as `comparable` leaves them. */
const WEEKDAYS: readonly RegExp[] = [
  /^(понедельник(а|у)?|пн|monday|mon|ponedelnik)$/,
  /^(вторник(а|у)?|вт|tuesday|tue|tues|vtornik)$/,
  /^(сред(а|у|ы)|ср|wednesday|wed|sreda|sredu)$/,
  /^(четверг(а|у)?|чт|thursday|thu|thur|thurs|chetverg)$/,
  /^(пятниц(а|у|ы)|пт|friday|fri|pyatnica|pyatnicu|pyatnitsa|pyatnitsu)$/,
  /^(суббот(а|у|ы)|сб|saturday|sat|subbota|subbotu)$/,
  /^(воскресень(е|я)|вс|sunday|sun|voskresenie)$/,
];
const MONTHS: readonly RegExp[] = [
  /^(январ(ь|я)|january|jan)$/,
  /^(феврал(ь|я)|february|feb)$/,
  /^(марта?|march|mar)$/,
  /^(апрел(ь|я)|april|apr)$/,
  /^(ма(й|я)|may)$/,
  /^(июн(ь|я)|june|jun)$/,
  /^(июл(ь|я)|july|jul)$/,
  /^(августа?|august|aug)$/,
  /^(сентябр(ь|я)|september|sep|sept)$/,
  /^(октябр(ь|я)|october|oct)$/,
  /^(ноябр(ь|я)|november|nov)$/,
  /^(декабр(ь|я)|december|dec)$/,
];
const AHEAD: readonly (readonly [RegExp, number])[] = [
  [/^(сегодня|segodnya|today)$/, 0],
  [/^(завтра|zavtra|tomorrow)$/, 1],
  [/^(послезавтра|poslezavtra)$/, 2],
];

export type TypedDay = {
  /** `YYYY-MM-DD`; a date without a year is the next one with that day and month, a weekday the next one with that name. */
  readonly day: string;
  /** What was typed beside it. */
  readonly rest: string;
};

/** @param today `YYYY-MM-DD` in the person's zone @returns undefined where no day is named */
export function readTypedDay(text: string, today: string): TypedDay | undefined {
  const numeric = /(?<![\d:.])(\d{1,2})[./](\d{1,2})(?:[./](?:20)?\d\d)?(?![\d:])/.exec(text);
  if (numeric) {
    const day = nextDate(Number(numeric[1]), Number(numeric[2]), today);
    if (day) return { day, rest: text.replace(numeric[0], ' ') };
  }
  // The colon of a time outlives the comparison: "завтра в 15:00".
  const words = text.split(/\s+/).map((word) => ({ word, plain: comparable(word) }));
  const rest = (...left: number[]) => words.flatMap(({ word }, at) => (left.includes(at) ? [] : word)).join(' ');
  for (const [at, { plain }] of words.entries()) {
    const ahead = AHEAD.find(([pattern]) => pattern.test(plain))?.[1];
    if (ahead !== undefined) return { day: later(today, ahead), rest: rest(at) };
    const weekday = WEEKDAYS.findIndex((pattern) => pattern.test(plain));
    if (weekday >= 0) return { day: later(today, (weekday - weekdayOf(today) + 7) % 7), rest: rest(at) };
    const month = MONTHS.findIndex((pattern) => pattern.test(plain));
    if (month < 0) continue;
    for (const beside of [at - 1, at + 1]) {
      const dayOfMonth = /^(\d{1,2})(го|е|st|nd|rd|th)?$/.exec(words[beside]?.plain ?? '')?.[1];
      const day = dayOfMonth && nextDate(Number(dayOfMonth), month + 1, today);
      if (day) return { day, rest: rest(at, beside) };
    }
  }
  return undefined;
}

const later = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Monday is 0. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

function nextDate(dayOfMonth: number, month: number, today: string): string | undefined {
  const year = Number(today.slice(0, 4));
  const inYear = (of: number) => `${of}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
  const day = inYear(year) < today ? inYear(year + 1) : inYear(year);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : undefined;
}

const CLOCK =
  /(?<![\d.:+])(\d{1,2})(?:[:.](\d\d))?(?![\d:])\s*(a\.?m\.?|p\.?m\.?|час\p{L}*|ч(?!\p{L})|h(?!\p{L})|o'?clock)?\s*(утра|дня|вечера|ночи)?/giu;

/** The minutes after midnight of a time; of one that may be in the morning or in the afternoon ("в 3"), both, the likelier first.
 *  @returns nothing where no time is named, or more than one */
export function readTypedMinutes(text: string): readonly number[] {
  const found = [...text.matchAll(CLOCK)];
  const [match] = found;
  if (!match || found.length > 1) return [];
  const [, hours = '', minutes = '0', half = '', part = ''] = match;
  const hour = Number(hours);
  if (hour > 23 || Number(minutes) > 59) return [];
  const at = (of: number) => of * 60 + Number(minutes);
  const isAfternoon = /^p/i.test(half) || /^(дня|вечера)$/i.test(part);
  if (hour > 12 || hour === 0) return [at(hour)];
  if (isAfternoon) return [at((hour % 12) + 12)];
  if (/^a/i.test(half) || /^(утра|ночи)$/i.test(part)) return [at(hour % 12)];
  return hour === 12 ? [at(12)] : [at(hour), at(hour + 12)];
}
