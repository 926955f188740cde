// WhatsApp's marks in text (reference §6.2): ```mono```, *bold*, _italic_, ~strike~, and links; built as nodes.
import { element } from './dom.js';

const MARKS = [
  { tag: 'code', pattern: /```([\s\S]+?)```/, plain: true },
  { tag: 'a', pattern: /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)»]/, plain: true },
  { tag: 'strong', pattern: /(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}*])/u },
  { tag: 'em', pattern: /(?<![\p{L}\p{N}_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}_])/u },
  { tag: 's', pattern: /(?<![\p{L}\p{N}~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\p{L}\p{N}~])/u },
];
const MAX_DEPTH = 6;

/** @returns a fragment; whatever is not a mark stays text */
export function formatted(text, depth = 0) {
  const fragment = document.createDocumentFragment();
  let rest = text;
  for (let found = firstMark(rest); found && depth < MAX_DEPTH; found = firstMark(rest)) {
    const { mark, match } = found;
    const inner = match[1] ?? match[0];
    const link = mark.tag === 'a' ? { href: inner, target: '_blank', rel: 'noopener noreferrer' } : {};
    const marked = element(mark.tag, link, mark.plain ? inner : formatted(inner, depth + 1));
    fragment.append(rest.slice(0, match.index), marked);
    rest = rest.slice(match.index + match[0].length);
  }
  fragment.append(rest);
  return fragment;
}

function firstMark(text) {
  let first;
  for (const mark of MARKS) {
    const match = mark.pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { mark, match };
  }
  return first;
}
