/** Cuts a text to `max` UTF-16 units: after the last whole sentence that fits, else after the last whole word with an ellipsis,
 *  else within the word, but never inside a character. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max);
  const sentence = lastEnd(head, text);
  if (sentence > 0) return head.slice(0, sentence);
  const short = text.slice(0, Math.max(0, max - 1));
  const space = short.search(/\s\S*$/);
  return `${space > 0 ? short.slice(0, space).trimEnd() : wholeCharacters(text, max - 1)}…`;
}

/** Where the last whole sentence of `head` ends: a sentence ends in .!?… (and closing marks) before white space, or in a line break. */
function lastEnd(head: string, text: string): number {
  let end = 0;
  for (const match of `${head}${text.charAt(head.length)}`.matchAll(/[.!?…]+["'»”)]*(?=\s)|\n/g)) {
    const at = match[0] === '\n' ? match.index : match.index + match[0].length;
    if (at <= head.length && head.slice(0, at).trim()) end = head.slice(0, at).trimEnd().length;
  }
  return end;
}

/** The whole characters of `text` that fit: a flag or a family emoji is several code points, and stays one. */
function wholeCharacters(text: string, max: number): string {
  let fitting = '';
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, max + LONGEST_CHARACTER))) {
    if (fitting.length + segment.length > max) break;
    fitting += segment;
  }
  return fitting;
}

/** In UTF-16 units; a few emoji come near, nothing sensible is longer. */
const LONGEST_CHARACTER = 40;
