import { createHash } from 'node:crypto';
import { PhoneNumberId } from '../src/platform/ids.js';
import type { Update } from '../src/inbox/update.js';
import { isObject, listOf, writeJson, type JsonObject } from './json-text.js';
import { ContactList } from './senders.js';
import { Metadata } from './wire-shapes.js';

type WithoutRaw<U> = U extends Update ? Omit<U, 'raw'> : never;

/** An update before it is known what is kept of the POST. */
export type Draft = WithoutRaw<Update>;

/** One thing found in a POST: what it says, and the JSON that says only that. */
export type Found = {
  readonly update: Draft;
  /** True when the update says everything that the item said, so that nothing raw needs to be kept. */
  readonly understood?: boolean;
  /** An envelope of Meta's shape with this one item in it. */
  readonly alone: () => unknown;
};

/** Where an item stood: its entry, its field, its value. */
export class Place {
  readonly field: string;
  readonly value: unknown;
  readonly phoneNumberId: PhoneNumberId | undefined;
  readonly contacts: ContactList;
  readonly entryTime: unknown;
  readonly #entry: JsonObject;
  readonly #envelope: JsonObject;

  constructor(envelope: JsonObject, entry: JsonObject, field: string, value: unknown) {
    this.#envelope = envelope;
    this.#entry = entry;
    this.entryTime = entry['time'];
    this.field = field;
    this.value = value;
    const known = isObject(value) ? value : {};
    this.contacts = new ContactList(listOf(known['contacts']));
    this.phoneNumberId = PhoneNumberId.safeParse(Metadata.safeParse(known['metadata']).data?.phone_number_id).data;
  }

  get entryId(): unknown {
    return this.#entry['id'];
  }

  /** A value that keeps what the number is and names one item, with no contact but its own. */
  withOnly(member: string, item: unknown, contact: JsonObject | undefined): unknown {
    const value = isObject(this.value) ? this.value : {};
    return this.withValue({
      messaging_product: value['messaging_product'],
      metadata: value['metadata'],
      contacts: contact && [contact],
      [member]: [item],
    });
  }

  withValue(value: unknown): unknown {
    const { id, time } = this.#entry;
    return { object: this.#envelope['object'], entry: [{ id, time, changes: [{ field: this.field, value }] }] };
  }
}

/** Parts of a key never run into each other: each says how long it is. */
export function dedupeKey(kind: string, ...parts: readonly unknown[]): string {
  let key = kind;
  for (const part of parts) {
    const text = part === undefined || part === null ? '' : typeof part === 'string' ? part : writeJson(part);
    key += `|${text.length}:${text}`;
  }
  return key;
}

/** For what Meta gave no key: the item itself. The same POST sent again holds the same item. Looks less deep than `writeJson`
 *  keeps, by more than an envelope's depth, so that an item kept alone has the hash that it had among others. */
export const contentHash = (item: unknown): string =>
  createHash('sha256').update(writeJson(item, ENVELOPE_DEPTH)).digest('base64url');

const ENVELOPE_DEPTH = 10;

/** Unix seconds, as a number or a text, to ms (reference §1.5). */
export function timeOf(timestamp: unknown): number | undefined {
  const seconds = typeof timestamp === 'number' ? timestamp : typeof timestamp === 'string' ? Number(timestamp) : NaN;
  return seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : undefined;
}
