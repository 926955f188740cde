import { createHash } from 'node:crypto';
import { dayIn } from '../quotes/tariffs.js';
import { insert, type Op } from '../storage/engine.js';
import type { UnansweredChange } from './unanswered-change.js';
import { unanswered, unansweredTimes } from './unanswered-table.js';

/** The writes of an unanswered question. They meet nobody else's: the same question asked by two people at once counts twice.
 *  @param newId makes an id that begins with the time given: here the day */
export function unansweredOps(
  { text, language, at }: UnansweredChange,
  timeZone: string,
  newId: (at: number) => string,
): Op[] {
  const day = dayIn(timeZone, at);
  const dayAt = Date.parse(day);
  const id = `${day}.${language}.${hashOf(text)}`;
  return [
    insert(unanswered, { id, text, language, dayAt }, 'keep'),
    insert(unansweredTimes, { id: newId(dayAt), questionId: id, dayAt }),
  ];
}

/** Alike for words that differ in case and punctuation only. */
function hashOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{M}#]+/gu) ?? [];
  return createHash('sha256').update(words.join(' ')).digest('base64url').slice(0, 22);
}
