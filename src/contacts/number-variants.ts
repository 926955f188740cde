/** Some countries write one number in two ways, and WhatsApp and a company's list need not agree on one (reference §3.10). For look-up
 *  only: what is stored and sent to is always the form that was given first.
 *  - Mexico: the mobile `1` after the country code went in 2019, WhatsApp ids may still bear it.
 *  - Argentina: mobiles bear a `9` after the country code when called from abroad.
 *  - Brazil: mobiles got a ninth digit, a leading 9, from 2012 on; ids of older accounts lack it. */
const RULES: readonly { readonly long: RegExp; readonly short: RegExp; readonly insert: string }[] = [
  { long: /^(52)1(\d{10})$/, short: /^(52)(\d{10})$/, insert: '1' },
  { long: /^(54)9(\d{10})$/, short: /^(54)(\d{10})$/, insert: '9' },
  // Only what was a mobile before (6 to 9): landlines begin with 2 to 5 and never got the digit.
  { long: /^(55[1-9]\d)9([6-9]\d{7})$/, short: /^(55[1-9]\d)([6-9]\d{7})$/, insert: '9' },
];

/** The ways in which a number may be known, the given one first. Digits with the country code, no plus. */
export function numberVariants(digits: string): readonly string[] {
  for (const { long, short, insert } of RULES) {
    if (long.test(digits)) return [digits, digits.replace(long, '$1$2')];
    if (short.test(digits)) return [digits, digits.replace(short, `$1${insert}$2`)];
  }
  return [digits];
}
