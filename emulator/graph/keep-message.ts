import type { Emulator } from '../emulator.js';
import type { GraphError } from '../graph-errors.js';
import { newWamid } from '../ids.js';
import { RATES } from '../limits.js';
import { bubbleOf } from '../phone/bubble.js';
import { spelledIdentity, type Person } from '../phone/people.js';
import type { ThreadMessage } from '../phone/threads.js';
import { pricingOf } from '../rules/pricing.js';
import { linkedMedia } from './media-check.js';
import type { Recipient } from './recipient.js';
import { TTL_SECONDS } from './templates/definition-check.js';
import { versionKey, type Template } from './templates/template-store.js';

export interface Accepted {
  readonly accepted: true;
  readonly wamid: string;
  readonly personId: string | null;
  readonly answer: unknown;
  /** starts the statuses; called once the answer is written, since 200 means no more than "queued" */
  readonly follow: () => void;
}
type Body = Record<string, unknown>;

/** A send that passed every check that needs no more than itself. */
export interface Candidate {
  readonly body: Body;
  readonly type: string;
  readonly recipient: Recipient;
  readonly template: Template | undefined;
  readonly inWindow: boolean;
}

/** Takes a message: it stands in the thread from now on. @param failLater what it fails with by webhook */
export function keep(emulator: Emulator, candidate: Candidate, failLater: GraphError | undefined): Accepted {
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
