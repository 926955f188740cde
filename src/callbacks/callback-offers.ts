import type { BusinessCalendar } from '../calendar/opening-hours.js';
import { readCallbackNumber, shownNumber, type ReadNumber } from './callback-number.js';
import { zoneOfCountry } from './country-zone.js';
import { slotsFrom, type Slot } from './slots.js';

/** What a conversation may ask of call-backs at one moment. */
export interface CallbackOffers {
  /** The times that may be had, in order, as the clocks of the zone show them. */
  slots(timeZone: string): readonly Slot[];
  /** @param country the person's, ISO code */
  readNumber(written: string, country: string | undefined): ReadNumber;
  /** As one writes it: "+7 916 123 45 67". @param digits with the country code */
  shownNumber(digits: string): string;
  /** The zone of a country that has but one time. */
  zoneOf(country: string): string | undefined;
}

/** A number without a country code is one of the person's country, else of this one, like those of a list. */
const COMPANY_COUNTRY = 'RU';

export function offersAt(now: number, calendar: BusinessCalendar): CallbackOffers {
  // A turn asks several times, and of one zone.
  let last: { readonly timeZone: string; readonly slots: readonly Slot[] } | undefined;
  return {
    slots(timeZone) {
      if (last?.timeZone !== timeZone) last = { timeZone, slots: slotsFrom(now, calendar, timeZone) };
      return last.slots;
    },
    readNumber: (written, country) =>
      readCallbackNumber(written, country === undefined ? [COMPANY_COUNTRY] : [country, COMPANY_COUNTRY]),
    shownNumber,
    zoneOf: (country) => zoneOfCountry(country, now),
  };
}
