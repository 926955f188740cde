/** Which files are kept: sizes as Meta has them (reference §6.7), types that people send and that a browser or an office program opens.
 *  Nothing that runs: neither programs nor scripts, pages or archives. Pure. */

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

/** Why a file is not kept. `tooMany`: the case holds as much as one may. */
export type MediaRefusal = 'tooLarge' | 'type' | 'tooMany';

const MIB = 1024 * 1024;

/** Types with the ending that a file of theirs gets. */
const IMAGES = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'heic',
};
const VIDEOS = { 'video/mp4': 'mp4', 'video/3gpp': '3gp', 'video/quicktime': 'mov' };
const SOUNDS = {
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/wav': 'wav',
};
const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN = 'application/vnd.oasis.opendocument';
const DOCUMENTS = {
  'application/pdf': 'pdf',
  'application/rtf': 'rtf',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  [`${OFFICE}.wordprocessingml.document`]: 'docx',
  [`${OFFICE}.spreadsheetml.sheet`]: 'xlsx',
  [`${OFFICE}.presentationml.presentation`]: 'pptx',
  [`${OPEN}.text`]: 'odt',
  [`${OPEN}.spreadsheet`]: 'ods',
  [`${OPEN}.presentation`]: 'odp',
};

type Limit = { readonly maxBytes: number; readonly types: Readonly<Record<string, string>> };

export const MEDIA_LIMITS: Readonly<Record<MediaKind, Limit>> = {
  image: { maxBytes: 5 * MIB, types: IMAGES },
  sticker: { maxBytes: 1 * MIB, types: { 'image/webp': 'webp' } },
  audio: { maxBytes: 16 * MIB, types: SOUNDS },
  video: { maxBytes: 16 * MIB, types: VIDEOS },
  document: { maxBytes: 100 * MIB, types: { ...DOCUMENTS, ...IMAGES, ...VIDEOS, ...SOUNDS } },
};

/** Of one case. */
export const CASE_LIMITS = { files: 200, bytes: 500 * MIB } as const;

/** A type without its parameters: `audio/ogg; codecs=opus` is `audio/ogg`. */
export const bareType = (mimeType: string): string => mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** What the case holds already. */
export type Held = { readonly files: number; readonly bytes: number };

/** @returns why a file of this type and size is not kept; undefined when it is */
export function refusalOf(kind: MediaKind, mimeType: string, bytes: number, held: Held): MediaRefusal | undefined {
  const { maxBytes, types } = MEDIA_LIMITS[kind];
  if (!Object.hasOwn(types, bareType(mimeType))) return 'type';
  if (bytes > maxBytes) return 'tooLarge';
  return held.files >= CASE_LIMITS.files || held.bytes + bytes > CASE_LIMITS.bytes ? 'tooMany' : undefined;
}

/** The ending that a file of this type has. */
export const endingOf = (kind: MediaKind, mimeType: string): string =>
  MEDIA_LIMITS[kind].types[bareType(mimeType)] ?? 'bin';
