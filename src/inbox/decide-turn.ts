import type { Ledger } from '../consent/ledger.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { resolveChange, resolveSender, type Birth, type Merge } from '../contacts/people.js';
import type { Facts, Input, PersonalFact, Session } from '../conversation/session.js';
import type { Turn } from '../conversation/turn.js';
import { conversationId } from '../messages/message-tables.js';
import type { Op } from '../storage/engine.js';
import { decideMessages } from './decide-messages.js';
import { decidePreference } from './decide-preference.js';
import { sameSender, type Found } from './same-sender.js';
import type { BatchFacts, Waiting } from './turn-facts.js';
import { handledOnly, handledOp } from './turn-ops.js';
import type { Content, IdentityChangeUpdate } from './update.js';

/** One turn: the waiting rows of one person and what is known, to a list of writes. Decides and touches nothing. */

export type TurnDeps = {
  readonly advance: (session: Session | undefined, inputs: readonly Input[], facts: Facts, now: number) => Turn;
  /** What the engine may know of the world, but the case and the country, which belong to the person. */
  readonly worldFacts: (now: number) => Omit<Facts, PersonalFact>;
  /** Whether what comes after this input is another turn's. */
  readonly endsTurn?: (content: Content) => boolean;
  readonly countryOf: (contact: ContactRow) => string | undefined;
  /** HMAC of a free text in its comparable form. */
  readonly textHash: (body: string) => string;
  readonly newId: (now: number) => string;
  readonly pepper: Buffer;
  readonly ledger: Ledger;
};

export type Decision =
  /** All of it in one commit. `awaits`: the reply's outbox row, whose fate the next turn waits for. `born`: the contact that it makes. */
  | {
      readonly kind: 'commit';
      readonly ops: readonly Op[];
      readonly personKey: PersonKey;
      readonly awaits?: string;
      readonly born?: ContactRow;
    }
  /** These rows belong under another key: the person is known by it. */
  | { readonly kind: 'rekey'; readonly rows: readonly Waiting[]; readonly personKey: PersonKey }
  /** Everything about the person is being erased: what they write now is heard when that is done, as a stranger's. */
  | { readonly kind: 'rest'; readonly until: number }
  /** First make one person of two, then ask again. */
  | Merge;

/** An erasure takes less than a second. Where it is hindered, nobody waits for it longer than this. */
const ERASURE_PATIENCE_MS = 30_000;
const ERASURE_PAUSE_MS = 200;

/** @param rows what waits of the person, at least one, in the platform's order; the first ones of one kind and number are taken
 *  @param keyTaken somebody else's contact has the key already that a new one would get */
export function decideTurn(
  deps: TurnDeps,
  key: PersonKey,
  rows: readonly [Waiting, ...Waiting[]],
  facts: BatchFacts,
  now: number,
  keyTaken = false,
): Decision {
  const alias = facts.aliases.get(key);
  if (alias) return { kind: 'rekey', rows, personKey: alias };
  const [first] = rows;
  const birthAt = (at: number): Birth => ({
    now,
    // No clock of the platform's is ahead of what has happened.
    at: Math.min(at, now),
    newId: () => deps.newId(now) as ContactId,
    pepper: deps.pepper,
    language: null,
    keyTaken,
  });
  switch (first.update.kind) {
    case 'message':
      break;
    case 'identityChange':
      return decideChange(key, first, first.update, facts, birthAt(first.row.at));
    case 'preference':
      return decidePreference(deps.ledger, key, first, first.update, facts, birthAt(first.row.at));
  }
  const { taken, sender } = sameSender(rows, facts, birthAt, deps.endsTurn);
  const last = taken.at(-1) ?? first;
  const resolution = resolveSender(sender, facts.known, birthAt(last.row.at));
  if (!resolution) return handledOnly(key, first);
  if (resolution.kind === 'merge') return resolution;
  if (!resolution.isNew && resolution.contact.personKey !== key)
    return { kind: 'rekey', rows: taken, personKey: resolution.contact.personKey };
  const erasedAt = erasedAtOf(resolution, first, facts);
  if (erasedAt !== undefined && now - erasedAt < ERASURE_PATIENCE_MS)
    return { kind: 'rest', until: now + ERASURE_PAUSE_MS };
  return decideMessages(deps, resolution, taken, facts, now);
}

const erasedAtOf = ({ contact, isNew }: Found, { row }: Waiting, facts: BatchFacts): number | undefined =>
  isNew
    ? undefined
    : facts.conversations.get(conversationId(row.phoneNumberId ?? '', contact.personKey))?.session?.erasedAt;

function decideChange(
  key: PersonKey,
  waiting: Waiting,
  { before, after }: IdentityChangeUpdate,
  facts: BatchFacts,
  birth: Birth,
): Decision {
  const resolution = resolveChange(before, after, facts.known, birth);
  if (!resolution) return handledOnly(key, waiting);
  if (resolution.kind === 'merge') return resolution;
  const { contact, ops } = resolution;
  return { kind: 'commit', ops: [...ops, handledOp(waiting)], personKey: contact.personKey };
}
