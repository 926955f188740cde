import { comparable, retyped } from '../conversation/spelling.js';

/* One alphabet for everything that is typed. A Russian question comes in Cyrillic, in Latin letters of a dozen habits ("kak otpisatsya",
 * "kak otpisat'sja"), half and half, or with the keyboard in English. Both scripts are folded into a small phonetic one, in which these
 * meet; the features are taken from it alone. English loses nothing that the samples do not lose too, and words that the languages share
 * ("контакт", "contact") become one. Capital letters are sounds for which Latin needs two: C ч, S ш and щ, J ж. */

// prettier-ignore
const CYRILLIC: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', е: 'e', є: 'e', э: 'e', ж: 'J', з: 'z', и: 'i', й: 'i', і: 'i', ї: 'i', ы: 'i', к: 'k',
  л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ў: 'u', ф: 'f', х: 'h', ц: 'ts', ч: 'C', ш: 'S', щ: 'S', ъ: '',
  ь: '', ю: 'iu', я: 'ia',
};

// In this order; what a word of chat translit and a word of English have in common is folded alike, and that is all that matters.
const LATIN: readonly (readonly [RegExp, string])[] = [
  [/(?<=\p{L})4|4(?=\p{L})/gu, 'C'],
  [/shch|sch|sh/g, 'S'],
  [/tch|ch/g, 'C'],
  [/zh/g, 'J'],
  [/kh|x/g, 'h'],
  [/ph/g, 'f'],
  [/c|q/g, 'k'],
  [/w/g, 'v'],
  [/j(?=[aeo]$)|j$|y/g, 'i'], // "menja", "moj"; elsewhere j is ж: "mojno"
  [/j/g, 'J'],
];

/** Latin letters that stand in a Cyrillic word because they look right. */
// prettier-ignore
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а', b: 'в', c: 'с', e: 'е', h: 'н', k: 'к', m: 'м', o: 'о', p: 'р', t: 'т', x: 'х', y: 'у',
};

/** More says nothing new, and the work is bounded. */
const MOST_WORDS = 40;

/** The words of a text in the phonetic alphabet, numbers as `#`. */
export function folded(text: string): readonly string[] {
  return comparable(text)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map(foldWord)
    .filter((word) => word !== '');
}

/** The same as it would read had the keyboard been in the other language ("rfr jngbcfnmcz", "ьн вфеф"). */
export function foldedRetyped(text: string): readonly string[] {
  const words = text.slice(0, 500).split(/\s+/).filter(Boolean);
  return folded(words.map((word) => retyped(word) ?? word).join(' '));
}

function foldWord(word: string): string {
  if (/^\d+$/.test(word)) return '#';
  let sounds = '';
  if (/\p{Script=Cyrillic}/u.test(word)) {
    for (const letter of word) {
      const cyrillic = LOOKALIKES[letter] ?? letter;
      sounds += CYRILLIC[cyrillic] ?? cyrillic;
    }
  } else {
    sounds = LATIN.reduce((text, [from, to]) => text.replace(from, to), word.slice(0, 40));
  }
  // "khochuye" and "хочу е…", doubled letters: where typists differ most.
  return sounds
    .slice(0, 40)
    .replace(/ie/g, 'e')
    .replace(/(.)\1+/gu, '$1');
}
