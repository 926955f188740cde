import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type NumberType,
  type PhoneNumber,
} from 'libphonenumber-js/max';

/** Why a number cannot be called. */
export type NumberRefusal = 'notANumber' | 'wrong' | 'short' | 'tollFree' | 'premium' | 'service';

export type ReadNumber =
  /** Digits with the country code. */
  { readonly kind: 'number'; readonly digits: string } | { readonly kind: 'refused'; readonly why: NumberRefusal };

const MOST_CHARACTERS = 100;
/** Emergency and information services; no subscriber anywhere has so few digits with the area code. */
const MOST_SHORT_DIGITS = 6;
const LEAST_DIGITS = 2;
/** ITU-T E.164. */
const MOST_DIGITS = 15;

const REFUSED: Partial<Record<Exclude<NumberType, undefined>, NumberRefusal>> = {
  TOLL_FREE: 'tollFree',
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'premium',
  UAN: 'service',
  PAGER: 'service',
  VOICEMAIL: 'service',
};

/** The number in what somebody has written, if it is one that we may call. Without a country code it is read as one of the first of the
 *  countries in which it can be one, else its digits are taken to begin with a country code.
 *  @param countries ISO codes, the likeliest first; others are passed over */
export function readCallbackNumber(written: string, countries: readonly string[]): ReadNumber {
  const text = written
    .slice(0, MOST_CHARACTERS + 1)
    .normalize('NFKC')
    .trim();
  const digits = text.replace(/\D/g, '');
  const hasLetters = /\p{L}/u.test(text);
  if (text.length > MOST_CHARACTERS || digits.length < LEAST_DIGITS) return refused('notANumber');
  if (digits.length <= MOST_SHORT_DIGITS) return refused(hasLetters ? 'notANumber' : 'short');
  const number = likeliest(candidates(text, digits, countries), digits);
  if (!number) return refused(hasLetters || digits.length > MOST_DIGITS ? 'notANumber' : 'wrong');
  const type = number.getType();
  const why = type && REFUSED[type];
  return why ? refused(why) : { kind: 'number', digits: number.number.replace(/\D/g, '') };
}

/** Many countries take nearly every row of digits for one of their numbers, so whoever's way of writing it is exactly this comes first:
 *  "79161234567" is no number of Germany, though it could be. */
function likeliest(numbers: Iterable<PhoneNumber | undefined>, digits: string): PhoneNumber | undefined {
  const valid = [...numbers].flatMap((number) => (number?.isValid() ? [number] : []));
  const isWritten = (number: PhoneNumber) =>
    [number.formatNational(), number.number].some((form) => form.replace(/\D/g, '') === digits);
  return valid.find(isWritten) ?? valid[0];
}

function* candidates(
  text: string,
  digits: string,
  countries: readonly string[],
): Generator<PhoneNumber | undefined, undefined> {
  // "+7 …", also in the middle of a sentence, names its country itself.
  const withCode = /(?:\+|(?<!\d)00(?=[1-9]))\s?[\d\s().-]+/.exec(text)?.[0].replace(/^00/, '+');
  if (withCode !== undefined) {
    yield parsePhoneNumberFromString(withCode);
    return;
  }
  for (const country of countries)
    if (isSupportedCountry(country)) yield parsePhoneNumberFromString(text, country satisfies CountryCode);
  yield parsePhoneNumberFromString(`+${digits}`);
}

const refused = (why: NumberRefusal): ReadNumber => ({ kind: 'refused', why });

/** "+7 916 123 45 67". @param digits with the country code */
export const shownNumber = (digits: string): string =>
  parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? `+${digits}`;
