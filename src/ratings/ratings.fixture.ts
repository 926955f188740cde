import { randomBytes } from 'node:crypto';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import type { RatingAsk } from './rating-ask.js';
import { RatingKeys } from './rating-keys.js';
import { ratingOps } from './rating-ops.js';
import { NONCE_BYTES, sealChoice } from './sealed-choice.js';
import { weekOf, type Week } from './week.js';

/** Monday noon, in 2026-W45. */
export const MONDAY = Date.UTC(2026, 10, 2, 12);
export const DAY = 86_400_000;
export const WRAPPING_KEY = randomBytes(32);

export const keysOf = (engine: Engine): RatingKeys => new RatingKeys(engine, WRAPPING_KEY);

/** People tap on stars. @param choices what each of them chooses; they are `p0`, `p1`, … unless `who` names them */
export async function rate(
  engine: Engine,
  choices: readonly number[],
  more: Partial<Omit<RatingAsk, 'id'>> & {
    readonly at?: number;
    readonly keyOf?: Week;
    readonly who?: readonly string[];
  } = {},
): Promise<readonly RatingAsk[]> {
  const { at = MONDAY, keyOf = weekOf(at), who, ...about } = more;
  const key = await keysOf(engine).of(keyOf);
  const asks: RatingAsk[] = [];
  for (const [index, choice] of choices.entries()) {
    const ask = { id: timeId(at), about: 'stars', topic: 'opt-out', language: 'ru', ...about } as const;
    const sealed = sealChoice(key.bytes, key.id, ask, choice, randomBytes(NONCE_BYTES));
    const contactId = (who?.[index] ?? `p${index}`) as ContactId;
    const outcome = await engine.commit(ratingOps({ kind: 'rating.tap', ask, key: key.id, sealed }, contactId, at));
    if (outcome !== 'committed') throw new Error('the tap was not taken');
    asks.push(ask);
  }
  return asks;
}
