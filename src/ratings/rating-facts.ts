import { readStarTap, type RateTap } from '../conversation/star-tap.js';
import type { RatingFacts } from '../conversation/session.js';
import type { Content } from '../inbox/update.js';
import { slices, type Engine } from '../storage/engine.js';
import { ratedAsks, ratingKeys } from './rating-tables.js';
import { WEEK_MS, weekEnd } from './week.js';

/** What a turn must know of the rows of stars that were tapped. */
export type RatingsKnown = {
  /** Asks that were answered already. */
  readonly rated: ReadonlySet<string>;
  /** Ids of the rating keys that are still there. */
  readonly keys: ReadonlySet<string>;
};

/** How long after its week a rating key stays: so long a choice made under it can be counted. */
export const KEY_LIVES_MS = 2 * WEEK_MS;

export const isKeyOver = (keyId: string, now: number): boolean => weekEnd(weekOfKey(keyId)) + KEY_LIVES_MS <= now;

/** The week that a rating key is of. */
export const weekOfKey = (keyId: string): string => keyId.slice(0, '2026-W47'.length);

/** The row of stars that was tapped, if it is one. */
export function starTapIn(content: Content): RateTap | undefined {
  if (content.type === 'listReply' || content.type === 'buttonReply') return readStarTap(content.id);
  return content.type === 'button' ? readStarTap(content.payload) : undefined;
}

export async function readRatings(engine: Engine, taps: readonly RateTap[]): Promise<RatingsKnown> {
  const [rated, keys] = await Promise.all([
    known(
      taps.map(({ ask }) => ask.id),
      (ids) => engine.getMany(ratedAsks, ids),
    ),
    known(
      taps.map(({ key }) => key),
      (ids) => engine.getMany(ratingKeys, ids, ['id']),
    ),
  ]);
  return { rated, keys };
}

async function known(
  ids: readonly string[],
  read: (slice: readonly string[]) => Promise<readonly { readonly id: string }[]>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all([...slices([...new Set(ids)])].map(read));
  return new Set(found.flat().map(({ id }) => id));
}

/** What becomes of a tap. */
export const ratingFacts = ({ rated, keys }: RatingsKnown, now: number): RatingFacts => ({
  standingOf({ ask, key }) {
    if (rated.has(ask.id)) return 'rated';
    return keys.has(key) && !isKeyOver(key, now) ? 'counts' : 'tooLate';
  },
});
