import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { hashed } from '../keys.js';
import { set, type Engine, type Op } from '../storage/engine.js';
import { idempotency, type IdempotencyRow } from './idempotency-table.js';
import { Refusal, wrongFields, wrongMoment } from './problem.js';

/** `Idempotency-Key` on POST (INTERFACE "HTTP"): the first request with a key claims its row by appending it, does its work, and
 *  settles the row in the commit of the work itself. So whoever finds the row settled can be given the answer, and whoever finds it
 *  running must wait. A run that died leaves its claim behind; it is taken over after a while, and since a claim is compared in the
 *  commit of the work, the earlier run cannot act any more even if it wakes up. */

const KEPT_MS = 24 * 3_600_000;
/** Longer than any request takes. */
const CLAIM_MS = 60_000;

/** What is sent: a status and a body, already in its final form. */
export type Sent = { readonly status: number; readonly json: string | undefined };

export type Request = {
  readonly operatorId: string;
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
};

export type Claim = {
  /** Part of the commit of the work. */
  settle(sent: Sent, contactId: string | undefined): Op;
  /** Nothing was done: the same request may be made again at once. */
  release(): Promise<void>;
};

export type Begun = { readonly kind: 'first'; readonly claim: Claim } | { readonly kind: 'again'; readonly sent: Sent };

/** @throws Refusal 409 while the first request with this key runs, 410 when its answer was erased, 422 for another request under the key */
export async function beginOnce(engine: Engine, pepper: Buffer, request: Request, now: number): Promise<Begun> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) {
    throw wrongFields([{ field: 'Idempotency-Key', message: '1 to 255 visible ASCII characters' }]);
  }
  const seal = sealFor(pepper, request);
  const row: IdempotencyRow = {
    id: hashed(pepper, `idempotency-key:${request.operatorId}:${request.key}`),
    fingerprint: fingerprintOf(pepper, request),
    state: 'running',
    status: null,
    answer: null,
    contactId: null,
    createdAt: now,
    claimedAt: now,
  };
  const mine = (): Begun => ({ kind: 'first', claim: claimOn(engine, row, seal) });
  if ((await engine.append(idempotency, [row])) === 1) return mine();

  const there = await engine.get(idempotency, row.id);
  const isOver = !there || there.createdAt + KEPT_MS <= now;
  if (!isOver && there.fingerprint !== row.fingerprint) {
    throw wrongFields([
      { field: 'Idempotency-Key', message: 'it was used for another request within the last 24 hours' },
    ]);
  }
  if (!isOver && there.state === 'done') return { kind: 'again', sent: answerOf(there, seal) };
  const isDead = there?.state === 'running' && there.claimedAt + CLAIM_MS <= now;
  if ((isOver || isDead) && there && (await takeOver(engine, there, row))) return mine();
  throw wrongMoment('the first request with this Idempotency-Key is still running: ask again in a moment');
}

async function takeOver(engine: Engine, there: IdempotencyRow, row: IdempotencyRow): Promise<boolean> {
  const { id, ...fresh } = row;
  const as = { claimedAt: there.claimedAt, state: there.state };
  return (await engine.commit([set(idempotency, id, fresh, as)])) === 'committed';
}

const claimOn = (engine: Engine, row: IdempotencyRow, seal: Seal): Claim => ({
  settle: (sent, contactId) =>
    set(
      idempotency,
      row.id,
      { state: 'done', status: sent.status, answer: seal.close(sent.json ?? ''), contactId: contactId ?? null },
      { state: 'running', claimedAt: row.claimedAt },
    ),
  release: async () => {
    // A claim of long ago: the next one takes it over. If the work was committed after all, the row is `done` and stays.
    const when = { state: 'running', claimedAt: row.claimedAt } as const;
    await engine.patchMany(idempotency, [{ id: row.id, set: { claimedAt: 0 }, when }]);
  },
});

function answerOf(row: IdempotencyRow, seal: Seal): Sent {
  if (!row.answer) throw new Refusal(410, 'it was done; the answer is gone with the person it was about');
  const json = seal.open(row.answer);
  return { status: row.status ?? 200, json: json === '' ? undefined : json };
}

function fingerprintOf(pepper: Buffer, { method, url, body }: Request): string {
  const hmac = createHmac('sha256', pepper).update(`idempotency-request:${method} ${url}\n`).update(body);
  return hmac.digest().toString('base64url', 0, 16);
}

type Seal = { close(text: string): Uint8Array; open(bytes: Uint8Array): string };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function sealFor(pepper: Buffer, { operatorId, key }: Request): Seal {
  const secret = createHmac('sha256', pepper).update(`idempotency-answer:${operatorId}:${key}`).digest();
  return {
    close(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(bytes) {
      const sealed = Buffer.from(bytes);
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
