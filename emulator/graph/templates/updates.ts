import type { Emulator } from '../../emulator.js';
import { componentOf, buttonsOf, type QualityScore, type Template, type TemplateStatus } from './template-store.js';

/** The webhooks about templates (reference §5, §5.1). Each is posted as soon as it is true. */

export type StatusEvent = TemplateStatus | 'FLAGGED' | 'REINSTATED' | 'LOCKED' | 'UNARCHIVED';

type Json = Record<string, unknown>;

export function tellStatus(emulator: Emulator, template: Template, event: StatusEvent, more: Json = {}): void {
  post(emulator, template, 'message_template_status_update', event, {
    event,
    ...ids(template),
    message_template_category: template.category,
    reason: template.status === 'REJECTED' ? template.rejected_reason : 'NONE',
    ...(event === 'REJECTED'
      ? { rejection_info: { reason: 'The template does not follow the rules.', recommendation: 'Change it and send it in again.' } }
      : {}),
    ...more,
  });
}

/** @param announced the change is a day away, not done */
export function tellCategory(emulator: Emulator, template: Template, change: Json, announced: boolean): void {
  post(emulator, template, 'template_category_update', announced ? 'category-announced' : 'category', {
    ...ids(template),
    ...change,
  });
}

export function tellQuality(emulator: Emulator, template: Template, previous: QualityScore): void {
  post(emulator, template, 'message_template_quality_update', `quality-${template.quality_score.score}`, {
    previous_quality_score: previous,
    new_quality_score: template.quality_score.score,
    ...ids(template),
  });
}

export function tellComponents(emulator: Emulator, template: Template): void {
  const text = (type: string) => componentOf(template.components, type)?.['text'];
  const buttons = buttonsOf(template.components).map((button) => ({
    message_template_button_type: button['type'],
    message_template_button_text: button['text'],
    ...(button['url'] === undefined ? {} : { message_template_button_url: button['url'] }),
    ...(button['phone_number'] === undefined ? {} : { message_template_button_phone_number: button['phone_number'] }),
  }));
  post(emulator, template, 'message_template_components_update', 'components', {
    ...ids(template),
    message_template_element: text('body'),
    ...(text('header') === undefined ? {} : { message_template_title: text('header') }),
    ...(text('footer') === undefined ? {} : { message_template_footer: text('footer') }),
    ...(buttons.length > 0 ? { message_template_buttons: buttons } : {}),
  });
}

// Webhooks spell the language `en-US` where the API has `en_US`: a receiver must take both (reference §5.1).
const ids = (template: Template): Json => ({
  message_template_id: template.id,
  message_template_name: template.name,
  message_template_language: template.language.replace('_', '-'),
});

function post(emulator: Emulator, template: Template, field: string, what: string, value: Json): void {
  emulator.snapshot.touch();
  emulator.events.emit('template', { id: template.id, name: template.name, status: template.status });
  emulator.webhooks.enqueue({ value, field }, [`template:${template.id}:${what}`], { numeric: ['message_template_id'] });
}
