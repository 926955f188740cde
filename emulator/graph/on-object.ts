import { json, type Request, type Response, type Router } from 'express';
import type { Emulator } from '../emulator.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { answerError, answerJson, noSuchObject } from './hot-path.js';

export type Json = Record<string, unknown>;

/** What an endpoint is handed, and what it says: a body for 200, or a refusal. */
export interface Asked {
  readonly body: Json;
  readonly query: Request['query'];
  /** what stands in the path after the object's id and the edge's name */
  readonly rest: string | undefined;
}
type Answer = object | GraphError | Promise<object | GraphError>;
type Method = 'get' | 'post' | 'delete';

const read = json({ limit: '1mb', strict: false });

/** An edge of our phone number: `/{phone_number_id}/{edge}`, or the number itself when `edge` is empty. Another object of
 *  the same path is somebody else's business. */
export const onNumber = (
  emulator: Emulator,
  router: Router,
  method: Method,
  edge: string,
  handle: (asked: Asked) => Answer,
): void => on(router, method, edge, (id) => id === emulator.options.phoneNumberId, handle);

/** An edge of our business account: `/{waba}/{edge}`. */
export const onAccount = (
  emulator: Emulator,
  router: Router,
  method: Method,
  edge: string,
  handle: (asked: Asked) => Answer,
): void => on(router, method, edge, (id) => id === emulator.options.businessAccountId, handle);

function on(
  router: Router,
  method: Method,
  edge: string,
  isOurs: (id: string) => boolean,
  handle: (asked: Asked) => Answer,
): void {
  const path = edge === '' ? '/:object' : `/:object/${edge}`;
  router[method](path, read, async (request: Request, response: Response, next: (error?: unknown) => void) => {
    const { object, rest } = request.params as { object: string; rest?: string };
    if (!isOurs(object)) {
      if (edge === '') return next();
      return answerError(response, noSuchObject(object, request.method));
    }
    const body: unknown = request.body ?? {};
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      return answerError(response, graphError(100, 'The request body is not a JSON object.'));
    }
    const answer = await handle({ body: body as Json, query: request.query, rest });
    if (isRefusal(answer)) answerError(response, answer);
    else answerJson(response, 200, answer);
  });
}

const isRefusal = (answer: object): answer is GraphError =>
  'code' in answer && 'http' in answer && 'details' in answer && 'title' in answer;
