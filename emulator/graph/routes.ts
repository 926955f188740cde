import { Router, type NextFunction, type Request, type Response } from 'express';
import type { Emulator } from '../emulator.js';
import { automationRoutes } from './account/automation.js';
import { blockRoutes } from './account/block-users.js';
import { accountFields, healthStatus, phoneNumberFields, phoneNumbers } from './account/phone-number.js';
import { profileRoutes } from './account/profile.js';
import { qrLinkRoutes, qrPicture } from './account/qr-links.js';
import { subscriptionRoutes } from './account/subscriptions.js';
import { onAccount } from './on-object.js';
import { slownessOf } from '../webhook/chaos.js';
import { answerError, answerJson, checkToken, noSuchObject } from './hot-path.js';
import { attachmentRoutes, mediaInfo, mediaRoutes } from './media.js';

import { templateFields } from './templates/listing.js';
import { templateRoutes } from './templates/routes.js';

/** The Graph API under `/v{n}.{m}`, all but `messages`, which is answered before the app is asked. */
export function graphRoutes(emulator: Emulator): Router {
  const router = Router();
  const versioned = Router({ mergeParams: true });
  let calls = 0;
  router.get('/whatsapp_business/qr/:code', qrPicture);
  router.use('/whatsapp_business', attachmentRoutes(emulator));
  // Without a version Meta takes the oldest that lives; which one makes no difference here.
  router.use(/^\/v\d+\.\d+/, versioned);
  router.use(/^(?=\/\d+(?:\/|$))/, versioned);

  versioned.use((request: Request, response: Response, next: NextFunction) => {
    response.on('finish', () => {
      const path = request.originalUrl.replace(/\?.*$/s, '').slice(0, 200);
      emulator.journal.add({ event: 'graph', method: request.method, path, answered: response.statusCode });
    });
    const refused = checkToken(emulator, request);
    if (refused) return answerError(response, refused);
    const lateMs = slownessOf(emulator.settings.chaos, `graph ${++calls}`);
    if (lateMs > 0) setTimeout(next, lateMs);
    else next();
  });
  versioned.use(mediaRoutes(emulator));
  for (const add of [subscriptionRoutes, profileRoutes, blockRoutes, qrLinkRoutes, automationRoutes])
    add(emulator, versioned);
  onAccount(emulator, versioned, 'get', 'phone_numbers', ({ query }) => phoneNumbers(emulator, query['fields']));
  versioned.use(templateRoutes(emulator));

  versioned.get('/:id', (request: Request<{ id: string }>, response) => {
    const { id } = request.params;
    const media = emulator.media.get(id);
    const template = emulator.templates.withId(id);
    if (id === emulator.options.phoneNumberId) {
      answerJson(response, 200, phoneNumberFields(emulator, request.query['fields']));
    } else if (id === emulator.options.businessAccountId) {
      answerJson(response, 200, accountFields(emulator, request.query['fields']));
    } else if (media && ofThisNumber(emulator, request)) {
      answerJson(response, 200, mediaInfo(emulator, media));
    } else if (template) {
      const { fields } = request.query;
      const health = String(fields).includes('health_status');
      answerJson(response, 200, {
        ...templateFields(template, fields),
        ...(health ? { health_status: healthStatus(emulator, ['WABA', 'BUSINESS', 'APP'], template) } : {}),
      });
    } else {
      answerError(response, noSuchObject(id, 'GET'));
    }
  });
  versioned.delete('/:id', (request: Request<{ id: string }>, response) => {
    const { id } = request.params;
    if (ofThisNumber(emulator, request) && emulator.media.remove(id)) {
      emulator.snapshot.touch();
      answerJson(response, 200, { success: true });
    } else answerError(response, noSuchObject(id, 'DELETE'));
  });
  return router;
}

/** `?phone_number_id=` on media, when given, must name the number the file belongs to (reference §2.9). */
function ofThisNumber(emulator: Emulator, request: Request): boolean {
  const asked = request.query['phone_number_id'];
  return asked === undefined || asked === emulator.options.phoneNumberId;
}
