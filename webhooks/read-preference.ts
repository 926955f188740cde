import { isObject } from './json-text.js';
import { defined } from './defined.js';
import { dedupeKey, timeOf, type Found, type Place } from './place.js';
import { isKnown, senderOf } from './senders.js';
import { unknownItem } from './unknown.js';
import { Preference } from './wire-shapes.js';

const MEMBER = 'user_preferences';

/** Meta's own "stop offers" and "resume" (reference §5, §8.4). */
export function readPreference(item: unknown, place: Place): Found {
  const preference = Preference.safeParse(item).data;
  if (!isObject(item) || !preference) return unknownItem(place, MEMBER, item, 'preference');
  const { category, value, timestamp } = preference;
  const named = { address: preference.wa_id, userId: preference.user_id, parentUserId: preference.parent_user_id };
  const contact = place.contacts.find(named);
  const sender = senderOf(named, contact);
  if (value !== 'stop' && value !== 'resume') return unknownItem(place, MEMBER, item, 'preferenceValue');
  if (!place.phoneNumberId) return unknownItem(place, MEMBER, item, 'noPhoneNumberId');
  if (!isKnown(sender)) return unknownItem(place, MEMBER, item, 'noSender');
  const person = sender.userId ?? sender.phone ?? sender.parentUserId;
  return {
    update: defined({
      kind: 'preference' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey('preference', place.phoneNumberId, person, category, value, timestamp),
      at: timeOf(timestamp),
      sender,
      category,
      value,
    }),
    alone: () => place.withOnly(MEMBER, item, contact),
  };
}
