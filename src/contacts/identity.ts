import { z } from 'zod';

/** A phone number as Meta writes it in `wa_id` and `from`: digits with the country code, no plus sign. */
export const PhoneDigits = z
  .string()
  .regex(/^\d{5,20}$/)
  .brand<'PhoneDigits'>();
export type PhoneDigits = z.infer<typeof PhoneDigits>;

/** A business-scoped user id (BSUID), or the parent one: two letters of the country, a dot, an opaque tail. Sent back verbatim.
 *  Wider than Meta's text says on purpose: an id that we refuse is a person that we lose. Source: reference §3.1. */
export const UserId = z
  .string()
  .regex(/^[A-Za-z]{2}\.[\x21-\x7e]{1,200}$/)
  .brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

/** The key under which everything of one person is put in order: the same for all their identities; it never shows outside. */
export type PersonKey = string & z.core.$brand<'PersonKey'>;

/** Our own id of a contact: what the API, the log and the ledger know a person by. */
export type ContactId = string & z.core.$brand<'ContactId'>;

export type IdentityKind = 'phone' | 'userId' | 'parentUserId';
export type Identity = { readonly kind: IdentityKind; readonly value: string };

/** What one webhook item says about who it is from (or, for a status, who it went to). Any part may be missing. */
export type Sender = {
  readonly phone?: PhoneDigits;
  readonly userId?: UserId;
  readonly parentUserId?: UserId;
  readonly name?: string;
  readonly username?: string;
};

/** The identity rows' key. */
export const identityKey = ({ kind, value }: Identity): string => `${kind}:${value}`;

/** All identities of a sender, the most lasting first: BSUID, phone, parent BSUID. */
export function identitiesOf(sender: Sender): Identity[] {
  const found: Identity[] = [];
  if (sender.userId) found.push({ kind: 'userId', value: sender.userId });
  if (sender.phone) found.push({ kind: 'phone', value: sender.phone });
  if (sender.parentUserId) found.push({ kind: 'parentUserId', value: sender.parentUserId });
  return found;
}
