import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator } from '../emulator.js';
import { graphError } from '../graph-errors.js';
import { acceptMessage, refuseMessage, type Verdict } from './accept-message.js';
import { sendFaultOf } from '../webhook/chaos.js';
import type { Fault, FaultKind } from './faults.js';
import { answerError, answerJson, checkToken, expiredToken, noSuchObject, readBody } from './hot-path.js';
import { markRead } from './mark-read.js';
import { recipientOf } from './recipient.js';

const MAX_BODY_BYTES = 1024 * 1024;
const TEXT_IN_JOURNAL = 200;

/** `POST /{phone_number_id}/messages` (reference §6): sends, read marks and typing, and every way a send can go wrong. */
export async function handleMessages(
  emulator: Emulator,
  phoneNumberId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let raw: Buffer | undefined;
  try {
    raw = await readBody(request, MAX_BODY_BYTES);
  } catch {
    // The caller died in the middle of its request: nothing was taken, nobody is there to be told.
    return journalSend(emulator, undefined, undefined, null, undefined);
  }
  const body = raw && parse(raw);
  const refusedToken = checkToken(emulator, request);
  const refused =
    refusedToken ??
    (phoneNumberId === emulator.options.phoneNumberId ? undefined : noSuchObject(phoneNumberId, 'POST'));
  if (refused || !body) {
    const error = refused ?? graphError(100, 'The request body is not a JSON object of at most 1 MiB.');
    journalSend(emulator, body, refuseMessage(error), error.http, undefined);
    answerError(response, error);
    return;
  }
  if ('status' in body) {
    answerRead(emulator, body, response);
    return;
  }
  // Read marks never use up a fault, so a fault is chosen only now that the body is known; a caller cannot tell whether a
  // small body was read before its connection was reset.
  const fault = faultOf(emulator, body);
  if (fault) answerWithFault(emulator, body, fault, request, response);
  else answerSend(emulator, body, response, acceptMessage(emulator, body), undefined);
}

type Body = Record<string, unknown>;
type Applied = FaultKind | Fault;

/** The fault that was asked for by hand, else the one that chance has for this send. */
function faultOf(emulator: Emulator, body: Body): Applied | undefined {
  const { chaos } = emulator.settings;
  if (!emulator.faults.waiting && chaos.sends.length === 0) return undefined;
  const { person, input } = recipientOf(emulator, body);
  const byHand = emulator.faults.waiting ? emulator.faults.take(person?.id) : undefined;
  if (byHand || chaos.sends.length === 0) return byHand;
  const tried = person ? (person.tried += 1) : 0;
  return sendFaultOf(chaos, `${person?.id ?? input} ${tried}`);
}

function answerSend(
  emulator: Emulator,
  body: Body,
  response: ServerResponse,
  verdict: Verdict,
  fault: Applied | undefined,
): void {
  // Journal first, answer second: what a caller was told must be there to be found, even if it kills us right after.
  journalSend(emulator, body, verdict, verdict.accepted ? 200 : verdict.error.http, fault);
  if (verdict.accepted) {
    emulator.traffic.note(verdict.wamid, { kind: 'send', request: body, answered: 200, answer: verdict.answer });
  }
  if (verdict.accepted) answerJson(response, 200, verdict.answer);
  else answerError(response, verdict.error, retryAfter(fault));
  if (verdict.accepted) verdict.follow();
}

function answerWithFault(
  emulator: Emulator,
  body: Body,
  fault: Applied,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (fault.kind) {
    case 'error': {
      const over = fault.httpStatus === undefined ? {} : { http: fault.httpStatus };
      const error = graphError(fault.code, fault.details ?? 'A fault asked for by the control API.', over);
      return answerSend(emulator, body, response, refuseMessage(error), fault);
    }
    case 'expiredToken':
      return answerSend(emulator, body, response, refuseMessage(expiredToken()), fault);
    case 'http': {
      const verdict = fault.accepted ? acceptMessage(emulator, body) : undefined;
      journalSend(emulator, body, verdict, fault.httpStatus, fault);
      const text = fault.body ?? '<html><body>Sorry, something went wrong.</body></html>';
      response.writeHead(fault.httpStatus, { 'Content-Type': 'text/html', ...retryAfter(fault) }).end(text);
      if (verdict?.accepted) verdict.follow();
      return;
    }
    case 'timeout':
      // Never answered: the caller hangs up, or the emulator's own end closes the connection.
      return journalSend(emulator, body, undefined, null, fault);
    case 'reset':
      journalSend(emulator, body, undefined, null, fault);
      request.socket.destroy();
      return;
    case 'answerLost': {
      const verdict = acceptMessage(emulator, body);
      journalSend(emulator, body, verdict, null, fault);
      if (fault.by !== 'silence') request.socket.destroy();
      if (verdict.accepted) verdict.follow();
      return;
    }
    case 'delay': {
      const verdict = acceptMessage(emulator, body);
      journalSend(emulator, body, verdict, verdict.accepted ? 200 : verdict.error.http, fault);
      if (verdict.accepted) verdict.follow();
      setTimeout(() => {
        if (verdict.accepted) answerJson(response, 200, verdict.answer);
        else answerError(response, verdict.error);
      }, fault.ms);
      return;
    }
    case 'unreadable': {
      const verdict = acceptMessage(emulator, body);
      journalSend(emulator, body, verdict, 200, fault);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(fault.body ?? '{"messaging_product":"wha');
      if (verdict.accepted) verdict.follow();
      return;
    }
    case 'failedLater': {
      const verdict = acceptMessage(
        emulator,
        body,
        graphError(fault.code, fault.details ?? 'A fault asked for by the control API.'),
      );
      return answerSend(emulator, body, response, verdict, fault);
    }
  }
}

function answerRead(emulator: Emulator, body: Body, response: ServerResponse): void {
  const outcome = markRead(emulator, body);
  const answered = outcome.error?.http ?? 200;
  emulator.journal.add({
    event: 'read',
    person: outcome.personId ?? null,
    wamid: String(body['message_id'] ?? ''),
    typing: body['typing_indicator'] !== undefined,
    answered,
  });
  if (outcome.error) answerError(response, outcome.error);
  else answerJson(response, 200, { success: true });
}

function journalSend(
  emulator: Emulator,
  body: Body | undefined,
  verdict: Verdict | undefined,
  answered: number | null,
  fault: Applied | undefined,
): void {
  const accepted = verdict?.accepted ? verdict : undefined;
  const callback = body?.['biz_opaque_callback_data'];
  const type = body ? (body['type'] ?? 'text') : undefined;
  emulator.journal.add({
    event: 'send',
    person: accepted?.personId ?? (body ? (recipientOf(emulator, body).person?.id ?? null) : null),
    type: typeof type === 'string' ? type : null,
    callback: typeof callback === 'string' ? callback : null,
    wamid: accepted?.wamid ?? null,
    accepted: accepted !== undefined,
    answered,
    ...(verdict && !verdict.accepted ? { code: verdict.error.code } : {}),
    ...(fault ? { fault: fault.kind } : {}),
    text: body ? textOf(body, typeof type === 'string' ? type : '').slice(0, TEXT_IN_JOURNAL) : '',
  });
}

/** The words a person reads first in a message of any type. */
function textOf(body: Body, type: string): string {
  const part = body[type] as { body?: unknown; caption?: unknown; name?: unknown; emoji?: unknown } | undefined;
  const said = typeof part?.body === 'object' ? (part.body as { text?: unknown } | null)?.text : part?.body;
  const words = said ?? part?.caption ?? part?.name ?? part?.emoji;
  return typeof words === 'string' ? words : '';
}

const retryAfter = (fault: Applied | undefined): Record<string, string> =>
  fault && 'retryAfterSeconds' in fault && fault.retryAfterSeconds !== undefined
    ? { 'Retry-After': String(fault.retryAfterSeconds) }
    : {};

function parse(raw: Buffer): Body | undefined {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const body = value as Body;
    // Graph takes an object or a list written as JSON inside a string, too, and some clients send it so.
    for (const name of [body['type'], 'context']) {
      const part = typeof name === 'string' ? body[name] : undefined;
      if (typeof part === 'string' && /^[[{]/.test(part)) body[name as string] = JSON.parse(part);
    }
    return body;
  } catch {
    return undefined;
  }
}
