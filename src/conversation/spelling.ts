const MOST_CHARACTERS = 500;

/** A text as it is compared: small letters, ё as е, no punctuation or emoji, no apostrophes, stretched letters pulled together. */
export function comparable(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ё/g, 'е')
    .replace(/['’ʼ`]|\p{Default_Ignorable_Code_Point}/gu, '') // the second: soft hyphens, joiners, emoji variants
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .replace(/(\p{L})\1{2,}/gu, '$1')
    .trim();
}

/** Whether `typed` is `meant`, give or take one letter missing, added, changed or swapped with its neighbour. Short words must be
 *  right: "стоп" and "стол" are one letter apart. */
export function isNearly(typed: string, meant: string): boolean {
  if (typed === meant) return true;
  if (meant.length < 5 || Math.abs(typed.length - meant.length) > 1) return false;
  let start = 0;
  while (start < typed.length && typed[start] === meant[start]) start++;
  const after = (a: string, from: number) => a.slice(from);
  if (typed.length < meant.length) return after(typed, start) === after(meant, start + 1);
  if (typed.length > meant.length) return after(typed, start + 1) === after(meant, start);
  if (after(typed, start + 1) === after(meant, start + 1)) return true;
  return (
    typed[start] === meant[start + 1] &&
    typed[start + 1] === meant[start] &&
    after(typed, start + 2) === after(meant, start + 2)
  );
}

const LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const RUSSIAN_KEYS = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

/** What a word typed with the keyboard in English would have been in Russian, and the other way round ("ghbdtn", "руддщ"). */
export function retyped(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  if (word.length > 40) return undefined;
  const [from, to] = /[a-z]/.test(word) ? [LATIN_KEYS, RUSSIAN_KEYS] : [RUSSIAN_KEYS, LATIN_KEYS];
  let other = '';
  for (const key of word) other += to[from.indexOf(key)] ?? key;
  return other === word ? undefined : other;
}
