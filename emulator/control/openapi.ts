import { z } from 'zod';
import type { Route } from './route.js';

/** The control API's description, made from the very schemas that check its requests. */
export function openApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const parameters = [
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map((match) => ({ name: match[1], in: 'path', required: true })),
      ...(route.query ?? []).map((name) => ({ name, in: 'query', required: false })),
    ].map((each) => ({ ...each, schema: { type: 'string' } }));
    (paths[`/_emulator${route.path}`] ??= {})[route.method] = {
      summary: route.summary,
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(route.body
        ? { requestBody: { content: { 'application/json': { schema: z.toJSONSchema(route.body, { io: 'input' }) } } } }
        : {}),
      responses: {
        [String(route.status ?? 200)]: { description: 'done' },
        '404': { description: '{error}: no such thing' },
        '409': { description: '{error}: not possible now' },
        '422': { description: '{error}: the request is wrong' },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Emulator controls', version: '1' }, paths };
}
