import type { Sender } from '../src/contacts/identity.js';
import { Wamid } from '../src/platform/ids.js';
import { contentOf } from './content.js';
import { defined } from './defined.js';
import { isObject, type JsonObject } from './json-text.js';
import { dedupeKey, timeOf, type Found, type Place } from './place.js';
import { isKnown, phoneOf, senderOf, userIdOf } from './senders.js';
import { unknownItem } from './unknown.js';
import { MessageHead, System } from './wire-shapes.js';

const MEMBER = 'messages';

/** 131060: the content was not available; the message itself may follow under the same id (reference §2.8). */
const MESSAGE_UNAVAILABLE = 131060;

/** One of `value.messages`. */
export function readMessage(item: unknown, place: Place): Found {
  const head = MessageHead.safeParse(item).data;
  const wamid = Wamid.safeParse(head?.id).data;
  if (!isObject(item) || !head || !wamid) return unknownItem(place, MEMBER, item, 'messageWithoutId');
  if (!place.phoneNumberId) return unknownItem(place, MEMBER, item, 'noPhoneNumberId');
  if (head.type === 'system') return readSystem(item, place, wamid);

  const named = { address: head.from, userId: head.from_user_id, parentUserId: head.from_parent_user_id };
  const contact = place.contacts.find(named);
  const sender = senderOf(named, contact);
  if (!isKnown(sender)) return unknownItem(place, MEMBER, item, 'noSender');

  const content = contentOf(item, head.type);
  const placeholder =
    content.type === 'unsupported' && content.errors.some((error) => error.code === MESSAGE_UNAVAILABLE);
  return {
    update: defined({
      kind: 'message' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey(placeholder ? 'placeholder' : 'message', place.phoneNumberId, wamid),
      at: timeOf(head.timestamp),
      wamid,
      sender,
      content,
      repliesTo: Wamid.safeParse(head.context?.id).data,
      groupId: head.group_id,
    }),
    alone: () => place.withOnly(MEMBER, item, contact),
  };
}

/** Meta says that a person now has another number or BSUID. What is trusted, in this order: the `previous_*` members, the
 *  sender's id where it is not the new one, the sentence in `body` (reference §2.7, §3.7). */
function readSystem(item: JsonObject, place: Place, wamid: Wamid): Found {
  const head = MessageHead.safeParse(item).data;
  const system = System.safeParse(item['system']).data;
  const type = system?.type ?? '';
  if (!system || !place.phoneNumberId || (type !== 'user_changed_number' && type !== 'user_changed_user_id')) {
    return unknownItem(place, MEMBER, item, `system ${type}`);
  }
  // At the end only: before it stands the name, which the customer chooses.
  const told = /\bfrom (\S+) to (\S+)\s*$/.exec(system.body ?? '');
  const after = defined({
    phone: phoneOf(system.wa_id) ?? phoneOf(system.new_wa_id) ?? phoneOf(told?.[2]),
    userId: userIdOf(system.user_id) ?? userIdOf(told?.[2]),
    parentUserId: userIdOf(system.parent_user_id),
  });
  const beforePhone = phoneOf(head?.from) ?? phoneOf(system.previous_wa_id) ?? phoneOf(told?.[1]);
  const senderId = userIdOf(head?.from_user_id) ?? userIdOf(head?.from);
  const namesNewId = senderId === undefined || senderId === after.userId;
  // Without a new BSUID beside it nobody knows whether the sender's is the old or the new one; a number is surer.
  const senderIsBefore = !namesNewId && (after.userId !== undefined || beforePhone === undefined);
  const before: Sender = defined<Sender>({
    phone: beforePhone,
    userId: userIdOf(system.previous_user_id) ?? (senderIsBefore ? senderId : undefined) ?? userIdOf(told?.[1]),
    parentUserId: userIdOf(system.previous_parent_user_id) ?? userIdOf(head?.from_parent_user_id),
  });
  if (!isKnown(before) || !isKnown(after)) return unknownItem(place, MEMBER, item, `${type} without ids`);
  return {
    update: defined({
      kind: 'identityChange' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey('message', place.phoneNumberId, wamid),
      at: timeOf(head?.timestamp),
      wamid,
      before,
      after,
    }),
    alone: () => place.withOnly(MEMBER, item, undefined),
  };
}
