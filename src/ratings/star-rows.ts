import { randomBytes } from 'node:crypto';
import { starTapId } from '../conversation/star-tap.js';
import type { Texts } from '../conversation/texts.js';
import type { OutboundContent } from '../messages/outbound.js';
import { CHOICES, REASONS, type About, type RatingAsk } from './rating-ask.js';
import type { RatingKey, RatingKeys } from './rating-keys.js';
import { NONCE_BYTES, sealChoice } from './sealed-choice.js';
import { weekOf } from './week.js';

/** The rows that a person chooses from. They are made when the message leaves and stand nowhere but in the message: what the store has is
 *  the ask (DESIGN §3 "Stars"). */

/** For the dispatcher: a message as it leaves. @returns `content` itself where nothing is asked */
export const starRows =
  (deps: {
    readonly keys: RatingKeys;
    readonly texts: Texts;
    readonly now: () => number;
    readonly random?: (bytes: number) => Buffer;
  }) =>
  async (content: OutboundContent): Promise<OutboundContent> => {
    if (content.type !== 'list' || content.ask === undefined) return content;
    const key = await deps.keys.of(weekOf(deps.now()));
    const { ask, ...list } = content;
    const rows = rowsOf(ask, key, deps.texts, deps.random ?? randomBytes);
    const title = deps.texts.say(ask.language, ask.about === 'stars' ? 'stars.title' : 'rated.about');
    return { ...list, sections: [{ title, rows }, ...list.sections] };
  };

/** Five stars first. The reasons stand in their own order, which is everybody's. */
function rowsOf(ask: RatingAsk, key: RatingKey, texts: Texts, random: (bytes: number) => Buffer) {
  return ORDER[ask.about].map((choice) => ({
    id: starTapId({ ask, key: key.id, sealed: sealChoice(key.bytes, key.id, ask, choice, random(NONCE_BYTES)) }),
    title: texts.say(ask.language, TITLES[ask.about][choice - 1] ?? 'stars.5'),
  }));
}

const ORDER = { stars: [5, 4, 3, 2, 1], reasons: REASONS.map((_, index) => index + 1) } as const satisfies Record<
  About,
  readonly number[]
>;

const TITLES = {
  stars: ['stars.1', 'stars.2', 'stars.3', 'stars.4', 'stars.5'],
  reasons: ['reason.clarity', 'reason.completeness', 'reason.speed', 'reason.courtesy', 'reason.other'],
} as const;

/** How many rows an ask takes of a list's ten. */
export const ASK_ROWS = CHOICES;
