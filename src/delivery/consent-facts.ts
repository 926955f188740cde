import type { GuardRow } from '../consent/consent-tables.js';
import { readGuards, sendOp } from '../consent/ledger.js';
import { maySend, refusalOf } from '../consent/consent.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { Topic } from '../contacts/contact-shape.js';
import type { ContactId } from '../contacts/identity.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { windowUntil } from '../messages/window.js';
import type { Engine, Op } from '../storage/engine.js';
import type { OutboxRow } from './outbox-table.js';

/** Consent at the moment of sending (DESIGN §4.4): what is business-initiated leaves only with a standing opt-in to its topic, and its
 *  "attempted" is one commit with the person's guard, so that a stop that comes meanwhile and the send cannot both be right. */

/** What is known of the person a row is for. */
export type ConsentFacts = {
  readonly guard: GuardRow | undefined;
  /** When they last wrote to this number. */
  readonly wroteAt: number | undefined;
};

/** What the row is about; undefined for the answer to the person's own words, which needs no consent. */
export function topicOf({ purpose, topic }: Pick<OutboxRow, 'purpose' | 'topic'>): Topic | null | undefined {
  if (purpose === 'reply') return undefined;
  return topic ?? (purpose === 'operator' ? 'service' : null);
}

/** @returns why it may not leave; undefined when it may */
export function refusalByConsent(
  row: Pick<OutboxRow, 'purpose' | 'topic'>,
  { guard, wroteAt }: ConsentFacts,
  now: number,
): 'stopped' | 'noConsent' | undefined {
  const topic = topicOf(row);
  if (topic === undefined) return undefined;
  if (topic === null) return 'noConsent';
  if (maySend(guard, topic, now)) return undefined;
  if (row.purpose === 'operator' && isAnswer(guard, wroteAt, now)) return undefined;
  return refusalOf(guard, topic);
}

/** A case may still be answered if the person wrote after their stop. */
function isAnswer(guard: GuardRow | undefined, wroteAt: number | undefined, now: number): boolean {
  if (wroteAt === undefined || windowUntil(wroteAt) <= now) return false;
  const service = guard?.topics.service;
  return service?.state !== 'out' || wroteAt > service.since;
}

/** The write by which an attempt depends on the person's consent. */
export const dependsOn = ({ guard }: ConsentFacts, contact: ContactRow): Op => sendOp(contact.id, guard);

/** For the rows that need consent, by their ids. */
export async function consentFacts(
  engine: Engine,
  rows: readonly OutboxRow[],
  people: ReadonlyMap<ContactId, ContactRow>,
): Promise<ReadonlyMap<string, ConsentFacts>> {
  const asking = rows.flatMap((row) => {
    const contact = topicOf(row) === undefined ? undefined : people.get(row.contactId);
    return contact ? [{ row, contact }] : [];
  });
  if (asking.length === 0) return new Map();
  const conversationOf = ({ row, contact }: (typeof asking)[number]) =>
    conversationId(row.phoneNumberId, contact.personKey);
  const operators = asking.filter(({ row }) => row.purpose === 'operator');
  const [guards, talks] = await Promise.all([
    readGuards(
      engine,
      asking.map(({ contact }) => contact.id),
    ),
    engine.getMany(conversations, [...new Set(operators.map(conversationOf))]),
  ]);
  const wroteAt = new Map(talks.map((talk) => [talk.id, talk.lastInboundAt]));
  return new Map(
    asking.map((one) => [one.row.id, { guard: guards.get(one.contact.id), wroteAt: wroteAt.get(conversationOf(one)) }]),
  );
}
