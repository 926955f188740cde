import type { Person } from '../phone/people.js';
import { visiblePhone } from '../phone/people.js';
import type { Change } from './envelope.js';

/** Our business number as webhooks name it. */
export interface NumberIdentity {
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
}

type Json = Record<string, unknown>;

/** An element of `contacts[]` (reference §1.5): members the platform may not show are absent, not empty.
 *  @param withUsername false on `sent` statuses (reference §3.4) */
export function contactOf(person: Person, withUsername = true): Json {
  const phone = visiblePhone(person);
  return {
    profile: { name: person.name, ...(withUsername && person.username ? { username: `@${person.username}` } : {}) },
    ...(phone ? { wa_id: phone } : {}),
    ...(person.userId ? { user_id: person.userId } : {}),
    ...(person.parentUserId ? { parent_user_id: person.parentUserId } : {}),
  };
}

/** `from`, `from_user_id` and `from_parent_user_id` of a customer's message. */
export function senderOf(person: Person): Json {
  const phone = visiblePhone(person);
  return {
    ...(phone ? { from: phone } : {}),
    ...(person.userId ? { from_user_id: person.userId } : {}),
    ...(person.parentUserId ? { from_parent_user_id: person.parentUserId } : {}),
  };
}

/** A `value` with what nearly every field of a number begins with (reference §1.5). */
export const valueOf = (number: NumberIdentity, rest: Json): Json => ({
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: number.displayPhoneNumber, phone_number_id: number.phoneNumberId },
  ...rest,
});

/** The `change` object with one `value` of field `messages`. */
export const messagesChange = (number: NumberIdentity, rest: Json): Change => ({
  value: valueOf(number, rest),
  field: 'messages',
});
