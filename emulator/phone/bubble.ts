import type { Emulator } from '../emulator.js';
import { hydrated } from '../graph/templates/parameter-check.js';
import { buttonsOf, componentOf } from '../graph/templates/template-store.js';
import { optionsOf } from './taps.js';
import type { ThreadMessage } from './threads.js';

type Json = Record<string, unknown>;

/** A message as the phone page draws it: the stored one, and for a template the words it stands for and its buttons. */
export function bubbleOf(emulator: Emulator, message: ThreadMessage): Json {
  if (message.type !== 'template') return { ...message };
  return { ...message, template: { ...templateWords(emulator, message), options: optionsOf(emulator, message) } };
}

function templateWords(emulator: Emulator, message: ThreadMessage): Json {
  const sent = (message.payload as { components?: { type: string; parameters?: Json[] }[] }).components ?? [];
  const declared = emulator.templates.versionWith(message.templateVersion)?.components ?? [];
  const words: Json = {};
  for (const part of ['header', 'body', 'footer']) {
    const component = componentOf(declared, part);
    const given = sent.find((each) => String(each.type).toLowerCase() === part)?.parameters ?? [];
    if (typeof component?.['text'] === 'string') words[part] = hydrated(component['text'], given);
    else if (part === 'header' && component) words['media'] = mediaOf(component, given[0]);
  }
  words['buttons'] = shownButtons(declared, sent);
  return words;
}

/** Buttons that lead elsewhere and tell the business nothing: addresses with their variable filled in, numbers, codes. */
function shownButtons(declared: readonly Json[], sent: readonly { type: string; parameters?: Json[] }[]): Json[] {
  return buttonsOf(declared).flatMap((button, index) => {
    const type = String(button['type']).toUpperCase();
    if (type === 'QUICK_REPLY' || type === 'REQUEST_CONTACT_INFO') return [];
    const component = sent.find(
      (each) => each.type.toLowerCase() === 'button' && Number((each as Json)['index']) === index,
    );
    const [value] = component?.parameters ?? [];
    const text = String(button['text'] ?? value?.['coupon_code'] ?? type);
    const url = typeof button['url'] === 'string' ? hydrated(button['url'], value ? [value] : []) : undefined;
    const phone = button['phone_number'];
    return [{ text, ...(url ? { url } : {}), ...(typeof phone === 'string' ? { phone } : {}) }];
  });
}

/** The file in a template's header, as the page shows it. */
function mediaOf(component: Json, given: Json | undefined): Json {
  const type = String(component['format']).toLowerCase();
  return { type, part: (given?.[type] ?? {}) as Json };
}
