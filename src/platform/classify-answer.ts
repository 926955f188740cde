import type { SendReason, SendResult, UploadResult } from './cloud-api.js';
import { errorOf, knownError } from './error-catalogue.js';
import { Wamid } from './ids.js';

/** A longer `Retry-After` is not believed: the windows of Meta's limits are an hour at most (reference §7.1). */
export const MAX_RETRY_AFTER_MS = 3_600_000;

export type AnswerHeaders = { readonly [name: string]: string | readonly string[] | undefined };

/** What an answer of `POST /messages` came to. Pure.
 *
 *  Proof that nothing went out, so back to the queue: 429, the codes 130429, 131056, 4, 80007, and 401 or 403 with an error code;
 *  of the latter only those that say something about the person or the message are final (130497). A refused token may also
 *  come as a 400 (Graph does that with 190): it refuses the caller, not the message, so the message waits too.
 *  Another 4xx with an error code is rejected. Everything else is `unknown`: a 5xx, a 2xx that names no message, and a 4xx
 *  without an error code, which is not Graph speaking but something between us, that may have passed the call on.
 *  Source: DESIGN §3 "An outbound message", reference §6.1, §9.9
 *  @param body the text of the answer; never copied into the result */
export function classifyAnswer(status: number, body: string, headers: AnswerHeaders, now: number): SendResult {
  const answer = parsed(body);
  if (status >= 200 && status < 300) return accepted(answer);

  const error = errorOfAnswer(answer);
  const code = error?.code;
  const known = code === undefined ? undefined : errorOf(code, { status, isTransient: error?.isTransient });
  const retryAfterMs = retryAfter(headers['retry-after'], now);
  const notSent = (scope: 'person' | 'number' | 'account', reason: SendReason): SendResult => ({
    kind: 'notSent',
    scope,
    reason,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(code !== undefined && { code }),
  });

  if (known?.proofNothingSent) return notSent(known.scope === 'person' ? 'person' : 'number', known.reason);
  if (status === 429) return notSent('number', 'rate');
  if (status >= 500) return { kind: 'unknown', reason: 'serverError' };
  if (status < 400 || code === undefined || !known) return { kind: 'unknown', reason: 'unreadable' };
  if (known.class === 'access') return notSent('account', known.reason);
  if (status === 401 || status === 403) {
    const isDescribed = knownError(code) !== undefined;
    const isFinal =
      isDescribed && (known.class === 'message' || known.scope === 'person' || known.scope === 'template');
    if (!isFinal) return notSent('account', isDescribed ? known.reason : 'permission');
  }
  return { kind: 'rejected', code, reason: known.reason };
}

/** What an answer of `POST /media` came to. A send that may have gone out is `unknown`; an upload that may have is no message yet, and is
 *  made again with the person's own pause. */
export function classifyUpload(status: number, body: string, headers: AnswerHeaders, now: number): UploadResult {
  if (status >= 200 && status < 300) {
    const id = member(parsed(body), 'id');
    if (typeof id === 'string' && id !== '') return { kind: 'uploaded', mediaId: id };
    return { kind: 'notSent', scope: 'person', reason: 'unreadable' };
  }
  return withoutDoubt(classifyAnswer(status, body, headers, now));
}

/** A failure of a call that sends nothing. */
export const withoutDoubt = (result: SendResult): UploadResult =>
  result.kind === 'notSent' || result.kind === 'rejected'
    ? result
    : { kind: 'notSent', scope: 'person', reason: result.kind === 'unknown' ? result.reason : 'unreadable' };

/** Whether an answer, to whatever call, says that the token or its permissions are refused. */
export function refusesAccess(status: number, body: string): boolean {
  const code = errorOfAnswer(parsed(body))?.code;
  if (code === undefined || status < 400) return false;
  return status === 401 || status === 403 || (status < 500 && knownError(code)?.class === 'access');
}

function accepted(answer: unknown): SendResult {
  const [message] = listIn(member(answer, 'messages'));
  const wamid = Wamid.safeParse(member(message, 'id'));
  if (!wamid.success) return { kind: 'unknown', reason: 'unreadable' };
  const state = member(message, 'message_status'); // absent, `accepted`, or waiting for Meta's judgement of the template
  return { kind: 'accepted', wamid: wamid.data, held: state === 'held_for_quality_assessment' || state === 'paused' };
}

/** The error that the text of an answer holds; `words` are Meta's own for a person who sits at the keyboard. */
export function errorIn(body: string): { readonly code: number | undefined; readonly words: string } {
  const answer = parsed(body);
  const error = member(answer, 'error');
  const words = [member(error, 'error_user_title'), member(error, 'error_user_msg')].filter(isText);
  const told = words.length > 0 ? words : [member(error, 'message'), member(member(error, 'error_data'), 'details')];
  return { code: errorOfAnswer(answer)?.code, words: told.filter(isText).join(': ').slice(0, MAX_WORDS) };
}

const MAX_WORDS = 500;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The code may come as a text (reference §2.8). */
function errorOfAnswer(answer: unknown): { code: number; isTransient: boolean } | undefined {
  const error = member(answer, 'error');
  const code = member(error, 'code');
  const number = typeof code === 'string' && /^\s*\d{1,10}\s*$/.test(code) ? Number(code) : code;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return undefined;
  return { code: number, isTransient: member(error, 'is_transient') === true };
}

/** Seconds or an HTTP date, in ms from now. */
export function retryAfter(header: string | readonly string[] | undefined, now: number): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  const seconds = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
  // A date has letters in it; `Date.parse` would make one of "-5", too.
  const ms = seconds !== undefined ? seconds * 1000 : /[A-Za-z]{3}/.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.round(ms), 0), MAX_RETRY_AFTER_MS);
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as { [name: string]: unknown })[name] : undefined;

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
