import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { newWamid } from '../ids.js';
import { RATES } from '../limits.js';
import { bubbleOf } from '../phone/bubble.js';
import { spelledIdentity, type Person } from '../phone/people.js';
import type { ThreadMessage } from '../phone/threads.js';
import { whyNoMarketing } from '../rules/marketing.js';
import { pricingOf } from '../rules/pricing.js';
import { checkMedia, linkedMedia } from './media-check.js';
import { checkShape } from './message-shape.js';
import { recipientOf, type Recipient } from './recipient.js';
import { TTL_SECONDS } from './templates/definition-check.js';
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

/** A send that passed every check that needs no more than itself. */
interface Candidate {
  readonly body: Body;
  readonly type: string;
  readonly recipient: Recipient;
  readonly template: Template | undefined;
  readonly inWindow: boolean;
}

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

function keep(emulator: Emulator, candidate: Candidate, failLater: GraphError | undefined): Accepted {
  const { type, recipient, template } = candidate;
  const { person, by, input } = recipient;
  const digits = input.replace(/\D/g, '');
  const message = messageOf(emulator, candidate);
  const linked = linkedMedia({ type, [type]: message.payload });
  if (person) show(emulator, person, message);
  const held = person && template && !failLater && emulator.pacing.holds(emulator, template);
  const goOn = (error: GraphError | undefined) => {
    if (error) emulator.statuses.failLater(message, person, error, by === 'phone' ? digits : input);
    else if (person) emulator.statuses.follow(message, person);
  };
  const follow = () => {
    if (failLater || linked.length === 0) goOn(failLater);
    else void fetchLinked(emulator, message, linked).then(goOn);
  };
  const hold = () => {
    if (!person || !template) return;
    const drop = (error: GraphError) => emulator.statuses.failLater(message, person, error, input);
    emulator.pacing.hold(emulator, template, { release: follow, drop });
  };
  return {
    accepted: true,
    wamid: message.id,
    personId: person?.id ?? null,
    answer: {
      messaging_product: 'whatsapp',
      contacts: [by === 'userId' ? { input, user_id: input } : { input, wa_id: digits }],
      messages: [
        {
          id: message.id,
          ...(type === 'template' ? { message_status: held ? 'held_for_quality_assessment' : 'accepted' } : {}),
        },
      ],
    },
    follow: held ? hold : follow,
  };
}

/** The platform fetches a file that is sent by link only now, so a link that leads nowhere shows by webhook (reference §6.2, §9.5). What
 *  it fetched is written beside the link, for the telephone to show. */
async function fetchLinked(
  emulator: Emulator,
  message: ThreadMessage,
  linked: ReturnType<typeof linkedMedia>,
): Promise<GraphError | undefined> {
  for (const { kind, part, link } of linked) {
    const file = await emulator.links.fetch(kind, link);
    if (file === 'trusted') continue;
    if (!('id' in file)) return file;
    part['fetched'] = file.id;
  }
  emulator.snapshot.touch();
  if (emulator.events.watched) emulator.events.emit('state', bubbleOf(emulator, message));
  return undefined;
}

function messageOf(emulator: Emulator, { body, type, recipient, template, inWindow }: Candidate): ThreadMessage {
  const { person, by, input } = recipient;
  const now = emulator.clock.now();
  const context = body['context'] as { message_id?: unknown } | undefined;
  const callbackData = body['biz_opaque_callback_data'];
  if (person && person.referredAt !== 0) openFreeEntry(person, now);
  return {
    id: newWamid(person ? spelledIdentity(person) : by === 'phone' ? input.replace(/\D/g, '') : input, 'out'),
    personId: person?.id ?? '',
    direction: 'out',
    type,
    // What a file by link turns out to be is written into it: the request as it came in stays as it was.
    payload: linkedMedia(body).length > 0 ? structuredClone(body[type]) : body[type],
    at: now,
    state: 'accepted',
    sentTo: by === 'userId' ? 'userId' : 'phone',
    ...(person
      ? { place: ++person.heard, pricing: pricingOf(person, template?.category.toLowerCase(), inWindow, now) }
      : {}),
    ...(template ? { templateVersion: versionKey(template), templateId: template.id, ...expiry(template, now) } : {}),
    ...(typeof context?.message_id === 'string' ? { contextId: context.message_id } : {}),
    ...(typeof callbackData === 'string' ? { callbackData } : {}),
  };
}

const FREE_ENTRY_MS = 72 * 60 * 60 * 1000;

// Somebody came from an advertisement, and we answer within 24 hours: everything is free for 72 (reference §8.2).
function openFreeEntry(person: Person, now: number): void {
  if (now - person.referredAt < RATES.windowMs) person.freeEntryUntil = now + FREE_ENTRY_MS;
  person.referredAt = 0;
}

/** Everything waits 30 days for a telephone that is off, but for templates that say otherwise and one-time codes. */
function expiry(template: Template, now: number): { expiresAt?: number } {
  const ttl =
    template.message_send_ttl_seconds ??
    (template.category === 'AUTHENTICATION' ? TTL_SECONDS['AUTHENTICATION']?.usual : undefined);
  return ttl === undefined || ttl === -1 ? {} : { expiresAt: now + ttl * 1_000 };
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
