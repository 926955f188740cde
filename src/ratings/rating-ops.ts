import type { ContactId } from '../contacts/identity.js';
import { insert, type Op } from '../storage/engine.js';
import type { RatingChange } from './rating-ask.js';
import { ratedAsks, waitingTaps } from './rating-tables.js';
import { weekOf } from './week.js';

/** The writes of a tap that counts. Two taps of one ask at once conflict, and the second is decided anew. */
export function ratingOps({ ask, key, sealed }: RatingChange, contactId: ContactId, now: number): Op[] {
  const { id, about, topic, language } = ask;
  return [
    insert(ratedAsks, { id, at: now }),
    insert(waitingTaps, { id, contactId, about, topic, language, week: weekOf(now), key, sealed }),
  ];
}
