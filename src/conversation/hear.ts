import type { Content } from '../inbox/update.js';
import { intentOf, type CallbackWish, type Intent } from './intents.js';
import { comparable } from './spelling.js';
import { readTap, type Tap } from './taps.js';

/** What one input of the person comes to, whatever type of message it was. */
export type Heard =
  | Exclude<Intent, { readonly kind: 'maybeStop' | 'takeBack' | 'courtesy' | 'typedStars' | 'callback' }>
  | { readonly kind: 'callback'; readonly wish: CallbackWish; readonly text: string }
  | { readonly kind: 'maybeStop' | 'takeBack' | 'courtesy' | 'typedStars'; readonly text: string }
  /** Numbers of a card of the address book; `asked`: the answer to our request for the person's own. */
  | { readonly kind: 'card'; readonly phones: readonly string[]; readonly asked: boolean }
  | { readonly kind: 'tap'; readonly tap: Tap }
  /** A button that means nothing to us any more. */
  | { readonly kind: 'staleTap' }
  | { readonly kind: 'text'; readonly text: string }
  /** A picture, a recording, a document. */
  | { readonly kind: 'file' }
  /** Something else said in a form we cannot read. */
  | { readonly kind: 'unreadable' }
  /** Nothing is to be answered: a reaction, an edit, a message taken back. */
  | { readonly kind: 'nothing' };

/** Types that the platform does not hand on and that are gestures about other messages, not messages. Source: reference §2.8. */
const GESTURES = new Set(['edit', 'reaction', 'pin', 'keep_in_chat', 'poll_update']);

/** What was heard of a content already: whether it is urgent, whether it ends a turn and what it asks for are asked one after another. */
const heardBefore = new WeakMap<Content, Heard>();

export function hear(content: Content): Heard {
  let heard = heardBefore.get(content);
  if (!heard) heardBefore.set(content, (heard = listenTo(content)));
  return heard;
}

function listenTo(content: Content): Heard {
  switch (content.type) {
    case 'text':
      return hearText(content.body);
    case 'buttonReply':
    case 'listReply':
      return hearTap(content.id);
    case 'button': {
      // A template's button without a payload of ours sends its label: then it counts as typed if it is a command.
      const tap = hearTap(content.payload);
      return tap.kind === 'tap' ? tap : (intentIn(content.text) ?? tap);
    }
    case 'media': {
      const intent = content.caption === undefined ? undefined : intentIn(content.caption);
      return intent && intent.kind !== 'courtesy' && intent.kind !== 'greeting' ? intent : { kind: 'file' };
    }
    case 'requestWelcome':
      return { kind: 'greeting' };
    case 'reaction':
    case 'edit':
    case 'revoke':
      return { kind: 'nothing' };
    case 'unsupported':
      return { kind: GESTURES.has(content.unsupportedType ?? '') ? 'nothing' : 'unreadable' };
    case 'flowReply':
      return { kind: 'staleTap' };
    case 'contacts': {
      const phones = content.phones.map(({ phone, waId }) => (waId === undefined ? phone : `+${waId}`));
      return phones.length === 0
        ? { kind: 'unreadable' }
        : { kind: 'card', phones, asked: content.origin === 'contactRequest' };
    }
    case 'location':
    case 'order':
    case 'unknown':
      return { kind: 'unreadable' };
    default:
      // Inbox rows outlive the code that wrote them: a type that is not in the union is still a turn of the person.
      content satisfies never;
      return { kind: 'unreadable' };
  }
}

const hearText = (text: string): Heard => intentIn(text) ?? { kind: 'text', text };

function intentIn(text: string): Heard | undefined {
  const intent = intentOf(text);
  switch (intent?.kind) {
    case 'maybeStop':
    case 'takeBack':
    case 'courtesy':
    case 'typedStars':
      return { kind: intent.kind, text };
    case 'callback':
      return { ...intent, text };
    default:
      return intent;
  }
}

function hearTap(id: string): Heard {
  const tap = readTap(id);
  return tap ? { kind: 'tap', tap } : { kind: 'staleTap' };
}

/** What comes after it is said by somebody whom we do not know any more: it is another turn's. */
export function endsTurn(content: Content): boolean {
  const heard = hear(content);
  return heard.kind === 'tap' && heard.tap.to === 'erase';
}

/** The words of the person's own in an input; labels of our buttons are not. */
export function ownWords(content: Content): string | undefined {
  if (content.type === 'text') return content.body;
  return content.type === 'media' ? content.caption : undefined;
}

/** What the shell hashes into `Input.textHash`: two texts that differ in case, punctuation or emoji only are one. */
export const comparableText = (content: Content): string | undefined =>
  content.type === 'text' ? comparable(content.body) || content.body.slice(0, 500) : undefined;

const URGENT_TAPS: ReadonlySet<Tap['to']> = new Set(['human', 'stop', 'optOut'] as const);

/** A stop and a call for a human never wait for anything: not for the last reply to be accepted, not for the rest of a POST. */
export function isUrgent(content: Content): boolean {
  const heard = hear(content);
  return heard.kind === 'stop' || heard.kind === 'human' || (heard.kind === 'tap' && URGENT_TAPS.has(heard.tap.to));
}
