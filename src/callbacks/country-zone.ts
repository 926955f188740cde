import { localTime } from '../calendar/zoned-time.js';

const known = new Map<string, string | undefined>();
const HALF_A_YEAR_MS = 182 * 86_400_000;

type WithZones = { readonly timeZones?: readonly string[]; getTimeZones?(): readonly string[] | undefined };

/** The time zone of a country all of which has the same time, summer and winter; undefined for the others, and for what is no country.
 *  @param country ISO code @param now ms: zones are redrawn now and then */
export function zoneOfCountry(country: string, now: number): string | undefined {
  const key = `${country} ${new Date(now).getUTCFullYear()}`;
  if (!known.has(key)) known.set(key, onlyZone(country, now));
  return known.get(key);
}

function onlyZone(country: string, now: number): string | undefined {
  if (!/^[A-Z]{2}$/.test(country)) return undefined;
  const locale = new Intl.Locale('und', { region: country }) as unknown as WithZones;
  // A property in older engines, a method in newer ones.
  const zones = locale.getTimeZones?.() ?? locale.timeZones ?? [];
  const clocks = zones.map((zone) =>
    [now, now + HALF_A_YEAR_MS].map((at) => JSON.stringify(localTime(at, zone))).join(),
  );
  return new Set(clocks).size === 1 ? zones[0] : undefined;
}
