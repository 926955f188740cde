import { PhoneDigits, UserId, type Sender } from '../src/contacts/identity.js';
import { defined } from './defined.js';
import { isObject, type JsonObject } from './json-text.js';
import { Contact } from './wire-shapes.js';

export const phoneOf = (value: string | undefined): PhoneDigits | undefined =>
  value === undefined ? undefined : PhoneDigits.safeParse(value.startsWith('+') ? value.slice(1) : value).data;

export const userIdOf = (value: string | undefined): UserId | undefined =>
  value === undefined ? undefined : UserId.safeParse(value).data;

/** The identities that one item bears, whatever their members are called there. */
export type Named = {
  /** `from`, `wa_id`, `recipient_id`. One library has a sample with the BSUID in it (reference §3.4). */
  readonly address: string | undefined;
  readonly userId: string | undefined;
  readonly parentUserId: string | undefined;
};

/** The `contacts` of one value, found by identity and never by position (reference §1.5). */
export class ContactList {
  readonly #contacts: readonly unknown[];
  #byIdentity: Map<unknown, JsonObject> | undefined;

  constructor(contacts: readonly unknown[]) {
    this.#contacts = contacts;
  }

  /** By `user_id`, else by `wa_id`. */
  find(named: Pick<Named, 'address' | 'userId'>): JsonObject | undefined {
    if (this.#contacts.length === 0) return undefined;
    this.#byIdentity ??= this.#index();
    return (
      (named.userId === undefined ? undefined : this.#byIdentity.get(named.userId)) ??
      (named.address === undefined ? undefined : this.#byIdentity.get(named.address))
    );
  }

  #index(): Map<unknown, JsonObject> {
    const found = new Map<unknown, JsonObject>();
    for (const contact of this.#contacts) {
      if (!isObject(contact)) continue;
      for (const identity of [contact['user_id'], contact['wa_id']]) {
        if (identity === undefined || identity === null) continue;
        const key = String(identity as string | number);
        if (!found.has(key)) found.set(key, contact);
      }
    }
    return found;
  }
}

/** Who an item is from, or to; what the item lacks comes from its contact. Empty when neither says anything usable. */
export function senderOf(named: Named, contact: JsonObject | undefined): Sender {
  const known = contact === undefined ? undefined : Contact.safeParse(contact).data;
  const username = known?.profile?.username?.replace(/^@/, ''); // Meta's samples have it both ways (reference §3.1)
  return defined<Sender>({
    phone: phoneOf(named.address) ?? phoneOf(known?.wa_id),
    userId: userIdOf(named.userId) ?? userIdOf(named.address) ?? userIdOf(known?.user_id),
    parentUserId: userIdOf(named.parentUserId) ?? userIdOf(known?.parent_user_id),
    name: known?.profile?.name || undefined,
    username: username || undefined,
  });
}

export const isKnown = (sender: Sender): boolean =>
  sender.phone !== undefined || sender.userId !== undefined || sender.parentUserId !== undefined;
