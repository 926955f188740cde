import { STAR_PREFIX } from '../src/inbox/update.js';
import { parseJson, writeJson } from './json-text.js';

// What a customer sees of a choice. The id of a star row is encrypted; any of these beside it would say the number of stars.
const SEEN_BY_THE_CUSTOMER = ['title', 'description', 'text', 'label', 'display_text', 'caption', 'body'];

// Meta escapes what it likes (reference §1.2), so the prefix may be there without its letters being there.
const MAY_HOLD_STARS = /star:|\\u00[2-7]/i;

/** Whether the text is worth the walk of `blankStars`: one pass over it, on every webhook. */
export const mayHoldStars = (text: string): boolean => MAY_HOLD_STARS.test(text);

// A JSON text inside a JSON text; deeper than a few is nobody's payload.
const MAX_NESTED_TEXTS = 8;

/** Blanks, in place, what stands beside the id of a star row, wherever in a payload that is: a reply, a quoted payload, the
 *  JSON inside a flow's answer, an echo of our own list, a shape that nobody has seen yet (DESIGN §3 "Stars").
 *  Walks without recursion: a payload may be nested as deep as it is long.
 *  @returns whether a star id was found, so that what is kept must be written anew */
export function blankStars(root: unknown, nestedTexts = 0): boolean {
  let found = false;
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    const record = node as Record<string, unknown>;
    let starsHere = false;
    for (const [name, value] of Object.entries(record)) {
      if (name.includes(STAR_PREFIX)) starsHere = true;
      if (typeof value === 'object') waiting.push(value);
      if (typeof value !== 'string') continue;
      if (value.includes(STAR_PREFIX)) starsHere = true;
      if (nestedTexts >= MAX_NESTED_TEXTS || !looksLikeJson(value) || !mayHoldStars(value)) continue;
      const inside = blankInText(value, nestedTexts + 1);
      if (inside === undefined) continue;
      starsHere = true;
      record[name] = inside;
    }
    if (!starsHere) continue;
    found = true;
    for (const name of SEEN_BY_THE_CUSTOMER) {
      const seen = record[name];
      if (typeof seen === 'string' && !seen.includes(STAR_PREFIX)) record[name] = '';
    }
  }
  return found;
}

const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** A text that is JSON itself (`response_json` of a flow) gives the choice away as well. Undefined when no star is in it. */
function blankInText(text: string, nestedTexts: number): string | undefined {
  const parsed = parseJson(text);
  return parsed && blankStars(parsed.value, nestedTexts) ? writeJson(parsed.value) : undefined;
}
