import type { Decision } from '../knowledge/decide.js';
import { advance, newSession } from './advance.js';
import { isCancel } from './cancel.js';
import { hear } from './hear.js';
import { lookUp } from './question.js';
import type { Facts, Language, Session } from './session.js';

/** What the bot would say to a text: `articles` as `Decision` has them, none for what is about the bot itself (`menu`). */
export type Asked = {
  readonly kind: Decision['kind'] | 'menu';
  readonly articles: Decision['articles'];
  readonly text: string;
};

/** The article that a request to act stands for. */
const REQUESTS = {
  stop: 'opt-out',
  maybeStop: 'opt-out',
  topics: 'newsletters',
  human: 'human',
  quote: 'mailing-price',
  typedStars: 'rate-message',
  callback: 'callback',
  myData: 'my-data',
  deleteData: 'delete-data',
} as const;
const MINUTE_MS = 60_000;

/** Asks the bot one thing on behalf of nobody: the same turn as in a chat, of somebody who has just been greeted, and nothing of it is kept.
 *  @param language detected when absent */
export function ask(
  text: string,
  language: Language | undefined,
  facts: Omit<Facts, 'windowUntil' | 'consent'>,
  now: number,
): Asked {
  const all: Facts = { ...facts, windowUntil: now + MINUTE_MS, ratings: { standingOf: () => 'tooLate' } };
  const session: Session = {
    ...newSession(all),
    greetedAt: now,
    ...(language && { language, languageFrom: 'chosen' as const }),
  };
  const content = { type: 'text', body: text } as const;
  const [reply] = advance(session, [{ id: 'asked', at: now, content }], all, now).replies;
  const body = reply && 'body' in reply.content ? reply.content.body : '';
  return { ...foundIn(text, all), text: body };
}

function foundIn(text: string, facts: Facts): Omit<Asked, 'text'> {
  const heard = hear({ type: 'text', body: text });
  switch (heard.kind) {
    case 'stop':
    case 'maybeStop':
    case 'topics':
    case 'human':
    case 'quote':
    case 'typedStars':
    case 'callback':
    case 'myData':
    case 'deleteData':
      return { kind: 'answer', articles: [{ id: REQUESTS[heard.kind], confidence: 1 }] };
    case 'takeBack': // nobody has stopped anything here
    case 'text':
      return isCancel(heard.text) ? { kind: 'menu', articles: [] } : lookUp(heard.text, facts);
    default:
      return { kind: 'menu', articles: [] };
  }
}
