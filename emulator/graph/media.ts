import { Router, type Request } from 'express';
import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { MEDIA_LIMITS } from '../limits.js';
import { answerError, answerJson, noSuchObject, readBody } from './hot-path.js';
import type { Media } from './media-store.js';

const MAX_UPLOAD_BYTES = 101 * 1024 * 1024;
const URL_LIFE_MS = 5 * 60 * 1000;

/** `POST /{phone_number_id}/media` and what follows from it (reference §6.7, §2.9). */
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
    if (form.get('messaging_product') !== 'whatsapp') {
      return answerError(response, graphError(100, 'The parameter messaging_product is required.'));
    }
    const file = form.get('file');
    if (!(file instanceof Blob)) return answerError(response, graphError(100, 'The parameter file is required.'));
    const type = file.type || String(form.get('type') ?? '');
    const limit = Object.values(MEDIA_LIMITS).find((each) => each.types.test(type));
    if (!limit) return answerError(response, graphError(131053, `Files of the type '${type}' cannot be uploaded.`));
    if (file.size > limit.maxBytes) {
      return answerError(
        response,
        graphError(131053, `A file of the type '${type}' may have ${limit.maxBytes} bytes at most.`),
      );
    }
    const name = 'name' in file && typeof file.name === 'string' ? file.name : undefined;
    answerJson(response, 200, { id: emulator.media.add(Buffer.from(await file.arrayBuffer()), type, name).id });
  });

  return router;
}

/** What `GET /{media_id}` answers. The address lives five minutes, as Meta's does. */
export function mediaInfo(emulator: Emulator, media: Media): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    url: mediaUrl(emulator, media),
    mime_type: media.mimeType,
    sha256: media.sha256.toString('hex'),
    file_size: media.bytes.length,
    id: media.id,
  };
}

/** Where the bytes can be had with the token for five minutes; stands in for lookaside.fbsbx.com. */
export const mediaUrl = (emulator: Emulator, media: Media): string =>
  `${emulator.baseUrl}/whatsapp_business/attachments/?mid=${media.id}&ext=${emulator.clock.now() + URL_LIFE_MS}`;

async function readForm(raw: Buffer, contentType: string | undefined): Promise<FormData | undefined> {
  if (!contentType?.startsWith('multipart/form-data')) return undefined;
  try {
    return await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
}
