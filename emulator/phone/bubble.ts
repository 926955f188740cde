import type { Emulator } from '../emulator.js';
import { optionsOf } from './taps.js';
import type { ThreadMessage } from './threads.js';

/** A message as the phone page draws it: the stored one, and for a template the words it stands for and its buttons. */
export function bubbleOf(emulator: Emulator, message: ThreadMessage): Record<string, unknown> {
  if (message.type !== 'template') return { ...message };
  return { ...message, template: { ...templateWords(emulator, message), options: optionsOf(emulator, message) } };
}

function templateWords(emulator: Emulator, message: ThreadMessage): Record<string, string> {
  const sent = message.payload as {
    name: string;
    language: { code: string };
    components?: { type: string; parameters?: { text?: string; parameter_name?: string }[] }[];
  };
  const template = emulator.templates.find(sent.name, sent.language.code);
  const words: Record<string, string> = {};
  for (const part of ['header', 'body', 'footer']) {
    const declared = template?.components.find((each) => String(each['type']).toLowerCase() === part);
    if (typeof declared?.['text'] !== 'string') continue;
    const given = sent.components?.find((each) => each.type.toLowerCase() === part)?.parameters ?? [];
    words[part] = declared['text'].replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => {
      const value = given.find((each) => each.parameter_name === name) ?? given[Number(name) - 1];
      return value?.text ?? all;
    });
  }
  return words;
}
