import { isBlocked } from '../contacts/blocked.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { PhoneDigits, UserId } from '../contacts/identity.js';
import type { Recipient } from '../platform/cloud-api.js';
import { refusalByConsent, type ConsentFacts } from './consent-facts.js';
import { isHeldReason } from './limits.js';
import { hasStatus, type OutboxRow } from './outbox-table.js';

/** The last question before a message leaves: may it still, and to whom? Asked of what the store knows now, not of what was known when
 *  the message was queued. Pure. */
export type Gate =
  | { readonly kind: 'leaves'; readonly to: Recipient }
  /** `reason`: erased, tooLate, undeliverable, stopped, noConsent, blocked, what held it back until then, or what the notices say of their own. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A status of an earlier attempt has come meanwhile. */
  | { readonly kind: 'hasLeft' };

const NOTHING_KNOWN: ConsentFacts = { guard: undefined, wroteAt: undefined };

export function gateOf(
  row: OutboxRow,
  contact: ContactRow | undefined,
  now: number,
  consent: ConsentFacts = NOTHING_KNOWN,
): Gate {
  if (hasStatus(row)) return { kind: 'hasLeft' };
  if (!contact || !row.content) return { kind: 'refused', reason: 'erased' };
  // Free-form words need the window: a reply's `uselessAfter` is the window's end.
  // What one of Meta's limits held back until then ends for that reason.
  if (row.uselessAfter <= now) return { kind: 'refused', reason: isHeldReason(row.reason) ? row.reason : 'tooLate' };
  const refusal = refusalByConsent(row, consent, now);
  if (refusal) return { kind: 'refused', reason: refusal };
  // An operator who writes to them tries: it is theirs to know.
  if (row.purpose === 'notice' && isBlocked(contact, now)) return { kind: 'refused', reason: 'blocked' };
  const standing = (kind: string) => contact.identities.find((identity) => identity.kind === kind)?.value;
  const phone = standing('phone');
  if (phone !== undefined) return { kind: 'leaves', to: { phone: phone as PhoneDigits } };
  const userId = standing('userId');
  if (userId !== undefined) return { kind: 'leaves', to: { userId: userId as UserId } };
  return { kind: 'refused', reason: 'undeliverable' };
}
