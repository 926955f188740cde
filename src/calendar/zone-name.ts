/** A time zone as people call it: Russia's by Moscow's time ("МСК", "МСК+2"), which is how Russians tell them; all others by their
 *  place, with the offset that holds at the moment, since few know the offsets of other countries. */

type Language = 'ru' | 'en';

const LOCALES = { ru: 'ru-RU', en: 'en-GB' } as const;
const MOSCOW = 'Europe/Moscow';
const HOUR_MINUTES = 60;

/** Zones of Russia by their IANA names. */
const RUSSIAN: ReadonlySet<string> = new Set(
  [
    ...['Kaliningrad', 'Moscow', 'Simferopol', 'Kirov', 'Volgograd', 'Astrakhan', 'Saratov', 'Ulyanovsk', 'Samara'].map(
      (place) => `Europe/${place}`,
    ),
    ...['Yekaterinburg', 'Omsk', 'Novosibirsk', 'Barnaul', 'Tomsk', 'Novokuznetsk', 'Krasnoyarsk', 'Irkutsk'],
    ...['Chita', 'Yakutsk', 'Khandyga', 'Vladivostok', 'Ust-Nera', 'Magadan', 'Sakhalin', 'Srednekolymsk'],
    ...['Kamchatka', 'Anadyr'],
  ].map((name) => (name.includes('/') ? name : `Asia/${name}`)),
);

const formats = new Map<string, Intl.DateTimeFormat>();

function namePart(
  at: number,
  language: Language,
  timeZone: string,
  timeZoneName: 'shortGeneric' | 'shortOffset',
): string {
  const key = `${language} ${timeZone} ${timeZoneName}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(LOCALES[language], { timeZone, timeZoneName })));
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** How far the clocks of the zone are from UTC at a moment: `GMT+3`, `GMT+5:30`, `UTC`. */
export function offsetName(at: number, timeZone: string): string {
  const offset = namePart(at, 'en', timeZone, 'shortOffset');
  return offset === 'GMT' || offset === 'GMT+0' ? 'UTC' : offset;
}

/** @param at ms since 1970: zones change @param timeZone IANA name; @throws RangeError for an unknown one */
export function zoneName(at: number, language: Language, timeZone: string): string {
  const offset = offsetName(at, timeZone);
  if (language === 'ru' && RUSSIAN.has(timeZone)) return byMoscow(at, timeZone);
  const place = language === 'ru' ? placeInRussian(at, timeZone) : placeInEnglish(at, timeZone);
  return place === undefined ? offset : `${place}, ${offset}`;
}

function byMoscow(at: number, timeZone: string): string {
  const hours = (minutesOf(offsetName(at, timeZone)) - minutesOf(offsetName(at, MOSCOW))) / HOUR_MINUTES;
  if (hours === 0) return 'МСК';
  return hours > 0 ? `МСК+${hours}` : `МСК−${-hours}`;
}

function minutesOf(offset: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d+)(?::(\d+))?$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MINUTES + Number(minutes));
}

/** "Алматы", "Германия"; none for a zone that is nothing but an offset. */
function placeInRussian(at: number, timeZone: string): string | undefined {
  const name = namePart(at, 'ru', timeZone, 'shortGeneric');
  return /^(GMT|UTC)/.test(name) ? undefined : name;
}

/** "Moscow time", "Berlin time": where English has a shorthand of its own (CET, and wrongly so in summer), the city is told. */
function placeInEnglish(at: number, timeZone: string): string | undefined {
  const name = namePart(at, 'en', timeZone, 'shortGeneric');
  if (/^(GMT|UTC)/.test(name)) return undefined;
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone;
  return / Time$/.test(name) ? name.replace(/ Time$/, ' time') : `${city} time`;
}
