import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { ContactRow } from './contacts/contact-tables.js';

/** The country of the number, else of the BSUID, whose first two letters are it (reference §3.1). */
export function countryOf(contact: ContactRow): string | undefined {
  const phone = contact.identities.find((identity) => identity.kind === 'phone');
  const country = phone ? parsePhoneNumberFromString(`+${phone.value}`)?.country : undefined;
  return (
    country ??
    contact.identities
      .find((identity) => identity.kind === 'userId')
      ?.value.slice(0, 2)
      .toUpperCase()
  );
}
