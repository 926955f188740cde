import { graphError, type GraphError } from '../../graph-errors.js';
import { buttonsOf, componentOf, variablesOf, type Template, type Templates } from './template-store.js';

type Json = Record<string, unknown>;
type Verdict = GraphError | undefined;

interface SentComponent {
  readonly type?: unknown;
  readonly sub_type?: unknown;
  readonly index?: unknown;
  readonly parameters?: unknown;
}

const MAX_BODY_LENGTH = 1024;
const MEDIA_FORMATS = ['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'];

/** Whether a template message names a template that may be sent, with the parameters it wants (reference §6.5).
 *  A template declared without components takes any parameters. */
export function checkTemplate(templates: Templates, part: unknown): Template | { readonly error: GraphError } {
  const sent = part as { name: string; language: { code: string }; components?: unknown };
  const template = templates.find(sent.name, sent.language.code);
  if (!template) {
    return { error: graphError(132001, `template name (${sent.name}) does not exist in ${sent.language.code}`) };
  }
  if (template.status === 'PAUSED') return { error: graphError(132015, `Template ${sent.name} is paused.`) };
  if (template.status === 'DISABLED') return { error: graphError(132016, `Template ${sent.name} is disabled.`) };
  if (template.status !== 'APPROVED') {
    return { error: graphError(132001, `template name (${sent.name}) is not approved in ${sent.language.code}`) };
  }
  if (template.components.length === 0) return template;
  const components = Array.isArray(sent.components) ? (sent.components as SentComponent[]) : [];
  const error = checkHeader(template, components) ?? checkBody(template, components) ?? checkButtons(template, components);
  return error ? { error } : template;
}

const named = (components: readonly SentComponent[], type: string): SentComponent | undefined =>
  components.find((each) => String(each?.type).toLowerCase() === type);

const parametersOf = (component: SentComponent | undefined): readonly Json[] =>
  Array.isArray(component?.parameters) ? (component.parameters as Json[]) : [];

function checkHeader(template: Template, components: readonly SentComponent[]): Verdict {
  const declared = componentOf(template.components, 'header');
  const given = parametersOf(named(components, 'header'));
  const format = declared ? String(declared['format'] ?? 'TEXT').toUpperCase() : 'TEXT';
  if (!MEDIA_FORMATS.includes(format)) return checkText(template, 'header', String(declared?.['text'] ?? ''), given);
  const received = String(given[0]?.['type'] ?? 'UNKNOWN').toUpperCase();
  if (received !== format) return graphError(132012, `header: Format mismatch, expected ${format}, received ${received}`);
  return given.length > 1 ? countMismatch('header', given.length, 1) : undefined;
}

function checkBody(template: Template, components: readonly SentComponent[]): Verdict {
  const declared = componentOf(template.components, 'body');
  if (typeof declared?.['text'] !== 'string') return undefined;
  const given = parametersOf(named(components, 'body'));
  const wrong = checkText(template, 'body', declared['text'], given);
  if (wrong) return wrong;
  return hydrated(declared['text'], given).length > MAX_BODY_LENGTH
    ? graphError(132005, `body: the text with its values is longer than ${MAX_BODY_LENGTH} characters`)
    : undefined;
}

function checkText(template: Template, where: string, text: string, given: readonly Json[]): Verdict {
  const variables = variablesOf(text);
  if (given.length !== variables.length) return countMismatch(where, given.length, variables.length);
  const byName = template.parameter_format === 'NAMED';
  for (const parameter of given) {
    const type = String(parameter['type'] ?? 'text');
    if (!['text', 'currency', 'date_time'].includes(type)) {
      return graphError(132012, `${where}: Format mismatch, expected TEXT, received ${type.toUpperCase()}`);
    }
    if (type === 'text' && (typeof parameter['text'] !== 'string' || parameter['text'] === '')) {
      return graphError(131008, `${where}: the text of a parameter is missing`);
    }
    const name = parameter['parameter_name'];
    if (byName && name === undefined) return graphError(132012, `${where}: Parameter name is missing or empty`);
    if (byName && !variables.includes(String(name))) return graphError(132012, `${where}: there is no variable named ${String(name)}`);
    if (!byName && name !== undefined) return graphError(132012, `${where}: the parameters of this template have no names`);
  }
  // A name given twice leaves another variable without its value.
  if (byName && new Set(given.map((each) => each['parameter_name'])).size < given.length) {
    return graphError(132012, `${where}: a parameter is given twice`);
  }
  return undefined;
}

/** A template's text with its values in it: by name where they have names, else by their place. */
export function hydrated(text: string, given: readonly Json[]): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => {
    const value = given.find((each) => each['parameter_name'] === name) ?? given[Number(name) - 1];
    return value ? valueOf(value, all) : all;
  });
}

function valueOf(parameter: Json, otherwise: string): string {
  const part = parameter[String(parameter['type'] ?? 'text')];
  if (typeof part === 'string') return part;
  const fallback = (part as { fallback_value?: unknown } | undefined)?.fallback_value;
  return typeof fallback === 'string' ? fallback : otherwise;
}

/** What a button of the template's own needs at send time, by its type. */
function checkButtons(template: Template, components: readonly SentComponent[]): Verdict {
  const declared = buttonsOf(template.components);
  const sent = components.filter((each) => String(each?.type).toLowerCase() === 'button');
  for (const component of sent) {
    const index = Number(component.index);
    const button = declared[index];
    if (!button) return graphError(132018, `button: there is no button at index ${String(component.index)}`);
    const type = subTypeOf(button);
    if (String(component.sub_type).toLowerCase() !== type) {
      return graphError(132018, `button: the button at index ${index} is ${type}, not ${String(component.sub_type)}`);
    }
    if (type === 'url' && variablesOf(button['url']).length === 0 && !isOneTimeCode(button)) {
      return graphError(132018, `button: the address of the button at index ${index} has no variable`);
    }
  }
  for (const [index, button] of declared.entries()) {
    const type = subTypeOf(button);
    const needed = (type === 'url' && (variablesOf(button['url']).length > 0 || isOneTimeCode(button))) || type === 'copy_code';
    if (!needed) continue;
    const component = sent.find((each) => Number(each.index) === index);
    const [parameter] = parametersOf(component);
    const value = type === 'copy_code' ? parameter?.['coupon_code'] : parameter?.['text'];
    if (typeof value !== 'string' || value === '') {
      return graphError(131008, `buttons: Button at index ${index} of type ${String(button['type'])} requires a parameter`);
    }
  }
  return undefined;
}

const isOneTimeCode = (button: Json): boolean => String(button['type']).toUpperCase() === 'OTP';

// A one-time code's button is sent as the url button it becomes (reference §6.5).
function subTypeOf(button: Json): string {
  const type = String(button['type']).toLowerCase();
  return type === 'otp' ? 'url' : type;
}

const countMismatch = (where: string, given: number, wanted: number): GraphError =>
  graphError(
    132000,
    `${where}: number of localizable_params (${given}) does not match the expected number of params (${wanted})`,
  );
