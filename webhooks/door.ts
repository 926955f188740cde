import { Router, type RequestHandler } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../src/clock.js';
import type { Update, UpdateKind } from '../src/inbox/update.js';
import { createHandshake } from './handshake.js';
import { readUpdates } from './read-updates.js';
import { refuse } from './refuse.js';
import { readBody } from './request-body.js';
import { createSignatureCheck, looksSigned } from './signature.js';

/** Meta sends up to 3 MB (reference §1.3); a little more is let in. */
export const MAX_BODY_BYTES = 3.5 * 1024 * 1024;
const BODY_MS = 10_000;
const PATH = '/webhooks/whatsapp';

/** The updates of one POST, which belong together. */
export type Post = { readonly updates: Update[]; readonly receivedAt: number };

export type DoorDeps = {
  /** All that are valid now. With either list empty there is no account, and the door answers 503. */
  readonly verifyTokens: readonly string[];
  readonly appSecrets: readonly string[];
  /** Makes the updates durable; only then does the platform hear 200. A rejection is heard as 503: it will come again. */
  accept(post: Post): Promise<void>;
  readonly clock: Clock;
  readonly counters?: {
    answered(status: number): void;
    received(kind: UpdateKind): void;
  };
  /** 503 has to be out within 5 s (DESIGN §4.1). */
  readonly acceptTimeoutMs?: number;
  /** The whole body has to be here by then. */
  readonly bodyTimeoutMs?: number;
};

/** The one door the platform knocks on: `GET` and `POST /webhooks/whatsapp`.
 *
 *  A router to be mounted straight on `node:http`: it uses nothing that an Express app adds to requests and responses, and hands
 *  on what is not its own. In this order: account (503), signature header (401, the body unread), encoding (415), announced size
 *  (413), body (413, 408), signature over the bytes as they came (401), JSON (400), `accept` (200, or 503). */
export function createDoor(deps: DoorDeps): RequestHandler {
  const verifyTokens = deps.verifyTokens.filter((token) => token !== '');
  const appSecrets = deps.appSecrets.filter((secret) => secret !== '');
  const isOpen = verifyTokens.length > 0 && appSecrets.length > 0;
  const handshake = createHandshake(verifyTokens);
  const isSigned = createSignatureCheck(appSecrets);
  const { acceptTimeoutMs = 4_500, bodyTimeoutMs = BODY_MS } = deps;

  function answer(response: ServerResponse, status: number, text = '', headers: Record<string, string> = {}): void {
    deps.counters?.answered(status);
    if (response.destroyed) return;
    const type = text === '' ? undefined : { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' };
    response.writeHead(status, { ...headers, ...type, 'Content-Length': String(Buffer.byteLength(text)) });
    response.end(text);
  }

  function turnAway(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    text: string,
    headers?: Record<string, string>,
  ): void {
    deps.counters?.answered(status);
    refuse(request, response, status, text, headers);
  }

  function onGet(request: IncomingMessage, response: ServerResponse): void {
    if (!isOpen) return answer(response, 503, 'no account');
    const url = request.url ?? '';
    const question = url.indexOf('?');
    const challenge = handshake(question < 0 ? '' : url.slice(question + 1));
    if (challenge === undefined) return answer(response, 403, 'wrong token');
    answer(response, 200, challenge);
  }

  async function onPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAt = deps.clock.now();
    const { headers } = request;
    if (!isOpen) return turnAway(request, response, 503, 'no account', RETRY);
    const signature = headers['x-hub-signature-256'];
    if (!looksSigned(signature)) return turnAway(request, response, 401, 'no signature');
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      return turnAway(request, response, 415, 'send the body as it is', { 'Accept-Encoding': 'identity' });
    }
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) return turnAway(request, response, 413, 'too large');

    const read = await readBody(request, MAX_BODY_BYTES, bodyTimeoutMs);
    if (read.kind === 'aborted') return;
    if (read.kind !== 'whole') {
      return read.kind === 'tooLarge'
        ? turnAway(request, response, 413, 'too large')
        : turnAway(request, response, 408, 'too slow');
    }
    if (!isSigned(read.body, signature)) return answer(response, 401, 'wrong signature');

    const post = readUpdates(read.body);
    if (post.kind === 'notJson') return answer(response, 400, 'not JSON');
    const accepted = await within(acceptTimeoutMs, () => deps.accept({ updates: post.updates, receivedAt }));
    if (!accepted) return answer(response, 503, 'try again', RETRY);
    if (deps.counters) for (const { kind } of post.updates) deps.counters.received(kind);
    answer(response, 200);
  }

  const router = Router();
  const route = router.route(PATH);
  route.get(onGet); // and HEAD, of which node sends the headers only
  route.post(onPost);
  route.all((request, response) => turnAway(request, response, 405, 'GET or POST', { Allow: 'GET, HEAD, POST' }));
  return (request, response, next) => {
    // What nearly every request is needs no route to be looked for.
    if (request.url === PATH && request.method === 'POST') void onPost(request, response).catch(next);
    else router(request, response, next);
  };
}

const RETRY = { 'Retry-After': '1' };

/** Whether the work was done in time. Its failure, or its end after the time, is the same to the platform: it comes again. */
function within(limitMs: number, work: () => Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    const finish = (done: boolean) => {
      clearTimeout(timer);
      resolve(done);
    };
    try {
      work().then(
        () => finish(true),
        () => finish(false),
      );
    } catch {
      finish(false);
    }
  });
}
