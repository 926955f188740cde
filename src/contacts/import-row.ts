import type { CountryCode } from 'libphonenumber-js/min';
import { instantFrom } from './consent-time.js';
import { UserId, type PhoneDigits } from './identity.js';
import { phoneDigitsOf } from './phone-number.js';

/** One row of an imported list, read: from a text as people and spreadsheets write it to what we keep. Pure. */

/** The columns of a list, in JSON and in CSV (INTERFACE "Contacts"). */
export const IMPORT_COLUMNS = [
  'phone',
  'userId',
  'name',
  'language',
  'timeZone',
  'tags',
  'sites',
  'topics',
  'source',
  'consentedAt',
] as const;
export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

/** A row as it came: texts, numbers or lists of texts. */
export type RawRow = Readonly<Partial<Record<ImportColumn, unknown>>>;

/** What a list may opt people into: `service` comes only by their own act. */
export const IMPORT_TOPICS = ['maintenance', 'news', 'offers'] as const;
export type ImportTopic = (typeof IMPORT_TOPICS)[number];

/** "This person agreed to this, there and then." */
export type ImportedConsent = {
  readonly topics: readonly ImportTopic[];
  readonly source: string;
  readonly consentedAt: number;
};

export type ImportRow = {
  readonly phone?: PhoneDigits;
  readonly userId?: UserId;
  /** Null where the row says nothing: what is known stays. */
  readonly name: string | null;
  readonly language: 'ru' | 'en' | null;
  readonly timeZone: string | null;
  readonly tags: readonly string[];
  readonly sites: readonly string[];
  readonly consent: ImportedConsent | null;
};

export type RowContext = {
  /** The company's: numbers without a country code are read as its own. */
  readonly country: CountryCode;
  /** The company's: for times without an offset in rows without a zone. */
  readonly timeZone: string;
  readonly now: number;
};

/** Why a row is not taken; fixed words, so that a report of them holds nobody's data. */
class Rejected extends Error {}

const MAX_LIST = 50;
const MAX_WORD = 64;
const MAX_TEXT = 200;

/** @returns the row, or the reason why it is not taken */
export function readImportRow(raw: RawRow, context: RowContext): ImportRow | { readonly reason: string } {
  try {
    const identities = { ...phoneOf(raw.phone, context), ...userIdOf(raw.userId) };
    if (identities.phone === undefined && identities.userId === undefined)
      throw new Rejected('neither phone nor userId');
    const timeZone = timeZoneOf(textOf(raw.timeZone, 'timeZone'));
    return {
      ...identities,
      name: textOf(raw.name, 'name'),
      language: languageOf(textOf(raw.language, 'language')),
      timeZone,
      tags: wordsOf(raw.tags, 'tags'),
      sites: wordsOf(raw.sites, 'sites'),
      consent: consentOf(raw, timeZone ?? context.timeZone, context.now),
    };
  } catch (error) {
    if (error instanceof Rejected) return { reason: error.message };
    throw error;
  }
}

function phoneOf(raw: unknown, { country }: RowContext): { phone?: PhoneDigits } {
  const text = textOf(raw, 'phone');
  if (text === null) return {};
  const phone = phoneDigitsOf(text, country);
  if (phone === undefined) throw new Rejected('phone: not a telephone number');
  return { phone };
}

function userIdOf(raw: unknown): { userId?: UserId } {
  const text = textOf(raw, 'userId');
  if (text === null) return {};
  const userId = UserId.safeParse(text).data;
  if (userId === undefined) throw new Rejected('userId: not a BSUID (two letters, a dot, an id)');
  return { userId };
}

function languageOf(text: string | null): 'ru' | 'en' | null {
  if (text === null) return null;
  const language = text.toLowerCase().split(/[-_]/)[0];
  if (language !== 'ru' && language !== 'en') throw new Rejected('language: ru or en');
  return language;
}

const knownZones = new Map<string, boolean>();
const MAX_KNOWN_ZONES = 1_000;

function timeZoneOf(text: string | null): string | null {
  if (text === null) return null;
  let known = knownZones.get(text);
  if (known === undefined) {
    known = isTimeZone(text);
    if (knownZones.size < MAX_KNOWN_ZONES) knownZones.set(text, known);
  }
  if (!known) throw new Rejected('timeZone: not a time zone (such as Europe/Moscow)');
  return text;
}

function isTimeZone(text: string): boolean {
  // Offsets ("+03:00") are taken by Node too, but they are no zone: they know no summer time.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function consentOf(raw: RawRow, timeZone: string, now: number): ImportedConsent | null {
  const topics = wordsOf(raw.topics, 'topics');
  const source = textOf(raw.source, 'source');
  const when = textOf(raw.consentedAt, 'consentedAt');
  const consentedAt = when === null ? undefined : instantFrom(when, timeZone);
  if (when !== null && consentedAt === undefined) throw new Rejected('consentedAt: not an ISO 8601 time that exists');
  if (consentedAt !== undefined && consentedAt > now) throw new Rejected('consentedAt: in the future');
  if (topics.length === 0) return null;
  if (!topics.every(isTopic)) throw new Rejected(`topics: only ${IMPORT_TOPICS.join(', ')}`);
  if (source === null) throw new Rejected('source: missing (where did they agree?)');
  if (consentedAt === undefined) throw new Rejected('consentedAt: missing (when did they agree?)');
  return { topics, source, consentedAt };
}

const isTopic = (word: string): word is ImportTopic => (IMPORT_TOPICS as readonly string[]).includes(word);

/** @returns the text without control characters, halves of characters and outer spaces; null when there is none */
function textOf(raw: unknown, column: ImportColumn): string | null {
  if (raw === undefined || raw === null) return null;
  if (typeof raw !== 'string' && typeof raw !== 'number') throw new Rejected(`${column}: not a text`);
  const text = String(raw)
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim();
  if (text.length > MAX_TEXT) throw new Rejected(`${column}: longer than ${MAX_TEXT} characters`);
  return text === '' ? null : text;
}

/** A list of words: a JSON list, or a text with `;` between them. */
function wordsOf(raw: unknown, column: ImportColumn): readonly string[] {
  if (raw === undefined || raw === null) return [];
  const list: readonly unknown[] = Array.isArray(raw) ? raw : typeof raw === 'string' ? raw.split(';') : [undefined];
  const words = list.map((each) => {
    if (typeof each !== 'string') throw new Rejected(`${column}: not a list of texts`);
    return textOf(each, column);
  });
  const kept = [...new Set(words.filter((word) => word !== null))];
  if (kept.length > MAX_LIST) throw new Rejected(`${column}: more than ${MAX_LIST}`);
  if (kept.some((word) => word.length > MAX_WORD))
    throw new Rejected(`${column}: one is longer than ${MAX_WORD} characters`);
  return kept;
}
