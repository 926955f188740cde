import { OUTBOUND_LIMITS } from './outbound-limits.js';

/** What Meta asks of a message template before it looks at the sense (reference §6.6, §6.8, §10.1): each rule that is broken is a review
 *  lost, so all are asked here first. Lengths in UTF-16 units. */
export const TEMPLATE_LIMITS = {
  name: OUTBOUND_LIMITS.template.name,
  body: OUTBOUND_LIMITS.template.text,
  footer: 60,
  buttons: OUTBOUND_LIMITS.template.buttonPayloads,
  buttonLabel: 25,
  /** Utility: 30 s to 12 h. */
  ttlSeconds: { min: 30, max: 43_200 },
  /** Meta says "too many for the length" and not how many: by experience, so many words for each variable pass. */
  wordsPerVariable: 3,
  /** One account may hold so many before its business is verified (§7.1). */
  stored: 250,
  createdPerHour: 100,
} as const;

/** One language of a template, read. */
export type TemplateVersion = {
  readonly body: string;
  readonly footer: string | null;
  /** Labels of the quick-reply buttons. */
  readonly buttons: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly sample: string }[];
  /** As Meta wants them. */
  readonly components: readonly object[];
};

const VARIABLE = /\{\{([^{}]*)\}\}/g;

/** The names of the variables of a text, in their order, as often as they stand there. */
export const variablesOf = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name = '']) => name);

/** The text with its variables filled in. One that is not given stays as it is. */
export const filledIn = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(VARIABLE, (whole, name: string) => values.get(name) ?? whole);

/** A value as a parameter may hold it: one line, no tabs, no runs of spaces, and not longer than the room there is. */
export function parameterValue(value: string, max: number): string {
  const line = value.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  if (line.length <= max) return line;
  // Never half of a surrogate pair.
  return `${line
    .slice(0, max - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}

/** What is wrong with one language of a template; a line each. */
export function versionFaults({ body, footer, buttons, parameters }: TemplateVersion): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const used = variablesOf(body);
  const names = parameters.map(({ name }) => name);
  check(body.trim() !== '', 'the body is empty');
  check(body.length <= TEMPLATE_LIMITS.body, `the body is longer than ${TEMPLATE_LIMITS.body} characters`);
  check(!/[\t\r]|\n{3}| {4}/.test(body), 'the body holds a tab, a run of spaces or of empty lines');
  check(!/^\s*\{\{|\}\}[\s\p{P}]*$/u.test(body), 'the body begins or ends with a variable');
  check(!/\}\}[\s\p{P}]*\{\{/u.test(body), 'two variables stand side by side');
  check(!/\{\{|\}\}/.test(body.replace(VARIABLE, '')), 'a variable is not closed');
  const words = body.replace(VARIABLE, ' ').match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  check(words >= used.length * TEMPLATE_LIMITS.wordsPerVariable, 'there are too many variables for so short a body');
  for (const name of new Set(used)) {
    check(/^[a-z][a-z0-9_]*$/.test(name), `the variable ${name} may hold a-z, 0-9 and _ only`);
    check(names.includes(name), `the variable ${name} has no sample`);
  }
  for (const { name, sample } of parameters) {
    check(used.includes(name), `there is a sample of ${name}, which the body does not have`);
    check(
      sample !== '' && sample === parameterValue(sample, TEMPLATE_LIMITS.body),
      `the sample of ${name} is no value`,
    );
  }
  check(new Set(names).size === names.length, 'a sample is given twice');
  const filled = filledIn(body, new Map(parameters.map(({ name, sample }) => [name, sample])));
  check(filled.length <= TEMPLATE_LIMITS.body, `the body with its samples is longer than ${TEMPLATE_LIMITS.body}`);
  if (footer !== null) {
    check(
      footer.trim() !== '' && footer.length <= TEMPLATE_LIMITS.footer,
      `the footer is not 1 to ${TEMPLATE_LIMITS.footer} long`,
    );
    check(!footer.includes('{{'), 'the footer holds a variable');
    check(!/[\n\r\t]/.test(footer), 'the footer holds a line break or a tab');
  }
  check(buttons.length <= TEMPLATE_LIMITS.buttons, `there are more than ${TEMPLATE_LIMITS.buttons} buttons`);
  check(new Set(buttons).size === buttons.length, 'two buttons read the same');
  for (const label of buttons)
    check(
      label.trim() !== '' && label.length <= TEMPLATE_LIMITS.buttonLabel && !/[\n\r\t]|\{\{/.test(label),
      `a button's label is not one line of 1 to ${TEMPLATE_LIMITS.buttonLabel} characters`,
    );
  return faults;
}
