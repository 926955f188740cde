import { json, Router, type Request } from 'express';
import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { checkLimits } from '../limit-check.js';
import { answerError, answerJson, noSuchObject } from './hot-path.js';
import { MAX_TEMPLATES, type Template } from './template-store.js';

type Account = Request<{ businessAccountId: string }>;

/** `/{waba}/message_templates`: create, list with cursors, delete (reference §10). A new template is approved at once. */
export function templateRoutes(emulator: Emulator): Router {
  const router = Router({ mergeParams: true });
  const { templates } = emulator;
  const stranger = (request: Account) => request.params.businessAccountId !== emulator.options.businessAccountId;

  router.post('/:businessAccountId/message_templates', json({ limit: '1mb' }), (request: Account, response) => {
    if (stranger(request)) return answerError(response, noSuchObject(request.params.businessAccountId, 'POST'));
    const wanted = (request.body ?? {}) as Template;
    const wrong = checkLimits('templateDefinition', wanted);
    if (wrong) return answerError(response, wrong);
    if (templates.find(wanted.name, wanted.language)) {
      return answerError(response, graphError(100, 'There is already a template with that name in that language.'));
    }
    if (templates.all().length >= MAX_TEMPLATES)
      return answerError(response, graphError(2388019, 'Too many templates.'));
    const { id, status, category } = templates.put({ ...wanted, status: 'APPROVED' });
    emulator.snapshot.touch();
    answerJson(response, 200, { id, status, category });
  });

  router.get('/:businessAccountId/message_templates', (request: Account, response) => {
    if (stranger(request)) return answerError(response, noSuchObject(request.params.businessAccountId, 'GET'));
    const { name, status, limit, after, language } = request.query;
    const found = templates
      .all()
      .filter((each) => (!name || each.name === name) && (!status || each.status === status))
      .filter((each) => !language || each.language === language);
    const start = typeof after === 'string' ? Number(Buffer.from(after, 'base64').toString()) : 0;
    if (!Number.isInteger(start)) return answerError(response, graphError(131059, 'The cursor is not valid.'));
    const size = Math.min(Math.max(Number(limit) || 25, 1), 250);
    const page = found.slice(start, start + size);
    const cursor = (at: number) => Buffer.from(String(at)).toString('base64');
    const end = start + page.length;
    const next = new URL(request.originalUrl, emulator.baseUrl);
    next.searchParams.set('after', cursor(end));
    answerJson(response, 200, {
      data: page,
      paging: {
        cursors: { before: cursor(start), after: cursor(end) },
        ...(end < found.length ? { next: next.href } : {}),
      },
    });
  });

  router.delete('/:businessAccountId/message_templates', (request: Account, response) => {
    if (stranger(request)) return answerError(response, noSuchObject(request.params.businessAccountId, 'DELETE'));
    const { name, hsm_id: id } = request.query;
    if (typeof name !== 'string') return answerError(response, graphError(100, 'The parameter name is required.'));
    if (templates.remove(name, typeof id === 'string' ? id : undefined) === 0) {
      return answerError(response, graphError(132001, `template name (${name}) does not exist`));
    }
    emulator.snapshot.touch();
    answerJson(response, 200, { success: true });
  });

  return router;
}
