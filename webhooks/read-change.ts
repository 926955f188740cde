import { PhoneNumberId, Wamid } from '../src/platform/ids.js';
import { ACCOUNT_FIELDS, BYSTANDER_FIELDS } from './fields.js';
import { defined } from './defined.js';
import { isObject, listOf, type JsonObject } from './json-text.js';
import { contentHash, dedupeKey, timeOf, type Found, type Place } from './place.js';
import { readError } from './platform-errors.js';
import { readMessage } from './read-message.js';
import { readPreference } from './read-preference.js';
import { readStatus } from './read-status.js';
import { isKnown, phoneOf, userIdOf } from './senders.js';
import { unknownItem, unknownValue } from './unknown.js';
import { UserIdUpdate } from './wire-shapes.js';

type ReadItem = (item: unknown, place: Place) => Found;

/** The lists of a value, in the order in which they are read: what people say comes first. */
const LISTS: readonly (readonly [member: string, read: ReadItem])[] = [
  ['messages', readMessage],
  ['statuses', readStatus],
  ['user_preferences', readPreference],
  ['user_id_update', readUserIdUpdate],
  ['errors', readValueError],
];

const AROUND_THE_LISTS = new Set(['messaging_product', 'metadata', 'contacts', 'conversation_context']);
const LIST_NAMES = new Set(LISTS.map(([member]) => member));
const FIELDS_WITH_LISTS = new Set(['messages', 'user_preferences', 'user_id_update']);

/** How many updates a change can hold at most: known before it is read, so that the whole stays bounded. */
export function sizeOf(value: unknown): number {
  if (!isObject(value)) return 1;
  let size = Object.keys(value).length;
  for (const member of LIST_NAMES) size += listOf(value[member]).length;
  return Math.max(size, 1);
}

/** Everything that one change says; at least one thing. */
export function readChange(place: Place): Found[] {
  const { field, value } = place;
  if (FIELDS_WITH_LISTS.has(field)) return isObject(value) ? readLists(place, value) : [unknownValue(place, 'value')];
  if (BYSTANDER_FIELDS.has(field)) return [readBystander(place)];
  if (isObject(value) && isTemplateQuality(value)) return [readAccount(place, 'message_template_quality_update')];
  if (ACCOUNT_FIELDS.has(field)) return [readAccount(place, field)];
  return [unknownValue(place, 'field')];
}

function readLists(place: Place, value: JsonObject): Found[] {
  const found: Found[] = [];
  for (const [member, read] of LISTS) {
    for (const item of listOf(value[member])) found.push(readOne(read, member, item, place));
  }
  for (const [member, item] of Object.entries(value)) {
    if (AROUND_THE_LISTS.has(member) || LIST_NAMES.has(member)) continue;
    const aside = { [member]: item, messaging_product: value['messaging_product'], metadata: value['metadata'] };
    found.push({ ...unknownItem(place, member, item, `member ${member}`), alone: () => place.withValue(aside) });
  }
  return found.length > 0 ? found : [unknownValue(place, 'empty')];
}

/** One bad item never takes its neighbours down, not even through a mistake of ours. */
function readOne(read: ReadItem, member: string, item: unknown, place: Place): Found {
  try {
    return read(item, place);
  } catch {
    return unknownItem(place, member, item, 'fault');
  }
}

/** Announced in March 2026 and withdrawn in August, so it should not come; if it does, it says what a `system` message says
 *  (reference §3.7). It has no wamid: one is made from what it says. */
function readUserIdUpdate(item: unknown, place: Place): Found {
  const change = UserIdUpdate.safeParse(item).data;
  const phone = phoneOf(change?.wa_id);
  const before = defined({
    phone,
    userId: userIdOf(change?.user_id?.previous),
    parentUserId: userIdOf(change?.parent_user_id?.previous),
  });
  const after = defined({
    userId: userIdOf(change?.user_id?.current),
    parentUserId: userIdOf(change?.parent_user_id?.current),
  });
  if (!place.phoneNumberId || !isKnown(before) || !isKnown(after)) {
    return unknownItem(place, 'user_id_update', item, 'userIdUpdate');
  }
  const hash = contentHash(item);
  return {
    update: defined({
      kind: 'identityChange' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey('userIdUpdate', place.phoneNumberId, hash),
      at: timeOf(change?.timestamp),
      wamid: Wamid.parse(`user_id_update.${hash}`),
      before,
      after,
    }),
    alone: () => place.withOnly('user_id_update', item, undefined),
  };
}

/** An error of Meta's that concerns no message. It has no key of its own (reference §1.3). */
function readValueError(item: unknown, place: Place): Found {
  const error = readError(item);
  if (!error) return unknownItem(place, 'errors', item, 'error');
  const { phoneNumberId, entryId, entryTime } = place;
  return {
    update: defined({
      kind: 'error' as const,
      phoneNumberId,
      dedupeKey: dedupeKey('error', phoneNumberId, entryId, entryTime, contentHash(item)),
      at: timeOf(entryTime),
      errors: [error],
    }),
    alone: () => place.withOnly('errors', item, undefined),
  };
}

function readBystander(place: Place): Found {
  const { field, value, entryId, entryTime } = place;
  const recipient = isObject(value) && isObject(value['recipient']) ? value['recipient'] : {};
  return {
    update: defined({
      kind: 'bystander' as const,
      phoneNumberId: place.phoneNumberId ?? PhoneNumberId.safeParse(recipient['phone_number_id']).data,
      dedupeKey: dedupeKey('bystander', field, entryId, entryTime, contentHash(value)),
      at: timeOf(entryTime),
      field,
    }),
    alone: () => place.withValue(value),
  };
}

/** Meta's own sample of a quality update bears the field of a status update, so it is known by its shape (reference §5). */
const isTemplateQuality = (value: JsonObject): boolean =>
  'new_quality_score' in value && 'previous_quality_score' in value;

function readAccount(place: Place, field: string): Found {
  const { value, entryId, entryTime } = place;
  const said = isObject(value) ? value : {};
  const entity =
    said['message_template_id'] ?? said['flow_id'] ?? said['entity_id'] ?? said['display_phone_number'] ?? entryId;
  return {
    update: defined({
      kind: 'account' as const,
      phoneNumberId: place.phoneNumberId,
      dedupeKey: dedupeKey('account', field, entity, entryTime, said['event'], contentHash(value)),
      at: timeOf(entryTime),
      field,
    }),
    alone: () => place.withValue(value),
  };
}
