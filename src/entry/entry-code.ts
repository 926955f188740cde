import { CHOSEN_TOPICS, type ChosenTopic } from '../conversation/consent-view.js';
import { hashed } from '../keys.js';

/** The code in the text of a click-to-chat link: which link it was, for which topic, and a signature, so that nobody makes one up. The text is
 *  a draft that anybody may edit, and whoever sends it may have it from somebody else: it says where they come from, and nothing of who they
 *  are or what they agree to (reference §11). Ten characters of an alphabet without I, L, O and U. Pure. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS: Readonly<Record<ChosenTopic, string>> = { maintenance: 'M', news: 'N', offers: 'F' };
const LINK_CHARACTERS = 4;
const SIGNATURE_CHARACTERS = 5;

/** How many links there may be. */
export const ENTRY_LINKS = 32 ** LINK_CHARACTERS;

export type EntryCode = { readonly code: string; readonly topic: ChosenTopic };

/** @param link 0 to `ENTRY_LINKS` - 1 */
export function entryCode(pepper: Buffer, topic: ChosenTopic, link: number): string {
  const head = `${LETTERS[topic]}${inAlphabet(link, LINK_CHARACTERS)}`;
  return `${head}${signature(pepper, head)}`;
}

/** As it stands in a text: `M7Q2X-9D4AB`. */
export const shownCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

const CODE = /(?<![0-9A-Z])([FMN][0-9A-HJKMNP-TV-Z]{4})[-–— ]?([0-9A-HJKMNP-TV-Z]{5})(?![0-9A-Z])/gi;
/** So much of a text is looked through. */
const MAX_TEXT = 1_000;

/** The code of ours in a text; undefined where there is none, or none that we have signed. */
export function readEntryCode(pepper: Buffer, text: string): EntryCode | undefined {
  for (const [, head = '', signed = ''] of text.slice(0, MAX_TEXT).toUpperCase().matchAll(CODE)) {
    if (signature(pepper, head) !== signed) continue;
    const topic = CHOSEN_TOPICS.find((one) => LETTERS[one] === head[0]);
    if (topic) return { code: `${head}${signed}`, topic };
  }
  return undefined;
}

/** What may be codes of ours in a text, signed or not. */
export const possibleCodes = (text: string): readonly string[] =>
  [...text.slice(0, MAX_TEXT).toUpperCase().matchAll(CODE)].map(([, head = '', signed = '']) => `${head}${signed}`);

/** 25 bits: of a flood of guesses, limited to 60 answers an hour, one in 33 million is right, and says no more than a poster does. */
function signature(pepper: Buffer, head: string): string {
  const bytes = Buffer.from(hashed(pepper, `entry:${head}`), 'base64url');
  return inAlphabet(bytes.readUInt32BE(0) % 32 ** SIGNATURE_CHARACTERS, SIGNATURE_CHARACTERS);
}

function inAlphabet(value: number, characters: number): string {
  let text = '';
  for (let left = value, at = 0; at < characters; at += 1, left = Math.floor(left / 32))
    text = (ALPHABET[left % 32] ?? '') + text;
  return text;
}
