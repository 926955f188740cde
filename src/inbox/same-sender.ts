import { identitiesOf, identityKey, type Sender } from '../contacts/identity.js';
import { resolveSender, type Birth, type Resolution } from '../contacts/people.js';
import type { TurnDeps } from './decide-turn.js';
import type { BatchFacts, Waiting } from './turn-facts.js';

/** Whose turn it is: of the rows that wait under one key, those that are one person's. */

/** Inputs of one turn at the most. */
export const TURN_INPUTS = 20;

export type Found = Extract<Resolution, { kind: 'contact' }>;

/** The first messages that are of the same person and number as the very first: a batch that speaks of two people (a recycled number) is
 *  taken apart, in its order. All that they say of their sender is put together, the last word counts. */
export function sameSender(
  rows: readonly [Waiting, ...Waiting[]],
  facts: BatchFacts,
  birthAt: (at: number) => Birth,
  endsTurn: TurnDeps['endsTurn'],
): { taken: readonly Waiting[]; sender: Sender } {
  const [first] = rows;
  const taken: Waiting[] = [];
  let sender: Sender = {};
  let owner: Found | undefined;
  for (const waiting of rows.slice(0, TURN_INPUTS)) {
    const { row, update } = waiting;
    if (update.kind !== 'message' || row.phoneNumberId !== first.row.phoneNumberId) break;
    const resolution = resolveSender(update.sender, facts.known, birthAt(row.at));
    const found = resolution?.kind === 'contact' ? resolution : undefined;
    if (taken.length > 0 && !(owner && found && isSamePerson(owner, found, sender))) break;
    owner = found;
    taken.push(waiting);
    sender = { ...sender, ...update.sender };
    if (endsTurn?.(update.content)) break;
  }
  return { taken, sender };
}

/** Two people we have not met are one if an identity of theirs is. */
function isSamePerson(owner: Found, other: Found, sender: Sender): boolean {
  if (!owner.isNew || !other.isNew) return owner.contact.id === other.contact.id;
  const ofOwner = new Set(identitiesOf(sender).map(identityKey));
  return other.contact.identities.some((identity) => ofOwner.has(identityKey(identity)));
}
