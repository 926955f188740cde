/* What is kept of a question that nobody could answer must not tell who asked: everything with a digit in it (numbers, codes, dates), and
 * everything that looks like an address of the net goes. Names that people write out stay (docs/operations.md says so). */

const ADDRESSES =
  /\S*(?:@|:\/\/)\S*|(?<![\p{L}\p{N}])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.\p{L}{2,}(?:[/?#:]\S*)?/giu;
/** A word with a digit, and further digits behind it that belong to it: "+7 (495) 787-35-95". */
const NUMBERS = /[+(]*[^\s]*\p{N}[^\s]*(?:[\s().+-]+\p{N}[^\s]*)*/gu;
const LONGEST = 200;
const HARD_END = 1_000;

/** A question as it may be kept. @returns at most 200 characters; empty if it has no words */
export function masked(question: string): string {
  const plain = question
    .slice(0, HARD_END)
    .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .replace(ADDRESSES, '…')
    .replace(NUMBERS, '#')
    .trim();
  const short = plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1).replace(/\s\S*$/u, '')}…` : plain;
  return /\p{L}/u.test(short) ? short.replace(/\p{Cs}/gu, '') : '';
}
