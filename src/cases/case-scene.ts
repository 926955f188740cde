import type { GuardRow } from '../consent/consent-tables.js';
import { readGuards } from '../consent/ledger.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { idsOf, survivorOf } from '../contacts/find-contacts.js';
import { refusalByConsent } from '../delivery/consent-facts.js';
import {
  conversationId,
  conversations,
  inboundMessages,
  type ConversationRow,
  type InboundRow,
} from '../messages/message-tables.js';
import { windowUntil } from '../messages/window.js';
import type { Engine } from '../storage/engine.js';
import { cases, type CaseRow } from './case-table.js';

/** A case with all that acting on it depends on. */
export type CaseScene = {
  readonly row: CaseRow;
  /** Who the person is now, after all merges. */
  readonly contact: ContactRow;
  readonly conversation: ConversationRow | undefined;
  readonly guard: GuardRow | undefined;
  /** How many other cases of theirs are not closed: of two people who became one there may be some. */
  readonly otherCases: number;
  /** What the person said last. */
  readonly last: InboundRow | undefined;
};

/** @returns undefined where there is no such case, or its person is gone */
export async function readCase(engine: Engine, id: string): Promise<CaseScene | undefined> {
  const row = await engine.get(cases, id);
  const contact = row && (await survivorOf(engine, row.contactId));
  if (!contact) return undefined;
  const [conversation, guards, otherCases, [last]] = await Promise.all([
    engine.get(conversations, conversationId(row.phoneNumberId, contact.personKey)),
    readGuards(engine, [contact.id]),
    engine.count(cases, {
      contactId: { in: idsOf(contact) },
      state: { in: ['waiting', 'open'] },
      id: { notIn: [id] },
    }),
    engine.find(inboundMessages, {
      where: { contactId: { in: idsOf(contact) }, phoneNumberId: row.phoneNumberId },
      orderBy: [['id', 'desc']],
      limit: 1,
    }),
  ]);
  return { row, contact, conversation, guard: guards.get(contact.id), otherCases, last };
}

/** Until when free-form words may reach the person, ms; 0 when they never wrote. */
export const speakableUntil = ({ conversation }: Pick<CaseScene, 'conversation'>): number =>
  conversation ? windowUntil(conversation.lastInboundAt) : 0;

/** Why nothing can be said to the person now. The dispatcher asks the same again when the words leave. */
export type SpeechRefusal = 'closed' | 'windowClosed' | 'stopped';

export function speechRefusal(scene: CaseScene, now: number): SpeechRefusal | undefined {
  if (scene.row.state === 'closed') return 'closed';
  if (now >= speakableUntil(scene)) return 'windowClosed';
  const consent = { guard: scene.guard, wroteAt: scene.conversation?.lastInboundAt };
  return refusalByConsent({ purpose: 'operator', topic: 'service' }, consent, now) ? 'stopped' : undefined;
}
