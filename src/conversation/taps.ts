import type { Language } from './session.js';

/** What a button or a row of ours stands for. */
export type Tap =
  | { readonly to: 'menu' }
  | { readonly to: 'about' }
  | { readonly to: 'human' }
  | { readonly to: 'language'; readonly language: Language };

/* Buttons stay tappable for ever and messages cannot be edited, so an id says all by itself, whatever dialog the person is in when the
 * tap arrives. Its meaning never changes: a row that comes to mean something else gets another id (`menu:about@2`), and the old one is
 * read here for as long as it can be honoured. What is not read here any more gets a polite word and the menu. */

/** The id under which a tap is sent out. At most 200 characters (reference §6.3). */
export function tapId(tap: Tap): string {
  return tap.to === 'language' ? `lang:${tap.language}` : `menu:${tap.to === 'menu' ? 'open' : tap.to}`;
}

const TAPS: ReadonlyMap<string, Tap> = new Map(
  (
    [
      { to: 'menu' },
      { to: 'about' },
      { to: 'human' },
      { to: 'language', language: 'ru' },
      { to: 'language', language: 'en' },
    ] satisfies Tap[]
  ).map((tap) => [tapId(tap), tap]),
);

/** What an arriving id means; undefined for one that is not ours or not ours any more. */
export const readTap = (id: string): Tap | undefined => TAPS.get(id);
