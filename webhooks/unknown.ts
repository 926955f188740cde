import type { JsonObject } from './json-text.js';
import { contentHash, dedupeKey, timeOf, type Found, type Place } from './place.js';

/** Words for logs and counters: Meta's names, but never more of Meta's text than a name. */
export const asName = (text: string): string => text.replace(/[^\w. -]/g, '?').slice(0, 64);

/** A bad or unknown item of a list of the value: it alone is set aside, its neighbours are read. */
export function unknownItem(place: Place, member: string, item: unknown, reason: string): Found {
  return unknownAt(place, [member, item], reason, () => place.withOnly(member, item, undefined));
}

/** A whole value that we cannot read. */
export function unknownValue(place: Place, reason: string): Found {
  return unknownAt(place, place.value, reason, () => place.withValue(place.value));
}

function unknownAt(place: Place, content: unknown, reason: string, alone: () => unknown): Found {
  const { phoneNumberId } = place;
  const at = timeOf(place.entryTime);
  return {
    update: {
      kind: 'unknown',
      ...(phoneNumberId && { phoneNumberId }),
      ...(at !== undefined && { at }),
      dedupeKey: dedupeKey('unknown', place.field, place.entryId, place.entryTime, phoneNumberId, contentHash(content)),
      field: asName(place.field),
      reason: asName(reason),
    },
    alone,
  };
}

/** Something that is not even an entry with changes. */
export function unknownPiece(content: unknown, reason: string, alone: () => unknown): Found {
  return {
    update: { kind: 'unknown', dedupeKey: dedupeKey('unknown', contentHash(content)), field: '', reason },
    alone,
  };
}

/** The envelope around an entry that could not be read. */
export const envelopeOf = (envelope: JsonObject, entry: unknown): unknown => ({
  object: envelope['object'],
  entry: [entry],
});
