import { createHmac, timingSafeEqual } from 'node:crypto';
import { Router, type Request } from 'express';
import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { mediaKindOf, MEDIA_LIMITS } from '../limits.js';
import { answerError, answerJson, checkToken, noSuchObject, readBody } from './hot-path.js';
import type { Media } from './media-store.js';

const MAX_UPLOAD_BYTES = 101 * 1024 * 1024;
const URL_LIFE_MS = 5 * 60 * 1000;

/** `POST /{phone_number_id}/media` (reference §6.7). What follows from it stands in `routes.ts`. */
export function mediaRoutes(emulator: Emulator): Router {
  const router = Router({ mergeParams: true });

  router.post('/:phoneNumberId/media', async (request: Request<{ phoneNumberId: string }>, response) => {
    if (request.params.phoneNumberId !== emulator.options.phoneNumberId) {
      return answerError(response, noSuchObject(request.params.phoneNumberId, 'POST'));
    }
    const raw = await readBody(request, MAX_UPLOAD_BYTES);
    const form = raw && (await readForm(raw, request.headers['content-type']));
    if (!form)
      return answerError(response, graphError(100, 'A multipart/form-data body of at most 100 MB is required.'));
    // Some clients put it into the query.
    if ((form.get('messaging_product') ?? request.query['messaging_product']) !== 'whatsapp') {
      return answerError(response, graphError(100, 'The parameter messaging_product is required.'));
    }
    const file = form.get('file');
    if (!(file instanceof Blob)) return answerError(response, graphError(100, 'The parameter file is required.'));
    const given = form.get('type');
    // A part without a type of its own arrives as octet-stream: then the form's word counts.
    const vague = file.type === '' || file.type === 'application/octet-stream';
    const mimeType = vague && typeof given === 'string' && given.includes('/') ? given : file.type;
    const kind = mediaKindOf(mimeType);
    if (!kind) return answerError(response, graphError(131053, `Files of the type '${mimeType}' cannot be uploaded.`));
    const { maxBytes } = MEDIA_LIMITS[kind];
    if (file.size > maxBytes) {
      const details = `A file of the type '${mimeType}' may have ${maxBytes} bytes at most.`;
      return answerError(response, graphError(131053, details));
    }
    if (file.size === 0) return answerError(response, graphError(100, 'The file is empty.'));
    const filename = 'name' in file && typeof file.name === 'string' ? file.name : undefined;
    const bytes = Buffer.from(await file.arrayBuffer());
    const { id } = emulator.media.add({ bytes, mimeType, filename, from: 'business' });
    emulator.snapshot.touch();
    answerJson(response, 200, { id });
  });

  return router;
}

/** The bytes of a file at the address that `mediaUrl` gave: with the token, and while the address is fresh. */
export function attachmentRoutes(emulator: Emulator): Router {
  const router = Router();
  router.get('/attachments', async (request, response) => {
    const refused = checkToken(emulator, request);
    if (refused) return answerError(response, refused);
    const { mid, ext, hash } = request.query;
    const media = typeof mid === 'string' ? emulator.media.get(mid) : undefined;
    const genuine = media && typeof ext === 'string' && typeof hash === 'string' && isSeal(emulator, media, ext, hash);
    if (!genuine || Number(ext) < emulator.clock.now()) {
      return answerError(response, graphError(100, 'The address has expired.', { http: 404 }));
    }
    const bytes = await emulator.media.read(media);
    response.writeHead(200, { 'Content-Type': media.mimeType, 'Content-Length': bytes.length }).end(bytes);
  });
  return router;
}

/** What `GET /{media_id}` answers. The address lives five minutes, as Meta's does. */
export function mediaInfo(emulator: Emulator, media: Media): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    url: mediaUrl(emulator, media),
    mime_type: media.mimeType,
    sha256: Buffer.from(media.sha256, 'base64').toString('hex'),
    file_size: media.size,
    id: media.id,
  };
}

/** Where the bytes can be had with the token for five minutes; stands in for lookaside.fbsbx.com. */
export function mediaUrl(emulator: Emulator, media: Media): string {
  const ext = String(emulator.clock.now() + URL_LIFE_MS);
  return `${emulator.baseUrl}/whatsapp_business/attachments/?mid=${media.id}&ext=${ext}&hash=${sealOf(emulator, media, ext)}`;
}

// Like Meta's, an address cannot be made to live longer by changing its number.
const sealOf = (emulator: Emulator, media: Media, ext: string): string =>
  createHmac('sha256', emulator.options.appSecret).update(`${media.id} ${ext}`).digest('base64url').slice(0, 22);

function isSeal(emulator: Emulator, media: Media, ext: string, hash: string): boolean {
  const wanted = Buffer.from(sealOf(emulator, media, ext));
  const given = Buffer.from(hash);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readForm(raw: Buffer, contentType: string | undefined): Promise<FormData | undefined> {
  if (!contentType?.startsWith('multipart/form-data')) return undefined;
  try {
    return await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
}
