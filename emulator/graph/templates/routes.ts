import { json, Router, type Request, type Response } from 'express';
import type { Emulator } from '../../emulator.js';
import { graphError, type GraphError } from '../../graph-errors.js';
import { answerError, answerJson, noSuchObject } from '../hot-path.js';
import { checkComponents, checkTtl, readDefinition } from './definition-check.js';
import { pageOf, templateFields } from './listing.js';
import { startReview, unpause } from './review.js';
import { componentOf, type Template } from './template-store.js';
import { tellStatus } from './updates.js';

type Account = Request<{ businessAccountId: string }>;
type Json = Record<string, unknown>;

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** New templates an hour (reference §7.1), and edits of an approved one (§10.2). */
export const TEMPLATE_RATES = { createdPerHour: 100, editsPerDay: 1, editsPerMonth: 10 } as const;

/** `/{waba}/message_templates` and `/{template}`: create, list, edit, delete, unpause (reference §10). */
export function templateRoutes(emulator: Emulator): Router {
  const router = Router({ mergeParams: true });
  const read = json({ limit: '1mb' });
  const path = '/:businessAccountId/message_templates';
  const ofAccount = (act: (request: Account, response: Response) => void) => (request: Account, response: Response) => {
    const { businessAccountId } = request.params;
    if (businessAccountId === emulator.options.businessAccountId) return act(request, response);
    answerError(response, noSuchObject(businessAccountId, request.method));
  };

  router.post(
    path,
    read,
    ofAccount((request, response) => {
      const made = create(emulator, (request.body ?? {}) as Json);
      if ('error' in made) return answerError(response, made.error);
      const { id, status, category } = made;
      answerJson(response, 200, { id, status, category });
    }),
  );
  router.get(
    path,
    ofAccount((request, response) => {
      const page = pageOf(emulator, request);
      if ('error' in page) answerError(response, page.error);
      else answerJson(response, 200, page);
    }),
  );
  router.get(`${path}/:templateId`, (request: Request<{ businessAccountId: string; templateId: string }>, response) => {
    const template = emulator.templates.withId(request.params.templateId);
    if (!template) return answerError(response, noSuchObject(request.params.templateId, 'GET'));
    answerJson(response, 200, templateFields(template, request.query['fields']));
  });
  router.delete(
    path,
    ofAccount((request, response) => {
      const { name, hsm_id: id } = request.query;
      const wrong = remove(emulator, name, id);
      if (wrong) answerError(response, wrong);
      else answerJson(response, 200, { success: true });
    }),
  );
  router.post('/:templateId/unpause', (request: Request<{ templateId: string }>, response, next) => {
    const template = emulator.templates.withId(request.params.templateId);
    if (!template) return next();
    if (template.status !== 'PAUSED') return answerError(response, graphError(100, 'The template is not paused.'));
    unpause(emulator, template);
    answerJson(response, 200, { success: true });
  });
  router.post('/:templateId', read, (request: Request<{ templateId: string }>, response, next) => {
    const template = emulator.templates.withId(request.params.templateId);
    if (!template) return next();
    const wrong = edit(emulator, template, (request.body ?? {}) as Json);
    if (wrong) answerError(response, wrong);
    else answerJson(response, 200, { success: true, id: template.id, name: template.name, category: template.category });
  });
  return router;
}

function create(emulator: Emulator, body: Json): Template | { readonly error: GraphError } {
  const { templates, clock } = emulator;
  const refuse = (details: string, code = 100) => ({ error: graphError(code, details) });
  const definition = readDefinition(body);
  if ('error' in definition) return definition;
  const { name, language } = definition;
  if (templates.find(name, language)) return refuse('There is already a template with that name in that language.');
  if (templates.isLocked(name, language, clock.now())) {
    return refuse('That name was deleted in that language less than 30 days ago and cannot be used yet.');
  }
  const twin = [...templates.all()].find((each) => each.language === language && saysTheSame(each.components, definition.components));
  if (twin) return refuse(`The template ${twin.name} has the same body and footer in that language.`);
  if (templates.size >= emulator.settings.templatesAtMost) return refuse('Too many templates.', 2388019);
  const createdLately = [...templates.all()].filter((each) => clock.now() - each.history.createdAt < HOUR_MS).length;
  if (createdLately >= TEMPLATE_RATES.createdPerHour) {
    return refuse('There have been too many calls to this WhatsApp Business account.', 80007);
  }
  const history = { createdAt: clock.now(), editedAt: [], pauses: 0 };
  const template = templates.put({ ...definition, status: 'PENDING', history });
  emulator.snapshot.touch();
  emulator.events.emit('template', { id: template.id, name, status: template.status });
  startReview(emulator, template);
  return template;
}

const saysTheSame = (one: readonly Json[], other: readonly Json[]): boolean =>
  (['body', 'footer'] as const).every((type) => componentOf(one, type)?.['text'] === componentOf(other, type)?.['text']);

/** Replaces components, and with them whatever else is given (reference §10.2); what was edited is reviewed anew. */
function edit(emulator: Emulator, template: Template, body: Json): GraphError | undefined {
  const now = emulator.clock.now();
  if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status)) {
    return graphError(100, `A template that is ${template.status} cannot be edited.`);
  }
  const category = body['category'] === undefined ? template.category : String(body['category']).toUpperCase();
  if (template.status === 'APPROVED') {
    if (category !== template.category) return graphError(100, 'The category of an approved template cannot be changed.');
    const { editedAt } = template.history;
    if (
      editedAt.filter((at) => now - at < DAY_MS).length >= TEMPLATE_RATES.editsPerDay ||
      editedAt.filter((at) => now - at < 30 * DAY_MS).length >= TEMPLATE_RATES.editsPerMonth
    ) {
      return graphError(100, 'An approved template can be edited once in 24 hours and ten times in 30 days.');
    }
  }
  const components = body['components'] ?? template.components;
  const ttl = body['message_send_ttl_seconds'];
  const wrong = checkComponents(components, category, template.parameter_format) ?? checkTtl(category, ttl);
  if (wrong) return wrong;
  if (template.status === 'APPROVED') template.history.editedAt = [...template.history.editedAt, now].slice(-TEMPLATE_RATES.editsPerMonth);
  template.category = category;
  if (typeof ttl === 'number') template.message_send_ttl_seconds = ttl;
  emulator.templates.rewrite(template, components as Json[]);
  template.status = 'PENDING';
  tellStatus(emulator, template, 'PENDING');
  startReview(emulator, template);
  return undefined;
}

function remove(emulator: Emulator, name: unknown, id: unknown): GraphError | undefined {
  const { templates, clock } = emulator;
  if (typeof name !== 'string') return graphError(100, 'The parameter name is required.');
  const only = typeof id === 'string' ? id : undefined;
  const meant = [...templates.all()].filter((each) => each.name === name && (only === undefined || each.id === only));
  if (meant.length === 0) return graphError(132001, `template name (${name}) does not exist`);
  if (meant.some((each) => each.status === 'DISABLED')) return graphError(100, 'A disabled template cannot be deleted.');
  for (const template of templates.remove(name, clock.now(), only)) {
    template.status = 'PENDING_DELETION';
    tellStatus(emulator, template, 'PENDING_DELETION');
  }
  return undefined;
}

