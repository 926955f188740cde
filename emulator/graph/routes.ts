import { Router, type NextFunction, type Request, type Response } from 'express';
import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { answerError, answerJson, checkToken, noSuchObject } from './hot-path.js';
import { mediaInfo, mediaRoutes } from './media.js';
import { phoneNumberFields } from './phone-number.js';
import { templateRoutes } from './templates.js';

/** The Graph API under `/v{n}.{m}`, all but `messages`, which is answered before the app is asked. */
export function graphRoutes(emulator: Emulator): Router {
  const router = Router();
  const versioned = Router({ mergeParams: true });
  router.use('/whatsapp_business', attachments(emulator));
  router.use(/^\/v\d+\.\d+/, versioned);

  versioned.use((request: Request, response: Response, next: NextFunction) => {
    response.on('finish', () => {
      const path = request.originalUrl.replace(/\?.*$/s, '').slice(0, 200);
      emulator.journal.add({ event: 'graph', method: request.method, path, answered: response.statusCode });
    });
    const refused = checkToken(emulator, request);
    if (refused) answerError(response, refused);
    else next();
  });
  versioned.use(mediaRoutes(emulator));
  versioned.use(templateRoutes(emulator));

  versioned.get('/:id', (request: Request<{ id: string }>, response) => {
    const { id } = request.params;
    const media = emulator.media.get(id);
    const template = emulator.templates.withId(id);
    if (id === emulator.options.phoneNumberId) {
      answerJson(response, 200, phoneNumberFields(emulator, request.query['fields']));
    } else if (id === emulator.options.businessAccountId) {
      answerJson(response, 200, {
        id,
        name: 'Vestnik',
        health_status: { can_send_message: 'AVAILABLE', entities: [] },
      });
    } else if (media) {
      answerJson(response, 200, mediaInfo(emulator, media));
    } else if (template) {
      answerJson(response, 200, template);
    } else {
      answerError(response, noSuchObject(id, 'GET'));
    }
  });
  versioned.delete('/:id', (request: Request<{ id: string }>, response) => {
    const { id } = request.params;
    if (emulator.media.remove(id)) answerJson(response, 200, { success: true });
    else answerError(response, noSuchObject(id, 'DELETE'));
  });
  return router;
}

/** The bytes of a file, with the token, while the address is fresh. */
function attachments(emulator: Emulator): Router {
  const router = Router();
  router.get('/attachments', (request, response) => {
    const refused = checkToken(emulator, request);
    if (refused) return answerError(response, refused);
    const { mid, ext } = request.query;
    const media = typeof mid === 'string' ? emulator.media.get(mid) : undefined;
    if (!media || Number(ext) < emulator.clock.now()) {
      return answerError(response, graphError(100, 'The address has expired.', { http: 404 }));
    }
    response.writeHead(200, { 'Content-Type': media.mimeType, 'Content-Length': media.bytes.length }).end(media.bytes);
  });
  return router;
}
