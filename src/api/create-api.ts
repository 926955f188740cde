import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Clock } from '../clock.js';
import { auditEntry } from '../operators/audit.js';
import type { Authenticate } from '../operators/authenticate.js';
import { mayActAs, type Operator } from '../operators/operator.js';
import type { Engine } from '../storage/engine.js';
import { carryOut } from './carry-out.js';
import { docsPage } from './docs-page.js';
import type { Sent } from './idempotency.js';
import { openApiDocument } from './openapi.js';
import { notFound, problemBody, Refusal, refusalOf } from './problem.js';
import { checked, readBody } from './read-request.js';
import type { AnsweredFile, Route } from './route.js';

/** What the log may know of a request: the route's pattern, since the URL itself may hold a number. */
export type Served = {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** The operator's id. */
  readonly operator: string | null;
};

export type ApiDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly pepper: Buffer;
  readonly authenticate: Authenticate;
  readonly routes: readonly Route[];
  readonly version: string;
  readonly onRequest?: (served: Served) => void;
  /** A fault of ours, answered 500. */
  readonly onError?: (error: unknown, requestId: string) => void;
};

const MAX_BODY_BYTES = 1024 * 1024;

/** Where main mounts the router. */
export const API_PATH = '/api/v1';

type Locals = { requestId: string; route?: Route; operator?: Operator };
const localsOf = (response: Response): Locals => response.locals as Locals;

/** The HTTP API, to be mounted at `/api/v1`: the description and its page for everybody, everything else for operators. */
export function createApi(deps: ApiDeps): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(watch(deps));
  serveDescription(router, deps);
  router.use(letIn(deps.authenticate));
  const paths = byPath(deps.routes);
  for (const [path, routes] of paths) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const route of routes) router[route.method](pattern, remember(route), bodyOf(route), answering(route, deps));
    const allow = routes.map((route) => route.method.toUpperCase()).join(', ');
    router.all(pattern, () => {
      throw new Refusal(405, 'this path does not take this method', { headers: { allow } });
    });
  }
  router.use(() => {
    throw notFound('path');
  });
  router.use(refusing(deps));
  return router;
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  // `/contacts/import` before `/contacts/{id}`: a literal path is never taken for a parameter's value.
  return new Map([...paths].sort(([one], [other]) => parametersOf(one) - parametersOf(other)));
}

const parametersOf = (path: string): number => path.split('{').length - 1;

const watch = (deps: ApiDeps) => (request: Request, response: Response, next: NextFunction) => {
  const locals = localsOf(response);
  locals.requestId = randomUUID();
  response.setHeader('x-request-id', locals.requestId);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  const started = deps.clock.monotonic();
  response.once('close', () => {
    deps.onRequest?.({
      requestId: locals.requestId,
      method: request.method,
      route: locals.route ? API_PATH + locals.route.path : 'other',
      status: response.statusCode,
      ms: deps.clock.monotonic() - started,
      operator: locals.operator?.id ?? null,
    });
  });
  next();
};

function serveDescription(router: Router, deps: ApiDeps): void {
  const document = openApiDocument(deps.routes, deps.version, API_PATH);
  const json = JSON.stringify(document);
  router.get('/openapi.json', (_request, response) => send(response, { status: 200, json }));
  const page = docsPage(document);
  router.get(['/', '/docs'], (_request, response) => {
    response.setHeader('content-security-policy', page.contentSecurityPolicy);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page.html);
  });
}

const letIn = (authenticate: Authenticate) => async (request: Request, response: Response, next: NextFunction) => {
  const token = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const operator = token === undefined ? undefined : await authenticate(token);
  if (!operator) {
    const challenge = `Bearer realm="vestnik"${token === undefined ? '' : ', error="invalid_token"'}`;
    throw new Refusal(401, 'send a valid token as "Authorization: Bearer …"', {
      headers: { 'www-authenticate': challenge },
    });
  }
  localsOf(response).operator = operator;
  next();
};

/** Refuses by the role before a byte of the body is read. */
const remember = (route: Route) => (_request: Request, response: Response, next: NextFunction) => {
  const locals = localsOf(response);
  locals.route = route;
  if (!locals.operator || !mayActAs(locals.operator, route.role)) {
    throw new Refusal(403, `this needs the role ${route.role}`);
  }
  next();
};

/** Bodies are read as bytes: the `Idempotency-Key` compares them, and what cannot be read is answered in our words. */
const bodyOf = (route: Route) => express.raw({ type: () => true, limit: route.maxBodyBytes ?? MAX_BODY_BYTES });

const answering = (route: Route, deps: ApiDeps) => async (request: Request, response: Response) => {
  const { operator } = localsOf(response);
  if (!operator) throw new Error('a route was reached without an operator');
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const now = deps.clock.now();
  const call = {
    params: route.params ? checked(route.params, request.params) : {},
    query: route.query ? checked(route.query, request.query) : {},
    body: await readBody(route, request.headers, bytes),
    operator,
    now,
    audit: (act: Parameters<typeof auditEntry>[1]) => auditEntry(operator, act, now),
  };
  const key = request.method === 'POST' ? request.get('idempotency-key') : undefined;
  const once =
    key === undefined ? undefined : { operatorId: operator.id, key, method: 'POST', url: request.url, body: bytes };
  const { file, ...sent } = await carryOut(route, call, deps, once);
  if (file) await sendFile(response, file);
  else send(response, sent);
};

const refusing = (deps: ApiDeps) => (error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (response.headersSent) return next(error);
  const { requestId } = localsOf(response);
  const refusal = refusalOf(error);
  if (refusal.status === 500) deps.onError?.(error, requestId);
  for (const [name, value] of Object.entries(refusal.more.headers ?? {})) response.setHeader(name, value);
  const json = JSON.stringify(problemBody(refusal, requestId));
  send(response, { status: refusal.status, json }, 'application/problem+json');
};

/** What a customer sent is never shown inside a page, whatever it says it is. */
async function sendFile(response: Response, { type, name, bytes, stream }: AnsweredFile): Promise<void> {
  response.statusCode = 200;
  response.setHeader('content-length', bytes);
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.attachment(name);
  response.setHeader('content-type', type); // `attachment` guesses one by the name
  // Whoever breaks off has had an answer already: there is nobody to tell.
  await pipeline(stream, response).catch(() => undefined);
}

function send(response: Response, { status, json }: Sent, type = 'application/json'): void {
  response.statusCode = status;
  if (json !== undefined) response.setHeader('content-type', `${type}; charset=utf-8`);
  response.end(json);
}
