import type { Session } from '../conversation/session.js';
import { tapId } from '../conversation/taps.js';
import type { Texts } from '../conversation/texts.js';
import { LIMITS } from '../conversation/wording.js';
import type { ConversationRow } from '../messages/message-tables.js';
import type { OutboundContent } from '../messages/outbound.js';
import { windowUntil } from '../messages/window.js';
import { SERVICE_TOPIC } from './rating-ask.js';

/* The separate question: how was it? It comes only when something that people did closes, a case or a call-back; at most once for each, and
 * not again for 7 days; never while a human talks, never outside the window. Whoever closes something asks here what to say, and commits
 * both parts of the answer together with the closing: the message as an operator's row of topic `service` (without a standing opt-in to that
 * it does not leave), the session in the write that compares and sets the conversation. Pure. */

/** So long a person is not asked again. */
export const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

export type Closed = {
  readonly what: 'case' | 'callback';
  /** The person's with the number; undefined where they never wrote to it. */
  readonly conversation: Pick<ConversationRow, 'session' | 'lastInboundAt'> | undefined;
  /** Said in the same message, before the question: what became of the thing. */
  readonly lead?: string;
  /** A case of the person's is open, other than the one that closes. */
  readonly humanTalks: boolean;
};

export type AskDeps = {
  readonly texts: Texts;
  readonly newId: (now: number) => string;
};

/** The message that asks, `lead` included, and the session that remembers it. */
export type Question = { readonly content: OutboundContent; readonly session: Session };

/** @returns undefined where nothing is to be asked: `lead` then goes out by itself, as it would have without stars */
export function askToRate(deps: AskDeps, closed: Closed, now: number): Question | undefined {
  const { conversation, lead, humanTalks, what } = closed;
  const session = conversation?.session;
  if (!session || humanTalks || now >= windowUntil(conversation.lastInboundAt)) return undefined;
  if (now - (session.askedToRateAt ?? -Infinity) < ASK_AGAIN_MS) return undefined;
  const { language } = session;
  const say = (key: 'button.menu' | 'button.human' | 'stars.open' | 'stars.else') => deps.texts.say(language, key);
  const asked = deps.texts.say(
    language,
    what === 'callback' ? 'stars.callback' : lead === undefined ? 'stars.case' : 'stars.how',
  );
  const body = lead === undefined ? asked : `${lead}\n\n${asked}`;
  // What people wrote is never cut for the sake of a question.
  if (body.length > LIMITS.interactiveBody) return undefined;
  const rows = [
    { id: tapId({ to: 'menu' }), title: say('button.menu') },
    { id: tapId({ to: 'human' }), title: say('button.human') },
  ];
  const ask = { id: deps.newId(now), about: 'stars', topic: SERVICE_TOPIC, language } as const;
  return {
    content: { type: 'list', body, button: say('stars.open'), sections: [{ title: say('stars.else'), rows }], ask },
    session: { ...session, askedToRateAt: now, ratingTopic: SERVICE_TOPIC },
  };
}
