import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { RATES } from '../limits.js';
import type { Person } from '../phone/people.js';
import { whyNoMarketing } from '../rules/marketing.js';
import { keep, type Accepted, type Candidate } from './keep-message.js';
import { checkMedia } from './media-check.js';
import { checkShape } from './message-shape.js';
import { recipientOf, type Recipient } from './recipient.js';
import { checkTemplate } from './templates/parameter-check.js';

export type Verdict = Accepted | { readonly accepted: false; readonly error: GraphError };

type Body = Record<string, unknown>;

export const refuseMessage = (error: GraphError): Verdict => ({ accepted: false, error });

/** Decides about one send, and keeps it if it is taken. The order of the checks: the number's rate, the request itself,
 *  who it is for, the template, then the rules about this person, of which the ones that count come last.
 *  @param failLater accept it, and let it fail by webhook with this error */
export function acceptMessage(emulator: Emulator, body: Body, failLater?: GraphError): Verdict {
  const standing = standingError(emulator);
  if (standing) return refuseMessage(standing);
  if (!emulator.rates.takeSend()) return refuseMessage(graphError(130429, NUMBER_RATE));
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
  const inWindow = person !== undefined && emulator.clock.now() - person.lastInboundAt < RATES.windowMs;
  const candidate = { body, type, recipient, template, inWindow };
  // Nobody there: the platform takes the message and says later that it could not be delivered (reference §9.4).
  if (!person) return keep(emulator, candidate, failLater ?? graphError(131026, 'Message Undeliverable.'));
  return acceptForPerson(emulator, candidate, person, failLater);
}

function acceptForPerson(
  emulator: Emulator,
  candidate: Candidate,
  person: Person,
  failLater: GraphError | undefined,
): Verdict {
  const { type, template, inWindow } = candidate;
  const { settings } = emulator;
  let later = failLater;
  if (person.blockedByUs) return refuseMessage(graphError(130403, 'The business has blocked this user.'));
  if (type !== 'template' && settings.window && !inWindow) {
    const closed = graphError(131047, WINDOW_CLOSED);
    if (settings.windowErrorBy === 'answer') return refuseMessage(closed);
    later ??= closed;
  }
  if (template && !inWindow && emulator.feedback.isSpam) return refuseMessage(graphError(131048, SPAM));
  if (!emulator.rates.takePair(person)) return refuseMessage(graphError(131056, PAIR_RATE));
  if (template && !inWindow && !later && !emulator.tier.take(person)) {
    const exhausted = graphError(settings.tier.code, TIER_EXHAUSTED);
    if (settings.tier.by === 'answer') return refuseMessage(exhausted);
    later = exhausted;
  }
  if (template?.category === 'MARKETING') later ??= whyNoMarketing(emulator, person, inWindow);
  return keep(emulator, candidate, later);
}

const NUMBER_RATE =
  'Message failed to send because there were too many messages sent from this phone number in a short period of time.';
const PAIR_RATE =
  'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.';
const WINDOW_CLOSED =
  'Message failed to send because more than 24 hours have passed since the customer last replied to this number.';
const SPAM =
  'Message failed to send because there are restrictions on how many messages can be sent from this phone number. This may be because too many previous messages were blocked or flagged as spam.';
const TIER_EXHAUSTED =
  'Message failed to send because the messaging limit of the last 24 hours is used up for users who have not written first.';

function standingError(emulator: Emulator): GraphError | undefined {
  const { maintenanceUntil, blockedBy } = emulator.account.standing;
  if (blockedBy) return graphError(blockedBy.code, blockedBy.details);
  if (maintenanceUntil > emulator.clock.now()) {
    return graphError(131057, 'Business account is in maintenance mode while its throughput is upgraded.');
  }
  return undefined;
}

function checkRecipient(emulator: Emulator, { by, input, person }: Recipient): GraphError | undefined {
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
  const { testNumbers } = emulator.settings;
  if (!testNumbers) return undefined;
  const phone = by === 'phone' ? input.replace(/\D/g, '') : person?.phone;
  return phone && testNumbers.includes(phone)
    ? undefined
    : graphError(131030, 'Recipient phone number not in allowed list: add it to the recipients of the test number.');
}

function checkReaction(emulator: Emulator, body: Body): GraphError | undefined {
  if (body['type'] !== 'reaction') return undefined;
  const target = emulator.threads.get(String((body['reaction'] as { message_id?: unknown }).message_id));
  if (!target || emulator.clock.now() - target.at <= RATES.messageLifeMs) return undefined;
  return graphError(131009, 'Parameter value is not valid: messages older than 30 days cannot be reacted to.');
}
