import type { Clock } from '../clock.js';
import type { OutboundContent } from '../messages/outbound.js';
import type { CloudApi } from '../platform/cloud-api.js';
import { templateStatusOf } from '../platform/effects.js';
import type { PhoneNumberId } from '../platform/ids.js';
import { noteTemplate } from '../platform/template-status.js';
import type { Engine, Patch } from '../storage/engine.js';
import { NO_ANNOUNCEMENTS, type Announcements } from './announcements.js';
import type { MakeDocument } from './attachments.js';
import { Calls } from './calls.js';
import { choose, isNotice } from './choose.js';
import { Claims } from './claims.js';
import { InboundCount } from './inbound-count.js';
import { askOnceMore } from './last-questions.js';
import { Limits } from './limits.js';
import { NoticePace } from './notice-pace.js';
import { NumberRate } from './number-rate.js';
import { NumberState } from './number-state.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { PAIR_MEMORY_MS, PairRate } from './pair-rate.js';
import { PersonHolds } from './person-holds.js';
import { Rounds } from './rounds.js';
import { SendingLease } from './sending-lease.js';
import type { Outcome, Settling } from './settlement.js';
import { Settler, type Refusal } from './settler.js';
import { putOff, putRight, recentAttempts } from './take-over.js';
import { hasStatusSince, settleUnknowns } from './unknowns.js';

/** The only one who sends (DESIGN §3 "An outbound message"). One round after another: hold the number's lease, put right what an earlier
 *  holder left, see whether anything forbids sending, claim what is due, choose, ask once more whether each may leave, commit
 *  "attempted", call. Answers come back between the rounds; nothing else is changed there but by their settlement. */
export type DispatcherDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly cloudApi: CloudApi;
  readonly phoneNumberId: PhoneNumberId;
  readonly messagesPerSecond: number;
  readonly pepper: Buffer;
  /** Names this process among those that want the lease. */
  readonly holder: string;
  /** Makes the files that stand in front of messages. */
  readonly makeDocument?: MakeDocument;
  readonly onSettled: (outboxId: string) => void;
  readonly onResult: (outcome: string) => void;
  /** Told of what Meta refused, before that is written: some of it belongs into the consent ledger. */
  readonly onRefused?: (refusals: readonly Refusal[]) => Promise<void>;
  /** Which notices may leave now. */
  readonly announcements?: Announcements;
  readonly log: Record<'info' | 'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
  readonly onPoint?: (point: string) => void;
  /** The message as it leaves, made after "attempted"; as it is stored when absent. */
  readonly dress?: (content: OutboundContent) => Promise<OutboundContent>;
};

/** However many notices there are, a reply finds a free place. */
const NOTICES_IN_FLIGHT = 400;
/** So much of a second's rate; replies have a tenth. */
const NOTICES_AHEAD = 0.1;
/** Between two rounds that are wanted at once, so that more messages share what a round asks. */
const PACE_MS = { sqlite: 20, mongodb: 25 } as const;
const POLL_MS = { sqlite: 500, mongodb: 100 } as const;
/** Something is in hand that could not leave: a notice over its share. */
const SOON_MS = 50;
const UNKNOWNS_EVERY_MS = 1_000;
/** On MongoDB a holder that lost its lease may have claimed rows after its successor looked. */
const PUT_RIGHT_EVERY_MS = { sqlite: Infinity, mongodb: 10_000 } as const;
const STOP_PATIENCE_MS = 12_000;
const RATE_MEMORY_MS = 3_000;

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #lease: SendingLease;
  readonly #number: NumberState;
  readonly #claims: Claims;
  readonly #calls: Calls;
  readonly #settler: Settler;
  readonly #inbound: InboundCount;
  readonly #rounds: Rounds;
  readonly #rate: NumberRate;
  readonly #pace: NoticePace;
  readonly #limits: Limits;
  readonly #announcements: Announcements;
  #pair = new PairRate();
  #holds = new PersonHolds();
  #tier: number | undefined;
  #fence = 0;
  #putRightAt = -Infinity;
  #unknownsAt = -Infinity;

  constructor(deps: DispatcherDeps) {
    const { engine, clock, cloudApi, phoneNumberId, log } = deps;
    this.#deps = deps;
    this.#rate = new NumberRate(deps.messagesPerSecond);
    this.#pace = new NoticePace(deps.messagesPerSecond * 0.9);
    this.#announcements = deps.announcements ?? NO_ANNOUNCEMENTS;
    this.#lease = new SendingLease(engine, clock, phoneNumberId, deps.holder);
    this.#number = new NumberState({ ...deps, onChange: () => this.nudge() });
    this.#rounds = new Rounds(
      () => this.#runRound(),
      () => this.#idleMs(),
      PACE_MS[deps.engine.kind],
    );
    this.#limits = new Limits(engine, clock, (row) => this.#announcements.forms(row));
    this.#inbound = new InboundCount(engine, clock, phoneNumberId);
    this.#claims = new Claims(engine, clock, phoneNumberId, () => (this.#putRightAt = -Infinity));
    this.#calls = new Calls({
      ...{ engine, clock, cloudApi, phoneNumberId, rate: this.#rate },
      ...(deps.makeDocument && { makeDocument: deps.makeDocument }),
      mayStart: (row) =>
        this.#lease.allowsCall(row.fence) &&
        row.uselessAfter > clock.now() &&
        this.#announcements.standing(row).kind === 'leaves',
      onStart: (row) => this.#pair.note(row.personKey, clock.monotonic()),
      onOutcome: (row, outcome) => this.#onOutcome(row, outcome),
      onPoint: (point) => deps.onPoint?.(point),
      dress: deps.dress ?? ((content) => Promise.resolve(content)),
    });
    this.#settler = new Settler({
      ...{ engine, clock, log, pepper: deps.pepper },
      onRefused: (refusals) => deps.onRefused?.(refusals) ?? Promise.resolve(),
      onWritten: (settled) => this.#onWritten(settled),
      onUnwritable: ({ row }) => {
        this.#putRightAt = -Infinity;
        this.#calls.written(row);
      },
    });
  }

  start(): void {
    this.nudge();
  }

  /** Something may be due. */
  nudge(): void {
    this.#rounds.nudge();
  }

  /** Pauses, the tier, templates: something of them was changed in this process, and holds from the next call on. */
  limitsChanged(): void {
    this.#number.forget();
    this.#limits.forgetStatuses();
    this.nudge();
  }

  /** Inbound messages that this process took in count against the rate; on MongoDB they are counted in the store. */
  noteInbound(count: number): void {
    if (this.#deps.engine.kind === 'sqlite') this.#rate.noteInbound(count, this.#deps.clock.monotonic());
  }

  /** A status of one of our sends came: Meta was there then.
   *  @param arrivedAt when, ms */
  statusSeen(arrivedAt: number): void {
    this.#number.metaIsThere(arrivedAt);
  }

  /** Claims no more, lets what is in the air come back (bounded), puts back what is in hand, gives the lease back. */
  async stop(): Promise<void> {
    const { clock } = this.#deps;
    this.#calls.stop();
    await this.#rounds.stop();
    await this.#claims.putBack();
    const until = clock.monotonic() + STOP_PATIENCE_MS;
    while (this.#calls.count > 0 && clock.monotonic() < until) {
      await this.#settler.flush();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.#lease.release().catch(() => undefined);
  }

  async #runRound(): Promise<void> {
    try {
      await this.#oneRound();
    } catch (error) {
      this.#deps.log.warn('dispatcher.storeUnavailable', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  async #oneRound(): Promise<void> {
    const { clock, engine } = this.#deps;
    const fence = await this.#lease.hold();
    if (fence === undefined) return this.#claims.putBack();
    if (fence !== this.#fence) await this.#takeOver(fence);
    else await this.#putRight();
    await this.#number.refresh();
    if (engine.kind === 'mongodb') this.#rate.noteInbound(await this.#inbound.sinceLast(), clock.monotonic());
    await this.#lookAtUnknowns();
    await this.#lookAtLimits();
    await this.#announcements.refresh();
    await this.#claims.putBack(this.#claims.rows.filter((row) => this.#announcements.standing(row).kind === 'waits'));

    const { notStarted, count, busy } = this.#calls;
    const allowed = this.#number.allowed(count);
    if (allowed.calls === 0 && this.#number.isClosed) return this.#claims.putBack();
    if (!this.#lease.allowsCall(fence)) return;
    const monotonic = clock.monotonic();
    const room = Math.min(allowed.calls, this.#rate.room(monotonic, 'reply') - notStarted);
    const noticeRoom = Math.min(
      room,
      this.#noticesLeft(monotonic),
      this.#pace.room(monotonic),
      NOTICES_IN_FLIGHT - count,
    );
    const repliesOnly = allowed.repliesOnly || noticeRoom <= 0;
    const { waiting } = this.#announcements;
    if (await this.#claims.claim({ limit: room, repliesOnly, fence, busy, waiting })) this.nudge();
    const started = await this.#send(room, repliesOnly ? 0 : noticeRoom);
    if (allowed.isProbe && started > 0) this.#number.noteProbe();
  }

  /** @returns how many calls were attempted */
  async #send(limit: number, noticeLimit: number): Promise<number> {
    const { clock, engine } = this.#deps;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    const { chosen, deferred } = choose(this.#claims.rows, {
      ...{ limit, noticeLimit, now },
      isBusy: (person) => this.#calls.busy.has(person),
      waitMs: (person, reserved) => this.#pair.waitMs(person, monotonic, reserved),
      heldUntil: (person) => this.#holds.until(person),
    });
    const dueAt = new Map(deferred.map((one) => [one.row.id, this.#putOff(one.row, one.dueAt)]));
    const later = deferred.map(({ row }) => row);
    await this.#claims.putBack(later, (row) => dueAt.get(row.id) ?? now);
    const asking = { engine, clock, limits: this.#limits, announcements: this.#announcements };
    const { ready, held, over, isBehind } = await askOnceMore(asking, chosen, this.#number.limits);
    await this.#claims.putBack(
      chosen.filter(({ id }) => held.has(id)),
      ({ id }) => held.get(id)?.dueAt ?? now,
      ({ id }) => held.get(id)?.reason,
    );
    if (isBehind) this.nudge();
    await this.#end(over, chosen);
    this.#claims.drop(ready.map(({ row }) => row));
    this.#pace.note(ready.filter(({ row }) => isNotice(row)).length, clock.monotonic());
    let conflicting: readonly OutboxRow[];
    try {
      conflicting = await this.#calls.attempt(ready);
    } catch (error) {
      this.#putRightAt = -Infinity;
      this.#limits.notWritten(ready.map(({ row }) => row));
      throw error;
    }
    this.#limits.notWritten(conflicting);
    if (conflicting.length > 0) this.nudge();
    await this.#claims.putBack(conflicting);
    return ready.length - conflicting.length;
  }

  /** Those that shall not leave, or have left already. */
  async #end(over: readonly Patch<OutboxRow>[], chosen: readonly OutboxRow[]): Promise<void> {
    if (over.length === 0) return;
    const ended = await this.#deps.engine.patchMany(outbox, over);
    const ids = new Set(over.map(({ id }) => id));
    this.#claims.drop(chosen.filter((row) => ids.has(row.id)));
    for (const id of ended) {
      this.#deps.onResult('refusedHere');
      this.#deps.onSettled(id);
    }
  }

  /** The row's new `dueAt`; the person's later replies wait as long. */
  #putOff(row: OutboxRow, dueAt: number): number {
    return row.priority === PRIORITIES.reply ? this.#holds.hold(row.personKey, dueAt, this.#deps.clock.now()) : dueAt;
  }

  #onOutcome(row: OutboxRow, outcome: Outcome): void {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    this.#deps.onResult(outcome.kind);
    this.#number.note(outcome);
    this.#noteTemplate(row, outcome);
    if (outcome.kind === 'accepted') this.#pair.accepted(row.personKey);
    let dueAt = clock.now();
    if (outcome.kind === 'notSent' && outcome.scope === 'person')
      dueAt = this.#putOff(row, dueAt + Math.max(this.#pair.refused(row.personKey, now), outcome.retryAfterMs ?? 0));
    this.#settler.add({ row, outcome, dueAt });
  }

  #onWritten(settled: readonly Settling[]): void {
    for (const { row, outcome, dueAt } of settled) {
      // It keeps its place: what is in hand of the person's later replies must not overtake it.
      if (outcome.kind === 'notSent' || outcome.kind === 'notStarted')
        void this.#claims.putBack(this.#claims.repliesOf(row.personKey), () => dueAt);
      else this.#deps.onSettled(row.id);
      this.#calls.written(row);
    }
    const isRefused = ({ outcome: { kind } }: Settling) =>
      kind === 'notSent' || kind === 'notStarted' || kind === 'rejected';
    const [refused, others] = [settled.filter(isRefused), settled.filter((one) => !isRefused(one))];
    // What cannot be given back now ends with the person's day.
    void this.#limits.settle(rowsOf(others), rowsOf(refused)).catch(() => undefined);
    this.nudge();
  }

  /** A refusal that speaks of the template holds whatever else would leave with it. */
  #noteTemplate({ content }: OutboxRow, outcome: Outcome): void {
    const status = outcome.kind === 'rejected' ? templateStatusOf(outcome.code) : undefined;
    if (outcome.kind !== 'rejected' || status === undefined || content?.type !== 'template') return;
    const { name, language } = content;
    const { engine, clock, log } = this.#deps;
    log.warn('template.held', { template: name, language, status, code: outcome.code });
    void noteTemplate(engine, { name, language, status, reason: String(outcome.code), at: clock.now() })
      .then(() => this.#limits.forgetStatuses())
      .catch(() => undefined); // the next refusal says it again
  }

  /** What messages wait for may have come. */
  async #lookAtLimits(): Promise<void> {
    const { tier } = this.#number.limits;
    const isRaised = this.#tier !== undefined && tier > this.#tier;
    if (isRaised) await this.#limits.release(this.#deps.phoneNumberId, 'overTier');
    this.#tier = tier;
    await this.#limits.releaseTemplates(this.#deps.phoneNumberId);
  }

  async #lookAtUnknowns(): Promise<void> {
    const { clock, engine, phoneNumberId, onResult, onSettled } = this.#deps;
    if (clock.monotonic() - this.#unknownsAt < UNKNOWNS_EVERY_MS) return;
    const { resent, settled } = await settleUnknowns(engine, phoneNumberId, clock.now());
    this.#unknownsAt = clock.monotonic();
    for (let index = 0; index < resent; index += 1) onResult('resent');
    for (const id of settled) onSettled(id);
    const since = this.#number.silentSince;
    // On MongoDB statuses are folded wherever that lease is.
    if (engine.kind === 'mongodb' && since !== undefined && (await hasStatusSince(engine, phoneNumberId, since)))
      this.#number.metaIsThere();
  }

  async #putRight(): Promise<void> {
    const { clock, engine, phoneNumberId, onSettled } = this.#deps;
    if (clock.monotonic() - this.#putRightAt < PUT_RIGHT_EVERY_MS[engine.kind]) return;
    this.#putRightAt = clock.monotonic();
    const isOurs = (id: string) => this.#calls.has(id) || this.#claims.has(id);
    try {
      const { settled } = await putRight(engine, phoneNumberId, clock.now(), isOurs);
      for (const id of settled) onSettled(id);
    } catch (error) {
      this.#putRightAt = -Infinity;
      throw error;
    }
  }

  /** A new fence: whatever was claimed under another one is nobody's, and what was sent of late counts against the rates. */
  async #takeOver(fence: number): Promise<void> {
    const { clock, engine, phoneNumberId } = this.#deps;
    await this.#settler.flush();
    this.#claims.drop(this.#claims.rows);
    this.#putRightAt = -Infinity;
    await this.#putRight();
    await this.#number.refresh(0);
    // What was waited for may have come while nobody looked.
    await this.#limits.release(phoneNumberId, 'template');
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    this.#pair = new PairRate();
    for (const { personKey, attemptedAt } of await recentAttempts(engine, phoneNumberId, now - PAIR_MEMORY_MS)) {
      const ageMs = Math.max(0, now - attemptedAt);
      this.#pair.note(personKey, monotonic - ageMs);
      if (ageMs < RATE_MEMORY_MS) this.#rate.noteSend(monotonic);
    }
    this.#holds = new PersonHolds();
    for (const row of await putOff(engine, phoneNumberId, now)) this.#putOff(row, row.dueAt);
    this.#fence = fence;
  }

  /** How many notices may be attempted. A few more than may start: they wait for their turn under the rate with everything asked and
   *  written, so that a second is full however long that takes. */
  #noticesLeft(now: number): number {
    const ahead = Math.ceil(this.#deps.messagesPerSecond * NOTICES_AHEAD);
    return this.#rate.room(now, 'notice') + ahead - this.#calls.notStarted;
  }

  #idleMs(): number {
    const now = this.#deps.clock.monotonic();
    const poll = POLL_MS[this.#deps.engine.kind];
    const holdsBack = this.#number.holdsBackMs();
    if (holdsBack > 0) return Math.min(poll, Math.ceil(holdsBack));
    if (this.#rate.room(now, 'reply') < 1) return Math.min(poll, this.#rate.waitMs(now));
    if (!this.#claims.rows.some((row) => !this.#calls.busy.has(row.personKey))) return poll;
    const pace = this.#pace.waitMs(now);
    const full = this.#noticesLeft(now) < 1 ? this.#rate.waitMs(now) : 0;
    return Math.min(SOON_MS * 2, Math.max(pace, full) || SOON_MS);
  }
}

const rowsOf = (settled: readonly Settling[]): OutboxRow[] => settled.map(({ row }) => row);
