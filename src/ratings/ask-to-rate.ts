import { tapId } from '../conversation/taps.js';
import type { Language, Session } from '../conversation/session.js';
import { shorten } from '../conversation/shorten.js';
import type { Texts } from '../conversation/texts.js';
import { LIMITS } from '../conversation/wording.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { outbox, PRIORITIES } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { conversations, type ConversationRow } from '../messages/message-tables.js';
import type { OutboundContent } from '../messages/outbound.js';
import { windowUntil } from '../messages/window.js';
import { insert, set, type Op } from '../storage/engine.js';
import { SERVICE_TOPIC } from './rating-ask.js';

/* The separate question: how was it? It comes only when something that people did closes, a case or a call-back; at most once for each, and
 * not again for 7 days; never while a human talks, never outside the window. Who closes something calls `closingWord` and commits what it
 * gives back together with the closing. */

/** So long a person is not asked again. */
export const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

export type Closed = {
  readonly contact: ContactRow;
  /** The person's conversation with the number; what comes back compares and sets it. */
  readonly conversation: ConversationRow;
  readonly what: 'case' | 'callback';
  /** Said before the question: what became of it, in `languageOf` the person. Alone where nothing is asked. */
  readonly lead?: string;
  /** Another case of the person's has a human, or waits for one. */
  readonly humanTalks: boolean;
};

export type ClosingDeps = {
  readonly texts: Texts;
  readonly companyLanguage: Language;
  readonly newId: (now: number) => string;
};

export type ClosingWord = {
  /** Empty when there is nothing to say. */
  readonly ops: readonly Op[];
  /** The message's outbox row, if there is one. */
  readonly outboxId?: string;
  readonly asks: boolean;
};

/** The language that we write to somebody in. */
export const languageOf = (
  { language }: Pick<ContactRow, 'language'>,
  session: Session | null,
  companyLanguage: Language,
): Language => session?.language ?? (language === 'ru' || language === 'en' ? language : companyLanguage);

/** Whether somebody may be asked for stars now. */
export const mayAsk = (
  session: Session | null,
  { lastInboundAt }: Pick<ConversationRow, 'lastInboundAt'>,
  now: number,
): boolean =>
  session !== null && now < windowUntil(lastInboundAt) && now - (session.askedToRateAt ?? -Infinity) >= ASK_AGAIN_MS;

/** The message that closes something: `lead`, and the question for stars where it may be asked; nothing outside the window.
 *  Its topic is `service`: without a standing opt-in to that it does not leave. */
export function closingWord(deps: ClosingDeps, closed: Closed, now: number): ClosingWord {
  const { contact, conversation, lead, humanTalks } = closed;
  const { session, lastInboundAt } = conversation;
  const asks = !humanTalks && mayAsk(session, conversation, now);
  const isOpen = now < windowUntil(lastInboundAt);
  if (!isOpen || (!asks && lead === undefined)) return { ops: [], asks: false };
  const language = languageOf(contact, session, deps.companyLanguage);
  const content = asks ? question(deps, closed, language, now) : plain(deps.texts, language, lead ?? '', humanTalks);
  const id = deps.newId(now);
  const row = queuedRow({
    id,
    phoneNumberId: conversation.phoneNumberId,
    contactId: contact.id,
    personKey: contact.personKey,
    purpose: 'operator',
    topic: 'service',
    priority: PRIORITIES.reply,
    content,
    createdAt: now,
    dueAt: now,
    uselessAfter: windowUntil(lastInboundAt),
    answers: null,
  });
  const { version } = conversation;
  const asked = asks && session ? { session: { ...session, askedToRateAt: now, ratingTopic: SERVICE_TOPIC } } : {};
  return {
    ops: [insert(outbox, row), set(conversations, conversation.id, { ...asked, version: version + 1 }, { version })],
    outboxId: id,
    asks,
  };
}

function question(
  { texts, newId }: ClosingDeps,
  { what, lead }: Closed,
  language: Language,
  now: number,
): OutboundContent {
  const asked = texts.say(language, what === 'case' ? 'stars.case' : 'stars.callback');
  const room = LIMITS.interactiveBody - asked.length - 2;
  const body = lead === undefined ? asked : `${shorten(lead, room)}\n\n${asked}`;
  return {
    type: 'list',
    body,
    button: texts.say(language, 'stars.open'),
    sections: [
      {
        title: texts.say(language, 'stars.else'),
        rows: [
          { id: tapId({ to: 'menu' }), title: texts.say(language, 'button.menu') },
          { id: tapId({ to: 'human' }), title: texts.say(language, 'button.human') },
        ],
      },
    ],
    ask: { id: newId(now), about: 'stars', topic: SERVICE_TOPIC, language },
  };
}

/** While a human talks the bot offers nothing of its own. */
function plain(texts: Texts, language: Language, lead: string, humanTalks: boolean): OutboundContent {
  if (humanTalks) return { type: 'text', body: shorten(lead, LIMITS.text) };
  return {
    type: 'buttons',
    body: shorten(lead, LIMITS.interactiveBody),
    buttons: [
      { id: tapId({ to: 'menu' }), title: texts.say(language, 'button.menu') },
      { id: tapId({ to: 'human' }), title: texts.say(language, 'button.human') },
    ],
  };
}
