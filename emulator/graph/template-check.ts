import { graphError, type GraphError } from '../graph-errors.js';
import type { Template, Templates } from './template-store.js';

interface SentComponent {
  readonly type?: string;
  readonly parameters?: readonly { readonly text?: unknown; readonly parameter_name?: unknown }[];
}

const MAX_BODY_LENGTH = 1024;

/** Whether a template message names a template that may be sent, with the parameters it wants (reference §6.5).
 *  A template declared without components takes any parameters. */
export function checkTemplate(templates: Templates, part: unknown): Template | { readonly error: GraphError } {
  const sent = part as { name: string; language: { code: string }; components?: readonly SentComponent[] };
  const template = templates.find(sent.name, sent.language.code);
  if (!template) {
    return { error: graphError(132001, `template name (${sent.name}) does not exist in ${sent.language.code}`) };
  }
  if (template.status === 'PAUSED') return { error: graphError(132015, `Template ${sent.name} is paused.`) };
  if (template.status === 'DISABLED') return { error: graphError(132016, `Template ${sent.name} is disabled.`) };
  if (template.status !== 'APPROVED') {
    return { error: graphError(132001, `template name (${sent.name}) is not approved in ${sent.language.code}`) };
  }
  return checkBody(template, sent.components ?? []) ?? template;
}

function checkBody(
  template: Template,
  components: readonly SentComponent[],
): { readonly error: GraphError } | undefined {
  const declared = template.components.find((each) => String(each['type']).toUpperCase() === 'BODY');
  if (typeof declared?.['text'] !== 'string') return undefined;
  const variables = [...new Set(declared['text'].match(/\{\{\s*\w+\s*\}\}/g) ?? [])];
  const given = components.find((each) => each.type?.toLowerCase() === 'body')?.parameters ?? [];
  if (given.length !== variables.length) {
    const details = `body: number of localizable_params (${given.length}) does not match the expected number of params (${variables.length})`;
    return { error: graphError(132000, details) };
  }
  let text = declared['text'];
  for (const [index, parameter] of given.entries()) {
    const name = template.parameter_format === 'NAMED' ? String(parameter.parameter_name) : String(index + 1);
    const holder = variables.find((each) => each.replace(/[{}\s]/g, '') === name);
    if (!holder) return { error: graphError(132012, `body: there is no variable named ${name}`) };
    text = text.replaceAll(holder, () => String(parameter.text ?? ''));
  }
  return text.length > MAX_BODY_LENGTH
    ? { error: graphError(132005, `body: the text with its values is longer than ${MAX_BODY_LENGTH} characters`) }
    : undefined;
}
