import type { ArticleId } from '../knowledge/article.js';
import type { Alphabet } from '../quotes/segments.js';
import { QUOTE_QUESTIONS, type QuoteQuestion } from './quote-dialog.js';
import type { Language } from './session.js';

/** What a button or a row of ours stands for. */
export type Tap =
  | { readonly to: 'menu' }
  | { readonly to: 'about' }
  | { readonly to: 'human' }
  | { readonly to: 'questions' }
  | { readonly to: 'article'; readonly id: ArticleId }
  | { readonly to: 'language'; readonly language: Language }
  | QuoteTap;

/** The price of a mailing: begin it, ask a question of it again, answer the one for the alphabet. */
export type QuoteTap = { readonly to: 'quote' } & (
  | { readonly act: 'start' }
  | { readonly act: 'ask'; readonly question: QuoteQuestion }
  | { readonly act: 'alphabet'; readonly alphabet: Alphabet }
);

/* Buttons stay tappable for ever and messages cannot be edited, so an id says all by itself, whatever dialog the person is in when the
 * tap arrives. Its meaning never changes: a row that comes to mean something else gets another id (`menu:about@2`), and the old one is
 * read here for as long as it can be honoured. What is not read here any more gets a polite word and the menu. */

/** The id under which a tap is sent out. At most 200 characters (reference §6.3). */
export function tapId(tap: Tap): string {
  if (tap.to === 'quote') return quoteTapId(tap);
  if (tap.to === 'article') return `article:${tap.id}`;
  return tap.to === 'language' ? `lang:${tap.language}` : `menu:${tap.to === 'menu' ? 'open' : tap.to}`;
}

function quoteTapId(tap: QuoteTap): string {
  if (tap.act === 'start') return 'quote:start';
  return tap.act === 'ask' ? `quote:ask:${tap.question}` : `quote:alphabet:${tap.alphabet}`;
}

const TAPS: ReadonlyMap<string, Tap> = new Map(
  (
    [
      { to: 'menu' },
      { to: 'about' },
      { to: 'human' },
      { to: 'questions' },
      { to: 'language', language: 'ru' },
      { to: 'language', language: 'en' },
      { to: 'quote', act: 'start' },
      ...QUOTE_QUESTIONS.map((question) => ({ to: 'quote', act: 'ask', question }) as const),
      { to: 'quote', act: 'alphabet', alphabet: 'cyrillic' },
      { to: 'quote', act: 'alphabet', alphabet: 'latin' },
      { to: 'quote', act: 'alphabet', alphabet: 'mixed' },
    ] satisfies Tap[]
  ).map((tap) => [tapId(tap), tap]),
);

/** What an arriving id means; undefined for one that is not ours or not ours any more. */
export function readTap(id: string): Tap | undefined {
  const article = ARTICLE.exec(id)?.[1];
  return article === undefined ? TAPS.get(id) : { to: 'article', id: article };
}

/** Articles come and go: whether there is this one is seen when it is told. */
const ARTICLE = /^article:([a-z0-9-]{1,60})$/;
