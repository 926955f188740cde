import { endingOf, type MediaKind } from './limits.js';

const MOST_LETTERS = 100;

/** The name under which a file is handed out: what the person's telephone called it, made harmless, with the ending of its type. Pure. */
export function attachmentOf(file: {
  readonly id: string;
  readonly kind: MediaKind;
  readonly mimeType: string;
  readonly fileName: string | null;
}): string {
  const ending = `.${endingOf(file.kind, file.mimeType)}`;
  const given = (file.fileName ?? '').split(/[/\\]/).at(-1) ?? '';
  // Control and direction characters, what file systems and headers take for something else, and dots that hide a file.
  const plain = given
    .replace(/[\p{Cc}\p{Cf}\p{Cs}"*:<>?|%;]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+/, '')
    .trim();
  if (!plain) return `${file.kind}-${file.id}${ending}`;
  const short = [...plain].slice(0, MOST_LETTERS).join('');
  return short.toLowerCase().endsWith(ending) ? short : short + ending;
}
