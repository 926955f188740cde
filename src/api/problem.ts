import type { FieldError } from '../field-error.js';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { StoreUnavailable } from '../storage/engine.js';

export type { FieldError };

/** A refusal of a request, sent as a problem document (RFC 9457). Its texts are ours and fixed: nothing a caller sent is in them. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    /** A sentence that says what to do. */
    readonly detail: string,
    readonly more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, `there is no such ${what}`);
export const wrongMoment = (detail: string): Refusal => new Refusal(409, detail);
export const wrongFields = (errors: readonly FieldError[]): Refusal =>
  new Refusal(422, 'some fields are wrong', { errors });

/** What every error answer looks like. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ example: 'Unprocessable Entity' }),
    status: z.int().meta({ example: 422 }),
    detail: z.string().meta({ example: 'some fields are wrong' }),
    requestId: z.string().meta({ description: 'The same as in the header x-request-id and in the log.' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ example: [{ field: 'limit', message: 'a whole number from 1 to 200' }] }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457)' });

export const problemBody = (refusal: Refusal, requestId: string): z.output<typeof Problem> => ({
  type: 'about:blank',
  title: STATUS_CODES[refusal.status] ?? 'Error',
  status: refusal.status,
  detail: refusal.detail,
  requestId,
  ...(refusal.more.errors ? { errors: [...refusal.more.errors] } : {}),
});

/** Whatever was thrown on the way, as what the caller gets to see. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailable) {
    return new Refusal(503, 'the store cannot be reached or written now; try again', {
      headers: { 'retry-after': '5' },
    });
  }
  // Express and its body parser mark their errors with a status, and quote the request in their texts.
  switch ((error as { status?: unknown } | undefined)?.status) {
    case 400:
      return new Refusal(400, 'the request cannot be read');
    case 413:
      return tooLarge();
    case 415:
      return new Refusal(415, 'this content encoding or charset is not supported');
    default:
      return new Refusal(500, 'something went wrong here; the log knows more under the request id');
  }
}

export const tooLarge = (): Refusal => new Refusal(413, 'the body is too large');
