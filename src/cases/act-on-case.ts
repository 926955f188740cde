import { consentOps } from '../consent/consent-ops.js';
import type { Ledger } from '../consent/ledger.js';
import { contacts } from '../contacts/contact-tables.js';
import type { Session } from '../conversation/session.js';
import { PRIORITIES, type OutboxRow, outbox } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { conversations } from '../messages/message-tables.js';
import type { OutboundContent } from '../messages/outbound.js';
import { dueOp } from '../schedule/due-table.js';
import { insert, set, type Op } from '../storage/engine.js';
import type { CaseChange } from './case-change.js';
import { caseOps } from './case-ops.js';
import { speakableUntil, speechRefusal, type CaseScene } from './case-scene.js';
import { cases } from './case-table.js';
import { quietUntil } from './quiet.js';

/** What an agent, or the clock, does with a case, as writes of one commit. Pure.
 *
 *  Everything here compares and sets the conversation: a turn that runs meanwhile conflicts, and decides anew whether the bot may
 *  still speak. */

/** The owner of what is due about cases (src/schedule). */
export const CASE_DUE = 'case';

/** Words of an operator's, to be sent: `service` is their topic, they may use the reserved part of the pair rate, and what the person
 *  said last counts as read. */
export const operatorRow = (scene: CaseScene, id: string, content: OutboundContent, now: number): OutboxRow =>
  queuedRow({
    id,
    phoneNumberId: scene.row.phoneNumberId,
    contactId: scene.contact.id,
    personKey: scene.contact.personKey,
    purpose: 'operator',
    topic: 'service',
    priority: PRIORITIES.reserved,
    content,
    createdAt: now,
    dueAt: now,
    uselessAfter: speakableUntil(scene),
    answers: scene.last?.wamid ?? null,
  });

/** An agent answers: the case is open from then on, theirs if it was nobody's, and looked at again when it may have fallen silent. */
export function replyOps(scene: CaseScene, words: OutboxRow, operator: string, now: number): Op[] {
  const { row, conversation } = scene;
  const quiet = quietUntil({ lastInboundAt: conversation?.lastInboundAt ?? now, repliedAt: now });
  return [
    ...changed(scene, { state: 'open', owner: row.owner ?? operator, repliedAt: now }),
    ...(row.state === 'waiting' ? [dueOp(CASE_DUE, row.id, quiet)] : []),
    insert(outbox, words),
  ];
}

/** Somebody else has the case from now on; whether the bot speaks does not change by it. */
export const takeOps = (scene: CaseScene, operator: string): Op[] => changed(scene, { owner: operator });

export type Closing = {
  readonly by: Extract<CaseChange, { kind: 'case.close' }>['by'];
  readonly now: number;
  /** The last words to the person, queued with the closing. */
  readonly words?: OutboxRow;
  /** What the conversation remembers of them. */
  readonly session?: Session;
};

/** What to ask the person when their case closes, and the session that remembers it; undefined where nothing is to be asked.
 *  @param lead the last words, which the question follows in one message */
export type AskToRate = (
  closed: CaseScene,
  lead: string | undefined,
  now: number,
) => { readonly content: OutboundContent; readonly session: Session } | undefined;

/** The closing with the question for stars in its last words, where a human has spoken and it may be asked. */
export function withQuestion(
  scene: CaseScene,
  closing: Closing,
  deps: { readonly newId: (now: number) => string; readonly askToRate?: AskToRate | undefined },
): Closing {
  const { words, now } = closing;
  if (scene.row.state !== 'open' || speechRefusal(scene, now) !== undefined) return closing;
  const lead = words?.content && 'body' in words.content ? words.content.body : undefined;
  const asked = deps.askToRate?.(scene, lead, now);
  if (!asked) return closing;
  const { content, session } = asked;
  return { ...closing, session, words: operatorRow(scene, words?.id ?? deps.newId(now), content, now) };
}

/** The case is over: the bot speaks again, consent to `service` begins to run out. */
export function closeOps(scene: CaseScene, closing: Closing, deps: { readonly ledger: Ledger }): Op[] {
  const { row, contact, guard } = scene;
  const { by, now, words, session } = closing;
  const change = { kind: 'case.close', caseId: row.id, at: now, by } as const;
  return [
    ...caseOps(change, contact.id, row.phoneNumberId, row),
    stillAs(scene, session),
    ...consentOps([change], { ledger: deps.ledger, contactId: contact.id, guard, messageOf: () => undefined, now }),
    ...(words ? [insert(outbox, words)] : []),
  ];
}

const changed = (scene: CaseScene, patch: Parameters<typeof set<CaseScene['row']>>[2]): Op[] => [
  set(cases, scene.row.id, { ...patch, version: scene.row.version + 1 }, { version: scene.row.version }),
  stillAs(scene),
];

/** Whatever a commit depends on, it must also write: the conversation holds the window, and who may speak; an erasure takes it. */
export function stillAs({ conversation, contact }: CaseScene, session?: Session): Op {
  if (!conversation) return set(contacts, contact.id, { version: contact.version }, { version: contact.version });
  const { id, version } = conversation;
  return set(conversations, id, { ...(session ? { session } : {}), version: version + 1 }, { version });
}
