import { Wamid } from '../src/platform/ids.js';
import { defined } from './defined.js';
import { isObject, listOf } from './json-text.js';
import { dedupeKey, timeOf, type Found, type Place } from './place.js';
import { readErrors } from './platform-errors.js';
import { unknownItem } from './unknown.js';
import { Status } from './wire-shapes.js';

const MEMBER = 'statuses';
const UNDERSTOOD = new Set(['sent', 'delivered', 'read', 'played', 'failed']);

/** One of `value.statuses`. Statuses of a group share the id of the message and differ by participant (reference §1.3, §3.4). */
export function readStatus(item: unknown, place: Place): Found {
  const status = Status.safeParse(item).data;
  const wamid = Wamid.safeParse(status?.id).data;
  if (!isObject(item) || !status || !wamid) return unknownItem(place, MEMBER, item, 'statusWithoutId');
  if (!place.phoneNumberId) return unknownItem(place, MEMBER, item, 'noPhoneNumberId');

  const participant = {
    address: status.recipient_participant_id ?? status.participant_recipient_id,
    userId: status.recipient_participant_user_id,
  };
  const toGroup = status.recipient_type === 'group' || (participant.address ?? participant.userId) !== undefined;
  const named = toGroup ? participant : { address: status.recipient_id, userId: status.recipient_user_id };
  const errors = readErrors(item['errors']);
  const pricing = status.pricing && defined(status.pricing);
  return {
    update: defined({
      kind: 'status' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey(
        'status',
        place.phoneNumberId,
        wamid,
        status.status,
        toGroup ? (participant.userId ?? participant.address) : '',
      ),
      at: timeOf(status.timestamp),
      wamid,
      status: status.status,
      callbackData: status.biz_opaque_callback_data,
      errors,
      pricing,
    }),
    understood: UNDERSTOOD.has(status.status) && errors.length === listOf(item['errors']).length,
    alone: () => place.withOnly(MEMBER, item, place.contacts.find(named)),
  };
}
