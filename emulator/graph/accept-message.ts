import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { newWamid } from '../ids.js';
import { RATES } from '../limits.js';
import { bubbleOf } from '../phone/bubble.js';
import { spelledIdentity, type Person } from '../phone/people.js';
import type { ThreadMessage } from '../phone/threads.js';
import { checkMedia } from './media-check.js';
import { checkShape } from './message-shape.js';
import { recipientOf, type Recipient } from './recipient.js';
import { checkTemplate } from './templates/parameter-check.js';
import { versionKey, type Template } from './templates/template-store.js';

export interface Accepted {
  readonly accepted: true;
  readonly wamid: string;
  readonly personId: string | null;
  readonly answer: unknown;
  /** starts the statuses; called once the answer is written, since 200 means no more than "queued" */
  readonly follow: () => void;
}
export type Verdict = Accepted | { readonly accepted: false; readonly error: GraphError };

type Body = Record<string, unknown>;

export const refuseMessage = (error: GraphError): Verdict => ({ accepted: false, error });

/** Decides about one send, and keeps it if it is taken.
 *  @param failLater accept it, and let it fail by webhook with this error */
export function acceptMessage(emulator: Emulator, body: Body, failLater?: GraphError): Verdict {
  if (!emulator.rates.takeSend()) {
    return refuseMessage(
      graphError(
        130429,
        'Message failed to send because there were too many messages sent from this phone number in a short period of time.',
      ),
    );
  }
  const wrong = checkShape(body) ?? checkMedia(emulator, body) ?? checkReaction(emulator, body);
  if (wrong) return refuseMessage(wrong);
  const recipient = recipientOf(emulator, body);
  const unreachable = checkRecipient(emulator, recipient);
  if (unreachable) return refuseMessage(unreachable);
  const { person } = recipient;
  const type = (body['type'] as string | undefined) ?? 'text';
  const template = type === 'template' ? checkTemplate(emulator.templates, body['template']) : undefined;
  if (template && 'error' in template) return refuseMessage(template.error);
  if (template?.category === 'AUTHENTICATION' && recipient.by === 'userId') {
    return refuseMessage(graphError(131062, 'Authentication templates can only be sent to a phone number.'));
  }

  // Nobody there: the platform takes the message and says later that it could not be delivered (reference §9.4).
  let later = failLater ?? (person ? undefined : graphError(131026, 'Message Undeliverable.'));
  if (person && type !== 'template' && emulator.settings.window && !windowOpen(emulator, person)) {
    const closed = graphError(
      131047,
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    );
    if (emulator.settings.windowErrorBy === 'answer') return refuseMessage(closed);
    later ??= closed;
  }
  if (person && !emulator.rates.takePair(person)) {
    return refuseMessage(
      graphError(
        131056,
        'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
      ),
    );
  }
  return keep(emulator, body, type, recipient, template, later);
}

const windowOpen = (emulator: Emulator, person: Person): boolean =>
  emulator.clock.now() - person.lastInboundAt < RATES.windowMs;

function checkRecipient(emulator: Emulator, { by, input }: Recipient): GraphError | undefined {
  if (by === 'nobody') return graphError(100, 'The parameter to is required.');
  if (by === 'phone') {
    const digits = input.replace(/[\s()+-]/g, '');
    if (!/^\d{5,20}$/.test(digits))
      return graphError(131009, `Parameter value is not valid: '${input}' is not a phone number.`);
    if (digits === emulator.number.displayPhoneNumber) {
      return graphError(
        131021,
        'Message failed to send because the sender and the recipient are the same phone number.',
      );
    }
  } else if (!/^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/.test(input)) {
    return graphError(131009, `Parameter value is not valid: '${input}' is not a business-scoped user id.`);
  }
  return undefined;
}

function checkReaction(emulator: Emulator, body: Body): GraphError | undefined {
  if (body['type'] !== 'reaction') return undefined;
  const target = emulator.threads.get(String((body['reaction'] as { message_id?: unknown }).message_id));
  if (!target || emulator.clock.now() - target.at <= RATES.messageLifeMs) return undefined;
  return graphError(131009, 'Parameter value is not valid: messages older than 30 days cannot be reacted to.');
}

function keep(
  emulator: Emulator,
  body: Body,
  type: string,
  recipient: Recipient,
  template: Template | undefined,
  failLater: GraphError | undefined,
): Accepted {
  const { person, by, input } = recipient;
  const digits = input.replace(/\D/g, '');
  const id = newWamid(person ? spelledIdentity(person) : by === 'phone' ? digits : input, 'out');
  const context = body['context'] as { message_id?: unknown } | undefined;
  const callbackData = body['biz_opaque_callback_data'];
  const message: ThreadMessage = {
    id,
    personId: person?.id ?? '',
    direction: 'out',
    type,
    payload: body[type],
    at: emulator.clock.now(),
    state: 'accepted',
    sentTo: by === 'userId' ? 'userId' : 'phone',
    ...(template ? { category: template.category.toLowerCase(), templateVersion: versionKey(template) } : {}),
    ...(typeof context?.message_id === 'string' ? { contextId: context.message_id } : {}),
    ...(typeof callbackData === 'string' ? { callbackData } : {}),
  };
  if (person) show(emulator, person, message);
  return {
    accepted: true,
    wamid: id,
    personId: person?.id ?? null,
    answer: {
      messaging_product: 'whatsapp',
      contacts: [by === 'userId' ? { input, user_id: input } : { input, wa_id: digits }],
      messages: [{ id, ...(type === 'template' ? { message_status: 'accepted' } : {}) }],
    },
    follow: () => {
      if (failLater) emulator.statuses.failLater(message, person, failLater, by === 'phone' ? digits : input);
      else if (person) emulator.statuses.follow(message, person);
    },
  };
}

function show(emulator: Emulator, person: Person, message: ThreadMessage): void {
  const { threads, events, snapshot } = emulator;
  if (message.type === 'reaction') {
    const { message_id: target, emoji } = message.payload as { message_id: string; emoji?: string };
    const bubble = threads.get(target);
    if (bubble) {
      bubble.reaction = emoji ?? '';
      events.emit('reaction', { personId: person.id, id: target, emoji: emoji ?? '' });
    }
  }
  threads.add(message);
  person.lastActivityAt = message.at;
  person.unread += 1;
  person.typingUntil = 0;
  if (events.watched) events.emit('message', { ...bubbleOf(emulator, message), unread: person.unread });
  snapshot.touch();
}
