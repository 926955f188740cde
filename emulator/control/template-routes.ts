import { z } from 'zod';
import type { Emulator } from '../emulator.js';
import {
  announceCategory,
  approve,
  changeCategory,
  pause,
  pauseForQuality,
  reject,
  unpause,
} from '../graph/templates/review.js';
import type { QualityScore, Template } from '../graph/templates/template-store.js';
import { tellComponents, tellQuality, tellStatus } from '../graph/templates/updates.js';
import { Refusal, route, type Route } from './route.js';

const STATUSES = [
  'APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'IN_APPEAL', 'PENDING_DELETION', 'DELETED', 'LIMIT_EXCEEDED', 'ARCHIVED',
] as const; // prettier-ignore
export const REASONS = [
  'ABUSIVE_CONTENT', 'CATEGORY_NOT_AVAILABLE', 'INCORRECT_CATEGORY', 'INVALID_FORMAT', 'PROMOTIONAL', 'SCAM', 'TAG_CONTENT_MISMATCH',
] as const; // prettier-ignore
export const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION', 'utility', 'marketing', 'authentication'] as const;

const TemplateBody = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().min(2).max(10),
  status: z.enum(STATUSES).optional(),
  category: z.enum(CATEGORIES).optional(),
  parameter_format: z.enum(['NAMED', 'POSITIONAL', 'named', 'positional']).optional(),
  components: z.array(z.looseObject({})).optional(),
  message_send_ttl_seconds: z.number().int().optional(),
});

const Act = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('approve'),
    category: z.enum(CATEGORIES).optional().describe('approved under another one'),
  }),
  z.object({ act: z.literal('reject'), reason: z.enum(REASONS).optional() }),
  z
    .object({
      act: z.literal('pause'),
      minutes: z.number().int().min(1).optional(),
      title: z.string().max(40).optional(),
    })
    .describe('until the minutes are over; absent: until it is resumed'),
  z.object({ act: z.literal('pauseForQuality') }).describe('3 h, then 6 h, then disabled for good'),
  z.object({ act: z.literal('resume') }),
  z.object({ act: z.literal('disable') }),
  z.object({
    act: z.literal('recategorise'),
    category: z.enum(CATEGORIES),
    announced: z.boolean().optional().describe('in 24 h'),
  }),
  z.object({ act: z.literal('quality'), score: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']) }),
  z
    .object({ act: z.literal('status'), event: z.string().max(40), status: z.enum(STATUSES).optional() })
    .describe('any other event of message_template_status_update, such as FLAGGED, ARCHIVED, LOCKED'),
  z
    .object({ act: z.literal('components'), components: z.array(z.looseObject({})).min(1) })
    .describe('the platform edits the words'),
]);

/** Templates as a reviewer at the platform sees them. */
export const templateRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/templates',
    summary: 'Templates of the account, with what only the platform knows',
    handle: ({ emulator }) => ({ items: [...emulator.templates.all()] }),
  }),
  route({
    method: 'post',
    path: '/templates',
    summary: 'Declare a template without review; without components it takes any parameters',
    body: TemplateBody,
    status: 201,
    handle: ({ emulator, body }) => {
      const { name, language, status, category, parameter_format, components, message_send_ttl_seconds: ttl } = body;
      emulator.snapshot.touch();
      return emulator.templates.put({
        name,
        language,
        ...(status ? { status } : {}),
        ...(category ? { category } : {}),
        ...(parameter_format ? { parameter_format } : {}),
        ...(components ? { components } : {}),
        ...(ttl === undefined ? {} : { message_send_ttl_seconds: ttl }),
        history: { createdAt: 0, editedAt: [], pauses: 0 },
      });
    },
  }),
  route({
    method: 'post',
    path: '/templates/{id}/act',
    summary:
      'What the platform does with a template (approve, reject, pause, resume, recategorise, quality, …); the webhook follows. The id, or name:language',
    body: Act,
    handle: ({ emulator, params, body }) => {
      const template = templateOf(emulator, params['id'] ?? '');
      act(emulator, template, body);
      return template;
    },
  }),
];

function templateOf(emulator: Emulator, id: string): Template {
  const [name = '', language = ''] = id.split(':');
  const template = emulator.templates.withId(id) ?? emulator.templates.find(name, language);
  if (!template) throw new Refusal(404, `there is no template ${id}`);
  return template;
}

function act(emulator: Emulator, template: Template, wish: z.output<typeof Act>): void {
  switch (wish.act) {
    case 'approve':
      return approve(emulator, template, wish.category);
    case 'reject':
      return reject(emulator, template, wish.reason ?? 'INCORRECT_CATEGORY');
    case 'pause':
      return pause(
        emulator,
        template,
        wish.title ?? 'FIRST_PAUSE',
        wish.minutes === undefined ? undefined : emulator.clock.now() + wish.minutes * 60_000,
      );
    case 'pauseForQuality':
      if (template.status !== 'APPROVED') throw new Refusal(409, `the template is ${template.status}`);
      return pauseForQuality(emulator, template);
    case 'resume':
      return unpause(emulator, template);
    case 'disable':
      template.status = 'DISABLED';
      return tellStatus(emulator, template, 'DISABLED', {
        other_info: { title: 'DISABLED', description: 'The template was disabled.' },
        disable_info: { disable_date: String(emulator.clock.nowSeconds()) },
      });
    case 'recategorise':
      if (wish.announced) announceCategory(emulator, template, wish.category);
      else changeCategory(emulator, template, wish.category);
      return;
    case 'quality':
      return setQuality(emulator, template, wish.score);
    case 'status':
      if (wish.status) template.status = wish.status;
      return tellStatus(emulator, template, wish.event as Parameters<typeof tellStatus>[2]);
    case 'components':
      emulator.templates.rewrite(template, wish.components);
      return tellComponents(emulator, template);
  }
}

function setQuality(emulator: Emulator, template: Template, score: QualityScore): void {
  const previous = template.quality_score.score;
  template.quality_score = { score, date: emulator.clock.nowSeconds() };
  tellQuality(emulator, template, previous);
}
