import { graphError, type GraphError } from '../../graph-errors.js';
import { checkLimits } from '../../limit-check.js';
import { buttonsOf, componentOf, variablesOf } from './template-store.js';

type Json = Record<string, unknown>;

/** What `POST …/message_templates` wants made. */
export interface Definition {
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly parameter_format: 'NAMED' | 'POSITIONAL';
  readonly components: Json[];
  readonly message_send_ttl_seconds?: number;
}

/** Seconds a template may wait for a telephone that is off, by category (reference §6.8); -1 is 30 days. */
export const TTL_SECONDS: Readonly<Record<string, { readonly min: number; readonly max: number; readonly usual: number }>> = {
  AUTHENTICATION: { min: 30, max: 900, usual: 600 },
  UTILITY: { min: 30, max: 43_200, usual: 2_592_000 },
  MARKETING: { min: 43_200, max: 2_592_000, usual: 2_592_000 },
};

const BUTTON_TYPES = [
  'QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'FLOW', 'OTP', 'CATALOG', 'MPM', 'VOICE_CALL', 'REQUEST_CONTACT_INFO',
]; // prettier-ignore
const MOST_BUTTONS: Readonly<Record<string, number>> = { URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1 };
/** Words a text must have for each variable in it, beyond the first. Meta keeps its own ratio to itself. */
const WORDS_PER_VARIABLE = 3;

/** Reads a definition and checks what can be judged from it alone (reference §6.6, §10.1).
 *  @returns the definition with its enums in capitals, or the refusal */
export function readDefinition(body: Json): Definition | { readonly error: GraphError } {
  if (body['library_template_name'] !== undefined) {
    return { error: graphError(100, 'The emulator does not play the template library: give components.') };
  }
  const wrong = checkLimits('templateDefinition', body);
  if (wrong) return { error: wrong };
  const format = String(body['parameter_format'] ?? 'POSITIONAL').toUpperCase();
  if (format !== 'NAMED' && format !== 'POSITIONAL') {
    return { error: graphError(100, 'Param parameter_format must be one of {NAMED, POSITIONAL}.') };
  }
  const category = String(body['category']).toUpperCase();
  const ttl = body['message_send_ttl_seconds'];
  const error = checkTtl(category, ttl) ?? checkComponents(body['components'], category, format);
  if (error) return { error };
  const components = body['components'] as Json[];
  return {
    name: String(body['name']),
    language: String(body['language']),
    category,
    parameter_format: format,
    components: category === 'AUTHENTICATION' ? withFixedWords(components, String(body['language'])) : components,
    ...(typeof ttl === 'number' ? { message_send_ttl_seconds: ttl } : {}),
  };
}

export function checkTtl(category: string, ttl: unknown): GraphError | undefined {
  if (ttl === undefined || ttl === -1) return undefined;
  const { min, max } = TTL_SECONDS[category] ?? { min: 30, max: 2_592_000 };
  if (typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= min && ttl <= max) return undefined;
  return graphError(100, `Param message_send_ttl_seconds must be between ${min} and ${max}, or -1, for ${category}.`);
}

/** The components of a new template or of an edit. */
export function checkComponents(components: unknown, category: string, format: string): GraphError | undefined {
  if (!Array.isArray(components) || components.length === 0) return graphError(100, 'The parameter components is required.');
  const list = components as Json[];
  const body = componentOf(list, 'body');
  if (!body) return graphError(100, 'A template needs a component of type BODY.');
  if (category !== 'AUTHENTICATION') {
    if (typeof body['text'] !== 'string' || body['text'].trim() === '') return graphError(100, 'The body needs a text.');
    const wrong = checkVariables(body['text'], format, 'body');
    if (wrong) return wrong;
  }
  return checkHeader(componentOf(list, 'header'), format) ?? checkFooter(list) ?? checkButtons(buttonsOf(list));
}

function checkHeader(header: Json | undefined, format: string): GraphError | undefined {
  if (!header) return undefined;
  const kind = String(header['format'] ?? '').toUpperCase();
  if (!['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'].includes(kind)) {
    return graphError(2388047, 'The header needs a format: TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.');
  }
  if (kind !== 'TEXT') return undefined;
  if (typeof header['text'] !== 'string' || header['text'] === '') return graphError(2388047, 'The header needs a text.');
  if (variablesOf(header['text']).length > 1) return graphError(2388047, 'A header may have one variable.');
  return checkNames(header['text'], format, 'header');
}

const checkFooter = (list: readonly Json[]): GraphError | undefined =>
  variablesOf(componentOf(list, 'footer')?.['text']).length > 0
    ? graphError(2388073, 'A footer may not have variables.')
    : undefined;

function checkVariables(text: string, format: string, where: string): GraphError | undefined {
  const variables = variablesOf(text);
  if (/\}\}\s*\{\{/.test(text)) return graphError(2388299, 'Variables may not stand next to each other.');
  const words = text.replace(/\{\{\s*\w+\s*\}\}/g, ' ').split(/\s+/).filter(Boolean).length;
  if (variables.length > 1 && words < (variables.length - 1) * WORDS_PER_VARIABLE) {
    return graphError(2388293, `The ${where} has too many variables for its length.`);
  }
  return checkNames(text, format, where);
}

function checkNames(text: string, format: string, where: string): GraphError | undefined {
  const variables = variablesOf(text);
  if (format === 'NAMED') {
    const bad = variables.find((name) => !/^[a-z][a-z0-9_]*$/.test(name));
    return bad === undefined
      ? undefined
      : graphError(100, `${where}: {{${bad}}} is not a name of lower-case letters, digits and underscores.`);
  }
  const counted = variables.every((name) => /^\d+$/.test(name)) && variables.every((_, n) => variables.includes(String(n + 1)));
  return counted ? undefined : graphError(100, `${where}: variables must be {{1}}, {{2}}, … without a gap.`);
}

function checkButtons(buttons: readonly Json[]): GraphError | undefined {
  const types = buttons.map((button) => String(button['type']).toUpperCase());
  const unknown = types.find((type) => !BUTTON_TYPES.includes(type));
  if (unknown !== undefined) return graphError(100, `There is no button of the type ${unknown}.`);
  for (const [type, most] of Object.entries(MOST_BUTTONS)) {
    if (types.filter((each) => each === type).length > most) return graphError(100, `At most ${most} buttons of type ${type}.`);
  }
  // Quick replies stand together: all first or all last, never among the others.
  const turns = types.filter((type, at) => at > 0 && (type === 'QUICK_REPLY') !== (types[at - 1] === 'QUICK_REPLY')).length;
  if (turns > 1) return graphError(100, 'Quick replies must stand together.');
  for (const button of buttons) {
    if (String(button['type']).toUpperCase() !== 'URL') continue;
    const url = String(button['url'] ?? '');
    if (!/^https?:\/\//.test(url)) return graphError(100, 'A URL button needs an address that begins with http.');
    if (variablesOf(url).length > 1 || /\{\{\s*\w+\s*\}\}./.test(url)) {
      return graphError(100, 'An address may have one variable, at its end.');
    }
  }
  return undefined;
}

// The words of one-time codes are Meta's own (reference §8.3): whoever makes the template only says what is to be there.
function withFixedWords(components: Json[], language: string): Json[] {
  const russian = language.startsWith('ru');
  return components.map((component) => {
    const type = String(component['type']).toUpperCase();
    if (type === 'BODY') {
      const safety = component['add_security_recommendation'] === true;
      const text = russian
        ? `Ваш код подтверждения: *{{1}}*.${safety ? ' Никому не сообщайте его.' : ''}`
        : `*{{1}}* is your verification code.${safety ? ' For your security, do not share this code.' : ''}`;
      return { ...component, text };
    }
    const minutes = component['code_expiration_minutes'];
    if (type !== 'FOOTER' || minutes === undefined) return component;
    return { ...component, text: russian ? `Код действует ${minutes} мин.` : `This code expires in ${minutes} minutes.` };
  });
}

/** What a reviewer would refuse although the request is well formed (reference §10.1): variables and media without
 *  examples. @returns the reason as webhooks have it, or undefined */
export function reviewFault({ components, category }: Definition | { components: Json[]; category: string }): string | undefined {
  if (category === 'AUTHENTICATION') return undefined;
  const body = componentOf(components, 'body');
  const header = componentOf(components, 'header');
  const examples = (part: Json | undefined) => (part?.['example'] ?? {}) as Json;
  const inBody = variablesOf(body?.['text']).length;
  const given = examples(body);
  const named = given['body_text_named_params'];
  const positional = given['body_text'];
  const count = Array.isArray(named) ? named.length : exampleCount(positional);
  if (inBody > 0 && count !== inBody) return 'INVALID_FORMAT';
  if (!header) return undefined;
  const format = String(header['format']).toUpperCase();
  const shown = examples(header);
  if (['IMAGE', 'VIDEO', 'DOCUMENT'].includes(format) && !Array.isArray(shown['header_handle'])) return 'INVALID_FORMAT';
  const headerExample = shown['header_text'] ?? shown['header_text_named_params'];
  if (format === 'TEXT' && variablesOf(header['text']).length > 0 && !Array.isArray(headerExample)) return 'INVALID_FORMAT';
  return undefined;
}

// Meta shows `[["a","b"]]`, and takes `["a","b"]`.
function exampleCount(positional: unknown): number {
  if (!Array.isArray(positional)) return 0;
  return Array.isArray(positional[0]) ? positional[0].length : positional.length;
}
