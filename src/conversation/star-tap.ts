import type { About, RatingAsk } from '../ratings/rating-ask.js';

/* The id of a row of stars: `star:`, the ask, the rating key, the choice sealed under that key.
 *
 *   star:0mk1f8x2m0aQ7dR2xyzabcd.stars.opt-out.ru.2026-W47-k3xq.Jc0…
 *
 * It says all by itself but the choice, which nobody can read without the key, and is equally long for each choice. The door knows such an
 * id by its prefix and blanks whatever stands beside it. Its form never changes: lists stay tappable for ever. */

export type RateTap = {
  readonly to: 'rate';
  readonly ask: RatingAsk;
  readonly key: string;
  /** 39 characters of base64url. */
  readonly sealed: string;
};

/** The same as the door's (`inbox/update.ts`), which this folder may not import: a test compares them. */
const PREFIX = 'star:';

const ID =
  /^star:([A-Za-z0-9-]{1,40})\.(stars|reasons)\.([a-z0-9-]{1,60})\.(ru|en)\.(\d{4}-W\d{2}-[a-z0-9]{4})\.([A-Za-z0-9_-]{39})$/;

/** At most 175 characters (200 fit: reference §6.3). */
export const starTapId = ({ ask, key, sealed }: Omit<RateTap, 'to'>): string =>
  `${PREFIX}${askPart(ask)}.${key}.${sealed}`;

/** All that an ask is, as one text that cannot be read in two ways. */
export const askPart = ({ id, about, topic, language }: RatingAsk): string => `${id}.${about}.${topic}.${language}`;

/** Undefined for an id that is none of ours. */
export function readStarTap(id: string): RateTap | undefined {
  const [, ask, about, topic, language, key, sealed] = ID.exec(id) ?? [];
  if (ask === undefined || topic === undefined || key === undefined || sealed === undefined) return undefined;
  return {
    to: 'rate',
    ask: { id: ask, about: about as About, topic, language: language as RatingAsk['language'] },
    key,
    sealed,
  };
}
