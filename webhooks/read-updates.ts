import type { Update } from '../src/inbox/update.js';
import { isObject, listOf, parseJson, writeJson, type JsonObject } from './json-text.js';
import { Place, type Found } from './place.js';
import { readChange, sizeOf } from './read-change.js';
import { blankStars, mayHoldStars } from './stars.js';
import { envelopeOf, unknownPiece } from './unknown.js';

/** Meta batches up to 1,000 updates in a POST (reference §1.3). What is beyond this bound becomes one `unknown` update. */
export const MAX_UPDATES = 5_000;

/** The field under which the rest of a POST beyond `MAX_UPDATES` is kept. */
export const OVERFLOW_FIELD = 'overflow';

const NOTHING = new Uint8Array(0);

export type ReadUpdates = { readonly kind: 'ok'; readonly updates: Update[] } | { readonly kind: 'notJson' };

/** Turns the bytes of a signed POST into updates: every entry, change, message, status, preference and error, in the order of
 *  the payload. What it does not know becomes an `unknown` update, so that a POST of JSON yields at least one.
 *
 *  `raw` is the body itself where the POST held nothing else; beside others, an item is wrapped alone in an envelope of the
 *  same shape, and reading that gives the same update with the same key. A status that is fully understood keeps no raw.
 *  Taps on stars lose their titles before anything else is done (see `stars.ts`).
 *
 *  Never throws. Source: reference §1.3, §1.5, §2-§5 */
export function readUpdates(body: Uint8Array): ReadUpdates {
  const text = textOf(body);
  const parsed = parseJson(text);
  if (!parsed) return { kind: 'notJson' };
  const hasStars = mayHoldStars(text) && blankStars(parsed.value);
  const found = readEnvelope(parsed.value);
  const verbatim = found.length === 1 && !hasStars;
  const updates: Update[] = [];
  for (const { update, understood, alone } of found) {
    const raw = understood ? NOTHING : verbatim ? body : Buffer.from(writeJson(alone()));
    updates.push(Object.assign(update, { raw }));
  }
  return { kind: 'ok', updates };
}

/** UTF-8, what is broken in it replaced; a byte order mark is not part of the JSON. */
function textOf(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function readEnvelope(envelope: unknown): Found[] {
  const notOurs = (reason: string) => [unknownPiece(envelope, reason, () => envelope)];
  if (!isObject(envelope)) return notOurs('notAnObject');
  if (envelope['object'] !== undefined && envelope['object'] !== 'whatsapp_business_account') return notOurs('object');
  const entries = listOf(envelope['entry']);
  if (entries.length === 0) return notOurs('noEntry');

  const found: Found[] = [];
  for (const [index, entry] of entries.entries()) {
    const changes = isObject(entry) ? listOf(entry['changes']) : [];
    if (found.length >= MAX_UPDATES) return [...found, overflow(envelope, entries.slice(index))];
    if (!isObject(entry) || changes.length === 0) {
      found.push(unknownPiece(entry, 'entry', () => envelopeOf(envelope, entry)));
      continue;
    }
    for (const [position, change] of changes.entries()) {
      const size = isObject(change) ? sizeOf(change['value']) : 1;
      if (found.length + size > MAX_UPDATES) {
        const rest = { ...entry, changes: changes.slice(position) };
        return [...found, overflow(envelope, [rest, ...entries.slice(index + 1)])];
      }
      for (const thing of readOneChange(envelope, entry, change)) found.push(thing);
    }
  }
  return found;
}

function readOneChange(envelope: JsonObject, entry: JsonObject, change: unknown): Found[] {
  const { id, time } = entry;
  const unreadable = (reason: string) => [
    unknownPiece([id, time, change], reason, () => envelopeOf(envelope, { id, time, changes: [change] })),
  ];
  if (!isObject(change)) return unreadable('change');
  const field = change['field'];
  if (typeof field !== 'string') return unreadable('noField');
  try {
    return readChange(new Place(envelope, entry, field, change['value']));
  } catch {
    return unreadable('fault');
  }
}

/** The rest of a POST too large to be Meta's, as one change of a field that nobody knows: kept, counted, not acted upon. */
const overflow = (envelope: JsonObject, entry: readonly unknown[]): Found => {
  const [found] = readChange(new Place(envelope, {}, OVERFLOW_FIELD, { entry }));
  if (!found) throw new Error('a change yields at least one update');
  return found;
};
