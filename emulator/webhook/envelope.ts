import { escapedJson } from './escape.js';
import { drawn } from './chaos.js';

type Json = Record<string, unknown>;

/** One element of `entry[].changes`. */
export interface Change {
  readonly field: string;
  readonly value: unknown;
}

/** A change ready to be posted. */
export interface Escaped {
  readonly change: string;
  /** the change before it was escaped: kept only where odd batches may take it apart */
  readonly raw?: Change;
  /** seconds; absent for messages and statuses (reference §1.5) */
  readonly time: number | undefined;
}

/** @param numeric members whose digits are to stand as a JSON number, as Meta's ids of templates do, however large
 *  (reference §0.2): a number beyond 2^53 cannot pass through JSON.stringify unharmed, so the quotes go afterwards */
export function escapedChange(change: Change, numeric: readonly string[] = []): string {
  let text = escapedJson(change);
  for (const name of numeric) text = text.replace(new RegExp(`"${name}":"(\\d+)"`, 'g'), `"${name}":$1`);
  return text;
}

const envelope = (entries: readonly string[]): string =>
  `{"object":"whatsapp_business_account","entry":[${entries.join(',')}]}`;

/** The usual body: what is about messages stands in one entry without a time, every other update has an entry of its own. */
export function body(businessAccountId: string, taken: readonly Escaped[]): string {
  const id = escapedJson(businessAccountId);
  const timeless = taken.filter((each) => each.time === undefined).map((each) => each.change);
  const entries = taken
    .filter((each) => each.time !== undefined)
    .map(({ change, time }) => `{"id":${id},"time":${time},"changes":[${change}]}`);
  if (timeless.length > 0) entries.unshift(`{"id":${id},"changes":[${timeless.join(',')}]}`);
  return envelope(entries);
}

/** A body as Meta may send it though it seldom does (reference §1.3): several entries of the account, several changes in
 *  one, messages and statuses of different people in one value. @param label names the POST, for the seed */
export function oddBody(businessAccountId: string, taken: readonly Escaped[], seed: string, label: string): string {
  const id = escapedJson(businessAccountId);
  const entries: { changes: string[]; open: Json | undefined; time: number | undefined }[] = [];
  const close = (entry: (typeof entries)[number] | undefined) => {
    if (entry?.open) entry.changes.push(escapedJson({ value: entry.open, field: 'messages' }));
    if (entry) entry.open = undefined;
  };
  for (const [index, each] of taken.entries()) {
    const draw = drawn(seed, `place ${label} ${index}`);
    const last = entries.at(-1);
    if (!last || draw < 0.3 || last.time !== each.time) {
      close(last);
      entries.push({ changes: [], open: undefined, time: each.time });
    }
    const entry = entries.at(-1);
    if (!entry) continue;
    const value = each.raw?.field === 'messages' ? (each.raw.value as Json) : undefined;
    if (!value) {
      close(entry);
      entry.changes.push(each.change);
    } else if (entry.open && draw < 0.8) {
      for (const member of ['contacts', 'messages', 'statuses']) {
        const more = value[member] as unknown[] | undefined;
        if (more) entry.open[member] = [...((entry.open[member] as unknown[] | undefined) ?? []), ...more];
      }
    } else {
      close(entry);
      entry.open = { ...value };
    }
  }
  close(entries.at(-1));
  return envelope(
    entries.map(
      ({ changes, time }) =>
        `{"id":${id},${time === undefined ? '' : `"time":${time},`}"changes":[${changes.join(',')}]}`,
    ),
  );
}
