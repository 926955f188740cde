import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { fieldError } from '../field-error.js';
import { Refusal, wrongFields } from './problem.js';
import type { Route } from './route.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Checks a part of the request. @throws Refusal 422 that names every wrong field */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw wrongFields(result.error.issues.map(fieldError));
}

/** The body of a request for `route`, checked. @throws Refusal 400 unreadable, 415 of another type, 422 wrong fields */
export async function readBody(route: Route, headers: IncomingHttpHeaders, bytes: Buffer): Promise<unknown> {
  if (!route.body) return undefined;
  const type = headers['content-type'];
  if (bytes.length === 0 && type === undefined) return checked(route.body, {});
  const mediaType = mediaTypeOf(type);
  if (mediaType === 'application/json') return checked(route.body, jsonOf(textOf(bytes)));
  if (mediaType === 'text/csv' && route.csv) return await route.csv.parse(textOf(bytes));
  const taken = route.csv ? 'application/json or text/csv' : 'application/json';
  throw new Refusal(415, `the body must be ${taken}, in UTF-8`, { headers: { accept: taken.replace(' or ', ', ') } });
}

/** @returns the type without parameters; undefined when the charset is another than UTF-8 */
function mediaTypeOf(header: string | undefined): string | undefined {
  const [type = '', ...parameters] = (header ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(one)?.[1]).find(Boolean);
  return charset && charset !== 'utf-8' && charset !== 'utf8' ? undefined : type.trim();
}

function textOf(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refusal(400, 'the body is not UTF-8');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}
