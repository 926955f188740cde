import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { MEDIA_LIMITS, STICKER_BYTES, type MediaKind } from '../limits.js';

type Json = Record<string, unknown>;

/** A place in a send that names a file. */
interface Named {
  readonly kind: MediaKind;
  readonly part: Json;
  readonly at: string;
}

const isKind = (value: unknown): value is MediaKind => typeof value === 'string' && value in MEDIA_LIMITS;

/** Whether every file a send names can go out as what it is sent as: the message itself, the header of an interactive
 *  message or of one of its cards, the header of a template (reference §6.2, §6.3, §6.5, §6.7). @returns the refusal */
export function checkMedia(emulator: Emulator, body: Json): GraphError | undefined {
  for (const named of namedMedia(body)) {
    const wrong = checkPart(emulator, named);
    if (wrong) return wrong;
  }
  return undefined;
}

/** Every file a send names, whether by id or by link. */
function namedMedia(body: Json): readonly Named[] {
  const { type } = body;
  if (isKind(type)) return asNamed(type, body[type], type);
  if (type === 'interactive') {
    const { header, action } = (body['interactive'] ?? {}) as { header?: Json; action?: { cards?: unknown } };
    const cards = Array.isArray(action?.cards) ? (action.cards as { header?: Json }[]) : [];
    return [header, ...cards.map((card) => card?.header)].flatMap((each) => headerMedia(each, 'interactive.header'));
  }
  if (type !== 'template') return [];
  const { components } = (body['template'] ?? {}) as { components?: unknown };
  if (!Array.isArray(components)) return [];
  return (components as { type?: unknown; parameters?: unknown }[])
    .filter((each) => String(each?.type).toLowerCase() === 'header' && Array.isArray(each.parameters))
    .flatMap((each) => each.parameters as Json[])
    .flatMap((parameter) => headerMedia(parameter, 'template header'));
}

/** Those by link. */
export const linkedMedia = (body: Json): readonly (Named & { readonly link: string })[] =>
  namedMedia(body).flatMap((named) =>
    typeof named.part['link'] === 'string' ? [{ ...named, link: named.part['link'] }] : [],
  );

const headerMedia = (header: Json | undefined, at: string): readonly Named[] =>
  isKind(header?.['type']) ? asNamed(header['type'], header[header['type']], `${at}.${header['type']}`) : [];

const asNamed = (kind: MediaKind, part: unknown, at: string): readonly Named[] => [
  { kind, part: typeof part === 'object' && part !== null ? (part as Json) : {}, at },
];

function checkPart(emulator: Emulator, { kind, part, at }: Named): GraphError | undefined {
  const { id, link } = part;
  if (id === undefined && link === undefined) return graphError(131008, `One of ${at}.id and ${at}.link is required.`);
  if (id !== undefined && link !== undefined)
    return graphError(100, `Only one of ${at}.id and ${at}.link may be given.`);
  if (link !== undefined) {
    if (typeof link === 'string' && /^https?:\/\/\S+$/.test(link)) return undefined;
    return graphError(131009, `Param ${at}.link must be an address that begins with http.`);
  }
  if (typeof id !== 'string') return graphError(100, `Param ${at}.id must be a string.`);
  const media = emulator.media.get(id);
  if (!media) return graphError(131009, `Parameter value is not valid: there is no media with the id ${id}.`);
  // Anything may be sent as a document; everything else must be what it is sent as.
  if (kind !== 'document' && !MEDIA_LIMITS[kind].types.test(media.mimeType)) {
    return graphError(131053, `A file of the type '${media.mimeType}' cannot be sent as ${kind}.`);
  }
  const most = kind === 'sticker' && !media.animated ? STICKER_BYTES.still : MEDIA_LIMITS[kind].maxBytes;
  if (media.size <= most) return undefined;
  return graphError(131053, `A file sent as ${kind} may have ${most} bytes at most, this one has ${media.size}.`);
}
