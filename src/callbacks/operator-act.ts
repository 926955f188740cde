import { maySend } from '../consent/consent.js';
import type { GuardRow } from '../consent/consent-tables.js';
import { Chain, type Ledger } from '../consent/ledger.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { outcomeContent } from '../conversation/callback-outcome.js';
import type { Language } from '../conversation/session.js';
import type { Texts } from '../conversation/texts.js';
import { outbox, PRIORITIES } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { conversations, type ConversationRow } from '../messages/message-tables.js';
import { windowUntil } from '../messages/window.js';
import { askToRate } from '../ratings/ask-to-rate.js';
import { insert, set, type Op } from '../storage/engine.js';
import { changeOp, inState } from './callback-ops.js';
import { shownNumber } from './callback-number.js';
import { isActive, type CallbackRow, type CallbackState } from './callback-table.js';

/* What an operator makes of a call-back.
 *
 * `new` is ordered. Somebody calls: `called`, as long as it is not known what comes of it; then `done`, or `missed` where nobody
 * answered. Whoever was missed may be called again. `cancelled` is a call that we shall not make, or that the person does not want any
 * more. `done` and `cancelled` are the end. What has ended is told to the person while their window is open, as far as they still want
 * to hear of it; consent to that lasts for 30 days from then on. */

const LEGAL: Readonly<Record<CallbackState, readonly CallbackState[]>> = {
  new: ['called', 'missed', 'done', 'cancelled'],
  called: ['missed', 'done', 'cancelled'],
  missed: ['called', 'done', 'cancelled'],
  done: [],
  cancelled: [],
};

export const isLegal = (from: CallbackState, to: CallbackState): boolean => LEGAL[from].includes(to);
export const nextStates = (from: CallbackState): readonly CallbackState[] => LEGAL[from];

export type CallbackAct = {
  readonly row: CallbackRow;
  readonly state: CallbackState;
  readonly contact: ContactRow;
  /** As they were read; the guard is written with everything that depends on it. */
  readonly guard: GuardRow | undefined;
  readonly conversation: ConversationRow | undefined;
  /** A case of the person's is open. */
  readonly humanTalks: boolean;
  readonly ledger: Ledger;
  readonly texts: Texts;
  readonly companyLanguage: Language;
  readonly newId: (now: number) => string;
  readonly now: number;
};

/** All that a legal transition writes, and whether the person is written to. */
export function actOps(act: CallbackAct): {
  readonly after: CallbackRow;
  readonly ops: readonly Op[];
  readonly tells: boolean;
} {
  const { row, state, contact, guard, ledger, now } = act;
  const after = inState(row, state);
  const chain = new Chain(ledger, contact.id, guard);
  if (isActive(state)) chain.openService(row.id);
  else chain.closeService(row.id, now);
  const told = outcomeRow(act, chain.guard);
  return {
    after,
    ops: [
      changeOp(row, after),
      // Nothing is left behind of a person who is erased or merged meanwhile.
      set(contacts, contact.id, { version: contact.version }, { version: contact.version }),
      ...chain.ops(),
      ...told,
    ],
    tells: told.length > 0,
  };
}

/** The message goes while the window is open and the person has not said stop; what it needs is asked again when it leaves. */
function outcomeRow(act: CallbackAct, guard: GuardRow): Op[] {
  const { row, state, contact, conversation, texts, companyLanguage, newId, now } = act;
  if (state === 'new' || state === 'called' || !conversation) return [];
  const uselessAfter = windowUntil(conversation.lastInboundAt);
  if (uselessAfter <= now || !maySend(guard, 'service', now)) return [];
  const spoken = conversation.session?.language ?? contact.language;
  const language = spoken === 'ru' || spoken === 'en' ? spoken : companyLanguage;
  const outcome = outcomeContent(texts, language, state, row, shownNumber(row.phone));
  // A call that took place is asked about, in the same message.
  const closed = { what: 'callback', conversation, humanTalks: act.humanTalks } as const;
  const lead = 'body' in outcome ? { lead: outcome.body } : {};
  const question = state === 'done' ? askToRate(act, { ...closed, ...lead }, now) : undefined;
  const { id, version } = conversation;
  return [
    ...(question ? [set(conversations, id, { session: question.session, version: version + 1 }, { version })] : []),
    insert(
      outbox,
      queuedRow({
        id: newId(now),
        phoneNumberId: row.phoneNumberId,
        contactId: contact.id,
        personKey: contact.personKey,
        purpose: 'operator',
        topic: 'service',
        priority: PRIORITIES.reply,
        content: question?.content ?? outcome,
        createdAt: now,
        dueAt: now,
        uselessAfter,
        answers: null,
      }),
    ),
  ];
}
