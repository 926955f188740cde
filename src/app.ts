import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express, { type RequestHandler, type Router } from 'express';
import { timingSafeEqual } from 'node:crypto';
import { API_PATH } from './api/create-api.js';

/** What every role serves: health and metrics; `web` and `all` also the door and the API (INTERFACE "HTTP"). */
export type AppParts = {
  /** Mounted straight on node:http: a webhook costs a quarter of what it costs inside an Express app (DESIGN §3). */
  readonly door: RequestHandler | undefined;
  readonly api: Router | undefined;
  readonly isReady: () => boolean;
  /** Recomputes every shown count from rows. */
  readonly deepReport: () => Promise<Record<string, unknown>>;
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
  readonly adminToken: string;
};

export function createApp(parts: AppParts): Server {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => void response.type('text/plain').send('ok\n'));
  app.get('/readyz', readiness(parts));
  app.get('/metrics', loopbackOrAdmin(parts.adminToken), async (_request, response) => {
    response.type(parts.metrics.contentType).send(await parts.metrics.render());
  });
  if (parts.api) app.use(API_PATH, parts.api);
  app.use(
    (_request, response) =>
      void response
        .status(404)
        .type('application/problem+json')
        .send({ type: 'about:blank', title: 'Not Found', status: 404 }),
  );
  app.use(((_error, _request, response, _next) => {
    if (!response.headersSent)
      response
        .status(500)
        .type('application/problem+json')
        .send({ type: 'about:blank', title: 'Internal Server Error', status: 500 });
  }) as express.ErrorRequestHandler);

  const { door } = parts;
  const handle = door
    ? (request: IncomingMessage, response: ServerResponse) =>
        door(request as never, response as never, () => app(request, response))
    : app;
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000, maxHeaderSize: 16_384 },
    handle,
  );
  server.maxConnections = 10_000;
  return server;
}

const readiness =
  (parts: AppParts): RequestHandler =>
  async (request, response) => {
    const ready = parts.isReady();
    const report = ready && 'deep' in request.query ? await parts.deepReport().catch(() => undefined) : {};
    response.status(ready && report ? 200 : 503).json({ ready: ready && report !== undefined, ...report });
  };

/** Open on the loopback, elsewhere with the admin token. A proxy on this machine speaks for others, so what it forwards is not loopback. */
const loopbackOrAdmin =
  (adminToken: string): RequestHandler =>
  (request, response, next) => {
    const address = request.socket.remoteAddress ?? '';
    const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
    const loopback = !forwarded && (address === '::1' || /^(::ffff:)?127\./.test(address));
    if (loopback || isAdmin(request.headers.authorization, adminToken)) return next();
    response
      .status(401)
      .set('WWW-Authenticate', 'Bearer')
      .type('application/problem+json')
      .send({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  };

function isAdmin(header: string | undefined, adminToken: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${adminToken}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
