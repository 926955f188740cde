import { retyped } from '../conversation/spelling.js';

/* Texts as hurried thumbs would have typed them, for measuring. */

const NEIGHBOURS = ['йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** One slip in the text: a letter lost, doubled, swapped with the next one or hit beside. A text without a word of four letters stays. */
export function withSlip(text: string, random: () => number): string {
  const places = [...text.matchAll(/\p{L}{4,}/gu)];
  const word = places[Math.floor(random() * places.length)];
  if (!word) return text;
  const at = word.index + Math.floor(random() * (word[0].length - 1));
  const letter = text[at] ?? '';
  const before = text.slice(0, at);
  const after = text.slice(at + 1);
  switch (Math.floor(random() * 4)) {
    case 0:
      return before + after;
    case 1:
      return before + letter + letter + after;
    case 2:
      return before + (after[0] ?? '') + letter + after.slice(1);
    default:
      return before + beside(letter, random) + after;
  }
}

function beside(letter: string, random: () => number): string {
  const row = NEIGHBOURS.find((keys) => keys.includes(letter.toLowerCase()));
  if (row === undefined) return letter;
  const at = row.indexOf(letter.toLowerCase());
  return row[at + (random() < 0.5 && at > 0 ? -1 : 1)] ?? row[at - 1] ?? letter;
}

// prettier-ignore
const TRANSLIT: Readonly<Record<string, readonly string[]>> = {
  а: ['a'], б: ['b'], в: ['v'], г: ['g'], д: ['d'], е: ['e', 'e', 'e', 'ye'], ё: ['e', 'yo'], ж: ['zh', 'j'], з: ['z'], и: ['i'],
  й: ['y', 'i', 'j'], к: ['k'], л: ['l'], м: ['m'], н: ['n'], о: ['o'], п: ['p'], р: ['r'], с: ['s'], т: ['t'], у: ['u'], ф: ['f'],
  х: ['h', 'kh', 'x'], ц: ['ts', 'c'], ч: ['ch', 'ch', '4'], ш: ['sh'], щ: ['sch', 'shch', 'sh'], ъ: ['', "'"], ы: ['y', 'i'],
  ь: ['', "'"], э: ['e'], ю: ['yu', 'u', 'iu'], я: ['ya', 'ia', 'ja'],
};

/** Russian in Latin letters by one of the many habits, each letter by chance. */
export function transliterated(text: string, random: () => number): string {
  let latin = '';
  for (const letter of text.toLowerCase()) {
    const ways = TRANSLIT[letter];
    latin += ways ? (ways[Math.floor(random() * ways.length)] ?? '') : letter;
  }
  return latin;
}

/** As it comes out with the keyboard left in the other language. */
export const inOtherLayout = (text: string): string =>
  text
    .split(' ')
    .map((word) => retyped(word) ?? word)
    .join(' ');
