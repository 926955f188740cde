import { graphError, type GraphError } from './graph-errors.js';
import { LIMITS, type Limit, type Subject } from './limits.js';

type Step = { readonly key: string } | { readonly each: true } | { readonly component: string };
interface CompiledLimit {
  readonly limit: Limit;
  readonly steps: readonly Step[];
}

const compiled = new Map<Subject, CompiledLimit[]>();
for (const limit of LIMITS) {
  const rows = compiled.get(limit.subject) ?? [];
  rows.push({ limit, steps: stepsOf(limit.at) });
  compiled.set(limit.subject, rows);
}

/** Takes a path apart: `a.b[].c` and, for templates, `components[body].text`, which is the component of that type. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  for (const part of path.split('.')) {
    const [, key = '', bracket] = /^([^[]+)(\[[^\]]*\])?$/.exec(part) ?? [];
    steps.push({ key });
    if (bracket === '[]') steps.push({ each: true });
    else if (bracket) steps.push({ component: bracket.slice(1, -1) });
  }
  return steps;
}

/** Checks a request against every row of the table for `subject`, in the table's order.
 *  @returns the first refusal, or undefined when nothing is wrong */
export function checkLimits(subject: Subject, request: unknown): GraphError | undefined {
  for (const { limit, steps } of compiled.get(subject) ?? []) {
    const values: unknown[] = [];
    collect(request, steps, 0, values);
    const details = faultOf(limit, values);
    if (details) return graphError(limit.code, details);
  }
  return undefined;
}

// A missing parent of a missing member is the same absence, except that elements of an absent array do not exist.
function collect(node: unknown, steps: readonly Step[], from: number, into: unknown[]): void {
  const step = steps[from];
  if (!step) {
    into.push(node);
  } else if ('key' in step) {
    const next = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[step.key] : undefined;
    collect(next, steps, from + 1, into);
  } else if (Array.isArray(node)) {
    for (const element of node) {
      if ('component' in step && String(element?.type).toLowerCase() !== step.component) continue;
      collect(element, steps, from + 1, into);
    }
  }
}

function faultOf(limit: Limit, values: readonly unknown[]): string | undefined {
  const given = (value: unknown) => value !== undefined && value !== null;
  switch (limit.rule) {
    case 'required':
      return values.some((value) => !given(value) || value === '')
        ? `The parameter ${limit.at} is required.`
        : undefined;
    case 'maxLength': {
      for (const value of values) {
        if (!given(value)) continue;
        if (typeof value !== 'string') return `Param ${limit.at} must be a string.`;
        if (value.length > limit.max) return `Param ${limit.at} must be at most ${limit.max} characters long.`;
      }
      return undefined;
    }
    case 'maxCount':
      return values.length > limit.max ? `Param ${limit.at} must have at most ${limit.max} elements.` : undefined;
    case 'minCount':
      return values.length < limit.min ? `Param ${limit.at} must have at least ${limit.min} elements.` : undefined;
    case 'unique':
      return new Set(values).size < values.length ? `Param ${limit.at} must not hold the same value twice.` : undefined;
    case 'requiredWhenMany':
      return values.length > 1 && values.some((value) => !given(value) || value === '')
        ? `The parameter ${limit.at} is required when there is more than one.`
        : undefined;
    case 'oneOf':
      return values.some((value) => given(value) && !limit.values.includes(String(value)))
        ? `Param ${limit.at} must be one of {${limit.values.join(', ')}}.`
        : undefined;
    case 'pattern':
      return values.some((value) => given(value) && !limit.pattern.test(String(value)))
        ? `Param ${limit.at} has a value that is not allowed there.`
        : undefined;
    case 'range':
      return values.some((value) => given(value) && !(Number(value) >= limit.min && Number(value) <= limit.max))
        ? `Param ${limit.at} must be between ${limit.min} and ${limit.max}.`
        : undefined;
  }
}
