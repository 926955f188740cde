import type { Content } from '../src/inbox/update.js';
import { defined } from './defined.js';
import { isObject, listOf, writeJson, type JsonObject } from './json-text.js';
import { readErrors } from './platform-errors.js';
import { phoneOf } from './senders.js';
import * as shape from './wire-shapes.js';

/** What a message holds. A type that we do not know, or a known one whose payload we cannot read, is `unknown` and still a turn.
 *  Source: reference §2.2. */
export function contentOf(message: JsonObject, type: string | undefined): Content {
  return readContent(message, type) ?? { type: 'unknown', name: (type ?? '').slice(0, 64) };
}

function readContent(message: JsonObject, type: string | undefined): Content | undefined {
  switch (type) {
    case 'text': {
      const text = shape.Text.safeParse(message['text']).data;
      return text && { type: 'text', body: text.body };
    }
    case 'button': {
      const button = shape.Button.safeParse(message['button']).data;
      const label = button?.text ?? button?.payload;
      return label === undefined ? undefined : { type: 'button', payload: button?.payload ?? label, text: label };
    }
    case 'interactive':
      return interactive(message['interactive']);
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return media(message[type], type);
    case 'location': {
      const place = shape.Location.safeParse(message['location']).data;
      return (
        place &&
        defined<Content>({
          type: 'location',
          latitude: place.latitude,
          longitude: place.longitude,
          name: place.name,
          address: place.address,
        })
      );
    }
    case 'contacts':
      return cards(message);
    case 'reaction': {
      const reaction = shape.Reaction.safeParse(message['reaction']).data;
      return (
        reaction &&
        defined<Content>({ type: 'reaction', messageId: reaction.message_id, emoji: reaction.emoji || undefined })
      );
    }
    case 'order':
      return { type: 'order' };
    case 'request_welcome':
      return { type: 'requestWelcome' };
    case 'edit': {
      const original = shape.Original.safeParse(message['edit']).data;
      return (
        original &&
        defined<Content>({
          type: 'edit',
          originalMessageId: original.original_message_id,
          text: editedText(message['edit']),
        })
      );
    }
    case 'revoke': {
      const original = shape.Original.safeParse(message['revoke']).data;
      return original && { type: 'revoke', originalMessageId: original.original_message_id };
    }
    case 'unsupported':
      return defined<Content>({
        type: 'unsupported',
        unsupportedType: shape.Unsupported.safeParse(message['unsupported']).data?.type,
        errors: readErrors(message['errors']),
      });
    default:
      return undefined;
  }
}

function interactive(value: unknown): Content | undefined {
  if (!isObject(value)) return undefined;
  const type = typeof value['type'] === 'string' ? value['type'] : undefined;
  switch (type) {
    case 'button_reply': {
      const reply = shape.ButtonReply.safeParse(value[type]).data;
      return reply && { type: 'buttonReply', id: reply.id, title: reply.title };
    }
    case 'list_reply': {
      const reply = shape.ListReply.safeParse(value[type]).data;
      return (
        reply &&
        defined<Content>({ type: 'listReply', id: reply.id, title: reply.title, description: reply.description })
      );
    }
    case 'nfm_reply':
      return flowReply(value[type]);
    default:
      return { type: 'unknown', name: `interactive.${type ?? ''}`.slice(0, 64) };
  }
}

function flowReply(value: unknown): Content | undefined {
  const reply = shape.FlowReply.safeParse(value).data;
  if (!reply || !isObject(value)) return undefined;
  const answer = value['response_json'];
  return {
    type: 'flowReply',
    name: reply.name ?? '',
    body: reply.body ?? '',
    // Documented as a text of JSON; an object is written as that text.
    responseJson: reply.response_json ?? (isObject(answer) ? writeJson(answer) : ''),
  };
}

function media(value: unknown, mediaType: 'image' | 'video' | 'audio' | 'document' | 'sticker'): Content | undefined {
  const file = shape.Media.safeParse(value).data;
  return (
    file &&
    defined<Content>({
      type: 'media',
      mediaType,
      mediaId: file.id,
      mimeType: file.mime_type,
      sha256: file.sha256,
      url: file.url,
      caption: file.caption,
      fileName: file.filename,
      voice: file.voice,
    })
  );
}

const ASKED_FOR = 'contact_request';

/** Shared cards. Only those sent as the answer to our request prove a number; an older page has `origin` on the message
 *  (reference §2.6, §3.6). Of a mixture, only the proven ones are taken. */
function cards(message: JsonObject): Content | undefined {
  const list = message['contacts'];
  if (!Array.isArray(list)) return undefined;
  const all = listOf(list).flatMap((item) => shape.Card.safeParse(item).data ?? []);
  const proven = message['origin'] === ASKED_FOR ? all : all.filter((card) => card.origin === ASKED_FOR);
  const phones = (proven.length > 0 ? proven : all).flatMap((card) =>
    (card.phones ?? []).flatMap(({ phone, wa_id: waId }) => {
      const shown = phone ?? waId;
      return shown === undefined ? [] : [defined({ phone: shown, waId: phoneOf(waId) })];
    }),
  );
  return { type: 'contacts', origin: proven.length > 0 ? 'contactRequest' : 'other', phones };
}

function editedText(edit: unknown): string | undefined {
  const message = isObject(edit) ? edit['message'] : undefined;
  if (!isObject(message)) return undefined;
  const content = readContent(message, message['type'] === 'text' ? 'text' : undefined);
  if (content?.type === 'text') return content.body;
  const type = message['type'];
  const file = typeof type === 'string' ? shape.Media.safeParse(message[type]).data : undefined;
  return file?.caption;
}
