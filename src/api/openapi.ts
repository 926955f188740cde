import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type RouteConfig,
  type ZodContentObject,
} from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { Problem } from './problem.js';
import type { Route } from './route.js';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const EVERYWHERE: Readonly<Record<number, string>> = {
  401: 'No token, or one that is not valid',
  403: 'The role does not allow it',
  503: 'The store is out; try again',
};

/** The API's description, made from the schemas that check its requests. */
export function openApiDocument(routes: readonly Route[], version: string, basePath: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Vestnik',
      version,
      description:
        'Lists are pages: `items`, and `next` to be given as `after`. Errors are problem documents (RFC 9457). A POST may bear an ' +
        '`Idempotency-Key`: within 24 hours the same request under the same key acts once and is answered the same. Times are ISO 8601.',
    },
    servers: [{ url: basePath }],
    security: [{ token: [] }],
  });
}

function pathOf(route: Route): RouteConfig {
  const shown: z.ZodType | undefined = route.bodyShown ?? route.body;
  const content: ZodContentObject = {
    ...(shown ? { 'application/json': { schema: shown } } : {}),
    ...(route.csv ? { 'text/csv': { schema: { type: 'string' }, example: route.csv.example } } : {}),
  };
  return {
    method: route.method,
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    description: `Role: ${route.role}.`,
    operationId: operationId(route),
    request: {
      ...(route.params ? { params: route.params as z.ZodObject } : {}),
      ...(route.query ? { query: route.query as z.ZodObject } : {}),
      ...(shown ? { body: { required: true, content } } : {}),
    },
    responses: { ...goodAnswers(route), ...refusals(route) },
  };
}

function goodAnswers(route: Route): RouteConfig['responses'] {
  return Object.fromEntries(
    route.answers.map(({ status, description, schema, isFile }) => [
      status,
      {
        description,
        ...(schema ? { content: { 'application/json': { schema } } } : {}),
        ...(isFile
          ? { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } }
          : {}),
      },
    ]),
  );
}

function refusals(route: Route): RouteConfig['responses'] {
  const possible: Partial<Record<number, string>> = {
    ...EVERYWHERE,
    ...(route.params && route.path.includes('{') ? { 404: 'There is no such thing' } : {}),
    ...(route.params || route.query || route.body ? { 422: 'Wrong fields; `errors` names each' } : {}),
    ...(route.body ? { 400: 'Not readable', 413: 'Too much', 415: 'Another type than the ones taken' } : {}),
    ...(route.method === 'post' ? { 409: 'The wrong moment, or the first request with this key still runs' } : {}),
    ...route.refusals,
  };
  return Object.fromEntries(
    Object.entries(possible).map(([status, description = '']) => [
      status,
      { description, content: { 'application/problem+json': { schema: Problem } } },
    ]),
  );
}

/** `GET /contacts/{id}/export` is `getContactsIdExport`. */
const operationId = ({ method, path }: Route): string =>
  method + path.replaceAll(/[/{}-]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
