import type { OutboundContent } from '../messages/outbound.js';
import type { UnansweredChange } from '../answers/unanswered-change.js';
import type { CallbackChange } from '../callbacks/callback-change.js';
import type { CaseChange } from '../cases/case-change.js';
import type { ConsentChange } from '../consent/consent-change.js';
import type { ErasureChange } from '../contacts/erasure-ops.js';
import type { EntryChange } from '../entry/entry-change.js';
import type { RatingChange } from '../ratings/rating-ask.js';
import type { Session } from './session.js';

/** A decision of the engine, besides the session and the replies. Each capability owns its kinds. */
export type ConversationChange =
  CallbackChange | CaseChange | ConsentChange | EntryChange | ErasureChange | RatingChange | UnansweredChange;

/** One outbound message, ready within the platform's lengths. `priority` tells the pair-rate limiter who may use the reserve:
 *  stop confirmations and a human's words (issue text: burst 45, of which ordinary replies use 40). */
export type Reply = { readonly content: OutboundContent; readonly priority: 'ordinary' | 'reserved' };

/** What one turn comes to. At most one reply (DESIGN §4.14); none when the person is muted or nothing is to be said. */
export type Turn = {
  readonly session: Session;
  readonly changes: readonly ConversationChange[];
  readonly replies: readonly Reply[];
};
