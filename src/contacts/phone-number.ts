import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import { PhoneDigits } from './identity.js';
import { numberVariants } from './number-variants.js';

/** A number as people write it, as WhatsApp writes it: digits with the country code. A number without a country code is read as one of
 *  `country`, if it can be one; else its digits are taken to begin with a country code, as in WhatsApp's own ids. Only what cannot be a
 *  number is refused (by its length): a valid number that we refuse is a person that we lose.
 *  @returns undefined for what is not a telephone number */
export function phoneDigitsOf(written: string, country: CountryCode): PhoneDigits | undefined {
  const text = written.trim().replace(/^00/, '+');
  const foreign = () => international(`+${text.replaceAll(/\D/g, '')}`);
  if (text.startsWith('+')) return foreign();
  const national = parsePhoneNumberFromString(text, country);
  if (national?.isValid()) return digitsOf(national.number);
  return foreign() ?? (national?.isPossible() ? digitsOf(national.number) : undefined);
}

function international(number: string): PhoneDigits | undefined {
  // A form that the country has given up (Mexico's 521) is known under its other one.
  const forms = numberVariants(number.slice(1)).map((digits) => parsePhoneNumberFromString(`+${digits}`));
  if (!forms.some((form) => form?.isPossible())) return undefined;
  const [given] = forms;
  return given?.isValid() ? digitsOf(given.number) : digitsOf(number);
}

const digitsOf = (number: string): PhoneDigits | undefined => PhoneDigits.safeParse(number.replace(/^\+/, '')).data;
