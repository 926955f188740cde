import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { OutboundContent } from '../messages/outbound.js';
import type { CloudApi, OutboundMessage, Recipient } from '../platform/cloud-api.js';
import type { PhoneNumberId, Wamid } from '../platform/ids.js';
import { set, type Engine, type Op, type Patch } from '../storage/engine.js';
import { Attachments, type MakeDocument } from './attachments.js';
import { writeCallbackData } from './callback-data.js';
import { isNotice } from './choose.js';
import { inHand } from './claims.js';
import { NumberRate } from './number-rate.js';
import { outbox, type OutboxRow } from './outbox-table.js';
import type { Outcome } from './settlement.js';

/** Attempts: "attempted" is committed before the call, so that a crash after it leaves the row unknown and never queued; then the call is
 *  made. A row is in the air from then until its outcome is written. */

/** Inbound messages may take the room that a call was attempted for: then it waits, at most this long. */
const RATE_PATIENCE_MS = 1_500;
const READ_MARKS_PER_SECOND = 20;
const READ_MARKS_IN_FLIGHT = 20;

export type CallsDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly cloudApi: CloudApi;
  readonly phoneNumberId: PhoneNumberId;
  readonly rate: NumberRate;
  readonly makeDocument?: MakeDocument;
  /** Asked at the very start of a call. */
  readonly mayStart: (row: OutboxRow) => boolean;
  /** A call starts now. */
  readonly onStart: (row: OutboxRow) => void;
  readonly onOutcome: (row: OutboxRow, outcome: Outcome) => void;
  readonly onPoint: (point: string) => void;
  /** The message as it leaves: what must not stand in the store is added here, after "attempted". */
  readonly dress: (content: OutboundContent) => Promise<OutboundContent>;
};

export type Ready = {
  readonly row: OutboxRow;
  readonly to: Recipient;
  readonly contact: ContactRow;
  /** What is business-initiated depends on the person's consent and counts against the messaging limit: "attempted" is one commit with
   *  these writes. */
  readonly together: readonly Op[];
  /** It leaves in this form, and is kept so: another than the row had until now. */
  readonly content?: OutboundContent;
};

export class Calls {
  readonly #deps: CallsDeps;
  readonly #inAir = new Map<string, OutboxRow>();
  readonly #busy = new Set<PersonKey>();
  readonly #attachments: Attachments;
  readonly #readMarks = new NumberRate(READ_MARKS_PER_SECOND);
  #readMarksInFlight = 0;
  #notStarted = 0;
  #stopped = false;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#attachments = new Attachments(deps);
  }

  get count(): number {
    return this.#inAir.size;
  }

  /** Attempted, and waiting for their turn under the rate. */
  get notStarted(): number {
    return this.#notStarted;
  }

  /** People to whom a message is in the air. */
  get busy(): ReadonlySet<PersonKey> {
    return this.#busy;
  }

  has(id: string): boolean {
    return this.#inAir.has(id);
  }

  /** No further call starts. */
  stop(): void {
    this.#stopped = true;
  }

  /** Commits "attempted" and starts the calls. Rows that are not as they were claimed are left alone.
   *  @returns the rows whose person's consent changed meanwhile: they are still claimed, and have to be asked about anew */
  async attempt(ready: readonly Ready[]): Promise<readonly OutboxRow[]> {
    if (ready.length === 0) return [];
    const attemptedAt = this.#deps.clock.now();
    const attempts = ready.map(({ row, to, contact, together, content }) => ({
      to,
      contact,
      together,
      before: row,
      inForm: content ? { content } : {},
      row: {
        ...row,
        ...(content && { content }),
        state: 'attempted',
        attempt: row.attempt + 1,
        attemptedAt,
      } satisfies OutboxRow,
    }));
    for (const { row } of attempts) {
      this.#inAir.set(row.id, row);
      this.#busy.add(row.personKey);
    }
    this.#notStarted += attempts.length;
    let started: ReadonlySet<string>;
    try {
      started = await writeAttempts(this.#deps.engine, attempts);
    } catch (error) {
      // It may have been written all the same; the calls are not made, and that is what the rows will say.
      for (const { row } of attempts) this.#end(row, { kind: 'notStarted' });
      throw error;
    }
    this.#deps.onPoint('after-attempted');
    const conflicting: OutboxRow[] = [];
    for (const { row, before, to, contact, together } of attempts) {
      if (started.has(row.id)) {
        void this.#call(row, to, contact);
      } else {
        this.#notStarted -= 1;
        this.written(row);
        if (together.length > 0) conflicting.push(before);
      }
    }
    return conflicting;
  }

  /** The outcome stands in the store: the person's next message may start. */
  written(row: OutboxRow): void {
    this.#inAir.delete(row.id);
    this.#busy.delete(row.personKey);
  }

  /** A file goes up first. Until then the message takes no room under the rate, and whatever happens proves that it has not gone out. */
  async #call(row: OutboxRow, to: Recipient, contact: ContactRow): Promise<void> {
    const { content } = row;
    if (content?.type === 'list' && content.ask)
      return void (await this.#send(row, { to, content: await this.#dressed(content) }));
    if (content?.type !== 'buttons' || !content.document) return void (await this.#send(row, { to, content }));
    this.#notStarted -= 1;
    const prepared = await this.#attachments.prepare(content, content.document, contact);
    this.#notStarted += 1;
    if (prepared.kind !== 'prepared') return void this.#end(row, prepared);
    const outcome = await this.#send(row, { to, ...prepared });
    // What may have gone out needs its file.
    const isLost = outcome.kind !== 'accepted' && outcome.kind !== 'unknown';
    if (isLost && prepared.attachment) this.#attachments.discard(prepared.attachment);
  }

  async #send(
    row: OutboxRow,
    { to, content, attachment }: Pick<OutboundMessage, 'to' | 'attachment'> & { content: OutboxRow['content'] },
  ): Promise<Outcome> {
    const { cloudApi, phoneNumberId, clock, rate } = this.#deps;
    const kind = isNotice(row) ? 'notice' : 'reply';
    const giveUpAt = clock.monotonic() + RATE_PATIENCE_MS;
    // The right to a call is taken at its very start: a commit that took long must not squeeze two seconds' calls into one.
    while (content && this.#mayStart(row) && rate.room(clock.monotonic(), kind) < 1) {
      if (clock.monotonic() >= giveUpAt) return this.#end(row, { kind: 'notStarted' });
      await sleep(Math.min(rate.waitMs(clock.monotonic()), 50));
    }
    if (!content || !this.#mayStart(row)) return this.#end(row, { kind: 'notStarted' });
    rate.take(clock.monotonic(), kind);
    this.#notStarted -= 1;
    this.#deps.onStart(row);
    this.#markRead(row);
    const callbackData = writeCallbackData(row.id, row.attempt);
    const result = await cloudApi
      .send({ phoneNumberId, to, content, callbackData, ...(attachment && { attachment }) })
      .catch((): Outcome => ({ kind: 'unknown', reason: 'other' }));
    this.#deps.onPoint('after-answer');
    this.#deps.onOutcome(row, result);
    return result;
  }

  /** Null while the store is out, which has what is to be added. */
  #dressed(content: OutboundContent): Promise<OutboundContent | null> {
    return this.#deps.dress(content).catch(() => null);
  }

  #mayStart(row: OutboxRow): boolean {
    return !this.#stopped && this.#deps.mayStart(row);
  }

  #end(row: OutboxRow, outcome: Outcome): Outcome {
    this.#notStarted -= 1;
    this.#deps.onOutcome(row, outcome);
    return outcome;
  }

  /** Best effort, and never so many that calls have to wait for a connection. */
  #markRead(row: OutboxRow): void {
    const { cloudApi, phoneNumberId, clock } = this.#deps;
    if (!row.answers || this.#readMarksInFlight >= READ_MARKS_IN_FLIGHT) return;
    if (!this.#readMarks.take(clock.monotonic(), 'reply')) return;
    this.#readMarksInFlight += 1;
    void cloudApi
      .markRead(phoneNumberId, row.answers as Wamid, true)
      .catch(() => false)
      .finally(() => (this.#readMarksInFlight -= 1));
  }
}

type Attempt = {
  readonly row: OutboxRow;
  readonly together: readonly Op[];
  /** As it was in hand. */
  readonly before: OutboxRow;
  /** What is written of its words. */
  readonly inForm: { readonly content?: OutboundContent };
};

/** Replies in bulk, each of the others in a commit of its own. @returns ids of those that stand in the store
 *  @throws once all of them are over: none is written after somebody has looked at what became of them */
async function writeAttempts(engine: Engine, attempts: readonly Attempt[]): Promise<ReadonlySet<string>> {
  const replies = attempts.flatMap((one) => (one.together.length > 0 ? [] : attemptPatch(one)));
  const written = await Promise.allSettled([
    engine.patchMany(outbox, replies),
    ...attempts.flatMap((one) => (one.together.length > 0 ? commitAttempt(engine, one) : [])),
  ]);
  return new Set(
    written.flatMap((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }),
  );
}

async function commitAttempt(engine: Engine, attempt: Attempt): Promise<string[]> {
  const { row, together } = attempt;
  const { id, set: patch, when } = attemptPatch(attempt);
  return (await engine.commit([set(outbox, id, patch, when), ...together], row.personKey)) === 'committed' ? [id] : [];
}

const attemptPatch = ({ row, before, inForm }: Attempt): Patch<OutboxRow> => ({
  id: row.id,
  set: { state: 'attempted', fence: row.fence, attempt: row.attempt, attemptedAt: row.attemptedAt, ...inForm },
  when: {
    ...inHand(before),
    // A status of the attempt before this one, come at the last moment, says that it has left after all.
    ...(row.attempt > 1 ? { sentAt: null, deliveredAt: null, readAt: null, failedAt: null } : {}),
  },
});
