import type { Emulator } from '../emulator.js';
import { mediaUrl } from '../graph/media.js';
import { newWamid } from '../ids.js';
import type { MediaKind } from '../limits.js';
import { contactOf, messagesChange, senderOf } from '../webhook/payloads.js';
import { spelledIdentity, type Person } from './people.js';
import { standIn } from './stand-ins.js';
import type { ThreadMessage } from './threads.js';

/** A customer's message as the control API takes it: Meta's own shape, of which almost everything may be left out. */
export interface InboundDraft {
  readonly type?: string | undefined;
  readonly text?: unknown;
  /** our wamid, when a test wants to know it beforehand or send it twice */
  readonly id?: string | undefined;
  /** seconds since the epoch */
  readonly timestamp?: string | number | undefined;
  readonly [member: string]: unknown;
}

export interface InboundOptions {
  readonly omitPhone?: boolean | undefined;
  readonly omitUserId?: boolean | undefined;
  readonly omitContacts?: boolean | undefined;
  /** how often the very same change is posted */
  readonly times?: number | undefined;
}

type Json = Record<string, unknown>;

const MEDIA_TYPES: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
};
const isMedia = (type: string): type is MediaKind => type in MEDIA_TYPES;

// Contradicted or unstated in Meta's pages (reference §12.13): taken as not opening the window, so that a sender who hopes
// otherwise meets 131047 here first.
const OPENS_NO_WINDOW = new Set(['system', 'unsupported', 'reaction']);

/** Sends messages of one person to the server, all in one POST.
 *  @returns the messages as the webhook has them */
export function sendInbound(
  emulator: Emulator,
  person: Person,
  drafts: readonly InboundDraft[],
  options: InboundOptions = {},
): Json[] {
  const messages = drafts.map((draft) => inboundMessage(emulator, person, draft, options));
  for (const message of messages) keepInbound(emulator, person, message);
  const hasContacts = !options.omitContacts && messages.some((message) => message['type'] !== 'system');
  const contact = strip(contactOf(person), options.omitPhone && 'wa_id', options.omitUserId && 'user_id');
  const change = messagesChange(emulator.number, { ...(hasContacts ? { contacts: [contact] } : {}), messages });
  const ids = messages.map((message) => String(message['id']));
  // Whom the business has blocked writes into the void (reference §7.5).
  if (person.blockedByUs) return messages;
  const label = `${person.id} in ${(person.written += 1)}`;
  for (let n = 0; n < (options.times ?? 1); n++) emulator.webhooks.enqueue(change, ids, { label });
  return messages;
}

function inboundMessage(emulator: Emulator, person: Person, draft: InboundDraft, options: InboundOptions): Json {
  const { type = 'text', text, id, timestamp, ...rest } = draft;
  const message: Json = {
    ...strip(senderOf(person), options.omitPhone && 'from', options.omitUserId && 'from_user_id'),
    id: id ?? newWamid(spelledIdentity(person), 'in'),
    timestamp: String(timestamp ?? emulator.clock.nowSeconds()),
    type,
    ...rest,
  };
  if (type === 'text') message['text'] = typeof text === 'string' ? { body: text } : (text ?? { body: '' });
  if (isMedia(type)) message[type] = mediaPart(emulator, type, (rest[type] ?? {}) as Json);
  if (type === 'unsupported' && !message['errors']) {
    message['errors'] = [
      {
        code: 131051,
        title: 'Message type unknown',
        message: 'Message type unknown',
        error_data: { details: 'Message type is currently not supported.' },
      },
    ];
  }
  return message;
}

/** Completes a media object as webhooks have it (reference §2.2): from a file already in the store (`id`), from bytes
 *  given along (`dataBase64`), or from a stand-in of its kind. */
function mediaPart(emulator: Emulator, type: MediaKind, given: Json): Json {
  const { dataBase64, ...rest } = given;
  const known = typeof given['id'] === 'string' ? emulator.media.get(given['id']) : undefined;
  const mimeType = String(given['mime_type'] ?? known?.mimeType ?? MEDIA_TYPES[type]);
  const filename = typeof given['filename'] === 'string' ? given['filename'] : known?.filename;
  const bytes = typeof dataBase64 === 'string' ? Buffer.from(dataBase64, 'base64') : undefined;
  const media = known ?? emulator.media.add({ bytes: bytes ?? standIn(type), mimeType, filename, from: 'customer' });
  return {
    mime_type: mimeType,
    sha256: media.sha256,
    url: mediaUrl(emulator, media),
    ...(type === 'audio' ? { voice: true } : {}),
    ...(type === 'sticker' ? { animated: media.animated === true } : {}),
    ...(type === 'document' ? { filename: filename ?? 'document.pdf' } : {}),
    ...rest,
    id: given['id'] ?? media.id,
  };
}

/** Puts a customer's message into journal and thread. A message with an id already known changes nothing there. */
export function keepInbound(emulator: Emulator, person: Person, message: Json): void {
  const type = String(message['type']);
  const id = String(message['id']);
  const atMs = Number(message['timestamp']) * 1000 || emulator.clock.now();
  emulator.rates.takeReceived();
  if (!OPENS_NO_WINDOW.has(type)) person.lastInboundAt = Math.max(person.lastInboundAt, atMs);
  if (message['referral'] !== undefined) person.referredAt = atMs;
  const text = wordsOf(message);
  emulator.journal.add({ event: 'inbound', person: person.id, wamid: id, type, text: text.slice(0, 200) });
  if (emulator.threads.get(id)) return;
  if (type === 'reaction') {
    const { message_id: target = '', emoji } = (message['reaction'] ?? {}) as { message_id?: string; emoji?: string };
    const bubble = emulator.threads.get(target);
    if (bubble) bubble.reaction = emoji ?? '';
    emulator.events.emit('reaction', { personId: person.id, id: target, emoji: emoji ?? '' });
  }
  const context = message['context'] as { id?: string } | undefined;
  const kept: ThreadMessage = {
    id,
    personId: person.id,
    direction: 'in',
    type,
    payload: message[type],
    at: atMs,
    state: 'received',
    ...(context?.id ? { contextId: context.id } : {}),
  };
  emulator.threads.add(kept);
  person.lastActivityAt = Math.max(person.lastActivityAt, atMs);
  if (emulator.events.watched) emulator.events.emit('message', { ...kept, unread: person.unread });
  emulator.snapshot.touch();
}

/** What a reader of the journal sees of a message: its text, or the title that was tapped. */
function wordsOf(message: Json): string {
  const part = message[String(message['type'])] as Json | undefined;
  const reply = (part?.['list_reply'] ?? part?.['button_reply']) as Json | undefined;
  return String(part?.['body'] ?? reply?.['title'] ?? part?.['text'] ?? part?.['caption'] ?? part?.['emoji'] ?? '');
}

function strip(object: Json, ...keys: readonly (string | false | undefined)[]): Json {
  for (const key of keys) if (key) delete object[key];
  return object;
}
