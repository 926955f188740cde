import type { Engine } from '../storage/engine.js';
import { beginOnce, type Request, type Sent } from './idempotency.js';
import { wrongMoment } from './problem.js';
import type { Answer, AnsweredFile, Call, Route } from './route.js';

/** Somebody else changed the same rows in between: the handler looks again and decides anew, so often at most. */
const ATTEMPTS = 5;

/** Runs a route's handler and commits what it decided, audit entry and kept answer included, all or none. */
export async function carryOut(
  route: Route,
  call: Call<unknown, unknown, unknown>,
  deps: { readonly engine: Engine; readonly pepper: Buffer },
  once: Request | undefined,
): Promise<Sent & { readonly file?: AnsweredFile }> {
  const begun = once && (await beginOnce(deps.engine, deps.pepper, once, call.now));
  if (begun?.kind === 'again') return begun.sent;
  const claim = begun?.claim;
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const answer = await route.handler(call);
      const sent = sentOf(route, answer);
      const ops = [...(answer.ops ?? []), ...(claim ? [claim.settle(sent, answer.contactId)] : [])];
      if (ops.length > 0 && (await deps.engine.commit(ops, answer.serial)) === 'conflict') continue;
      answer.afterwards?.();
      return answer.file ? { ...sent, file: answer.file } : sent;
    }
    throw wrongMoment('somebody else keeps changing the same thing: try again');
  } catch (error) {
    // If the store is out the claim stays; it is taken over later.
    await claim?.release().catch(() => undefined);
    throw error;
  }
}

const sentOf = (route: Route, { status, body }: Answer): Sent => ({
  status: status ?? route.answers[0]?.status ?? 200,
  json: body === undefined ? undefined : JSON.stringify(body),
});
