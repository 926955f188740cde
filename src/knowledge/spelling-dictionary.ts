/* Slips in words are put right against the words the classifier has learnt: one letter lost, added, changed, or two swapped. Every known
 * word is filed under itself and under each form it takes with one letter left out; two words that are one slip apart meet in such a
 * form (SymSpell's way). So a lookup is as many map reads as the word has letters. */

/** Shorter words are too close to each other. */
const SHORTEST = 5;

export type Dictionary = ReadonlyMap<string, string>;

/** @param words the known ones, the commonest first: where two would do, the first is taken */
export function dictionaryOf(words: Iterable<string>): Dictionary {
  const forms = new Map<string, string>();
  const known = new Set(words);
  for (const word of known) forms.set(word, word);
  for (const word of known) {
    if (word.length < SHORTEST) continue;
    for (const form of withoutOneLetter(word)) if (!forms.has(form)) forms.set(form, word);
  }
  return forms;
}

/** The known word nearest to this one, or the word itself when it is known, short or like none. */
export function corrected(word: string, dictionary: Dictionary): string {
  if (dictionary.get(word) === word || word.length < SHORTEST) return word;
  const near = dictionary.get(word);
  if (near !== undefined) return near;
  for (const form of withoutOneLetter(word)) {
    const meant = dictionary.get(form);
    if (meant !== undefined && meant.length >= SHORTEST && isOneSlip(word, meant)) return meant;
  }
  return word;
}

function withoutOneLetter(word: string): readonly string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}

/** Meeting in a form also joins words two slips apart ("abxcd", "abcyd" by "abcd"); those are not meant. */
function isOneSlip(typed: string, meant: string): boolean {
  if (typed.length !== meant.length) return true; // one is the other without a letter
  let from = 0;
  while (typed[from] === meant[from]) from++;
  let to = typed.length;
  while (typed[to - 1] === meant[to - 1]) to--;
  if (to - from === 1) return true;
  return to - from === 2 && typed[from] === meant[from + 1] && typed[from + 1] === meant[from];
}
