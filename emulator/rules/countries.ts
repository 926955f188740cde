import type { Person } from '../phone/people.js';

/** Calling codes of the countries our pretend customers come from, longest first. */
const BY_CALLING_CODE: readonly (readonly [string, string])[] = [
  ['77', 'KZ'], ['7', 'RU'], ['1', 'US'], ['20', 'EG'], ['27', 'ZA'], ['30', 'GR'], ['31', 'NL'], ['32', 'BE'], ['33', 'FR'],
  ['34', 'ES'], ['351', 'PT'], ['353', 'IE'], ['358', 'FI'], ['359', 'BG'], ['36', 'HU'], ['370', 'LT'], ['371', 'LV'],
  ['372', 'EE'], ['374', 'AM'], ['375', 'BY'], ['380', 'UA'], ['385', 'HR'], ['386', 'SI'], ['39', 'IT'], ['40', 'RO'],
  ['41', 'CH'], ['420', 'CZ'], ['421', 'SK'], ['43', 'AT'], ['44', 'GB'], ['45', 'DK'], ['46', 'SE'], ['47', 'NO'],
  ['48', 'PL'], ['49', 'DE'], ['52', 'MX'], ['54', 'AR'], ['55', 'BR'], ['61', 'AU'], ['62', 'ID'], ['81', 'JP'], ['82', 'KR'],
  ['90', 'TR'], ['91', 'IN'], ['92', 'PK'], ['94', 'LK'], ['971', 'AE'], ['972', 'IL'], ['992', 'TJ'], ['993', 'TM'],
  ['994', 'AZ'], ['995', 'GE'], ['996', 'KG'], ['998', 'UZ'],
]; // prettier-ignore
const CODES = new Map(BY_CALLING_CODE);

/** European Economic Area, United Kingdom, Japan, South Korea: no cap on marketing there (reference §7.3). */
export const NO_MARKETING_CAP: ReadonlySet<string> = new Set([
  'AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL',
  'PT', 'RO', 'SK', 'SI', 'ES', 'SE', 'IS', 'LI', 'NO', 'GB', 'JP', 'KR',
]); // prettier-ignore

/** The country of a number, by its calling code. @returns ISO 3166 alpha-2, `DE` when the code is none of ours */
export function countryOfPhone(digits: string): string {
  for (const length of [3, 2, 1]) {
    const country = CODES.get(digits.slice(0, length));
    if (country) return country;
  }
  return 'DE';
}

/** Where somebody is: their BSUID begins with it (reference §3.1), else their number tells. */
export const countryOf = (person: Pick<Person, 'userId' | 'phone'>): string =>
  person.userId?.slice(0, 2) ?? (person.phone ? countryOfPhone(person.phone) : 'KZ');
