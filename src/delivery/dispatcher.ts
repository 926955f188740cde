import type { Clock } from '../clock.js';
import type { CloudApi } from '../platform/cloud-api.js';
import type { PhoneNumberId } from '../platform/ids.js';
import type { Engine, Patch } from '../storage/engine.js';
import { BackOff, isAnswer, pauseFor, UnknownStreak } from './back-off.js';
import { Calls, type Ready } from './calls.js';
import { choose } from './choose.js';
import { Claims } from './claims.js';
import { gateOf, type Gate } from './gate.js';
import { InboundCount } from './inbound-count.js';
import { NumberRate } from './number-rate.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { PAIR_MEMORY_MS, PairRate } from './pair-rate.js';
import { Pauses } from './pauses.js';
import { PersonHolds } from './person-holds.js';
import { Probing } from './probing.js';
import { recipientsOf } from './recipients.js';
import { SendingLease } from './sending-lease.js';
import { gone, type Outcome, type Settling } from './settlement.js';
import { Settler } from './settler.js';
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
  readonly onSettled: (outboxId: string) => void;
  readonly onResult: (outcome: string) => void;
  readonly log: Record<'info' | 'warn' | 'error', (event: string, fields: Record<string, string | number>) => void>;
  readonly onPoint?: (point: string) => void;
};

const IN_FLIGHT = 250;
/** However many notices there are, a reply finds a free place. */
const NOTICES_IN_FLIGHT = 200;
const POLL_MS = { sqlite: 500, mongodb: 100 } as const;
const PAUSES_MAX_AGE_MS = 1_500;
const UNKNOWNS_EVERY_MS = 1_000;
/** On MongoDB a holder that lost its lease may have claimed rows after its successor looked. */
const PUT_RIGHT_EVERY_MS = { sqlite: Infinity, mongodb: 10_000 } as const;
const STOP_PATIENCE_MS = 12_000;
const RATE_MEMORY_MS = 3_000;

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #lease: SendingLease;
  readonly #pauses: Pauses;
  readonly #probing: Probing;
  readonly #claims: Claims;
  readonly #calls: Calls;
  readonly #settler: Settler;
  readonly #inbound: InboundCount;
  readonly #backOff = new BackOff();
  readonly #streak = new UnknownStreak();
  readonly #rate: NumberRate;
  #pair = new PairRate();
  #holds = new PersonHolds();
  #fence = 0;
  #putRightAt = -Infinity;
  #unknownsAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(deps: DispatcherDeps) {
    const { engine, clock, cloudApi, phoneNumberId, log } = deps;
    this.#deps = deps;
    this.#rate = new NumberRate(deps.messagesPerSecond);
    this.#lease = new SendingLease(engine, clock, phoneNumberId, deps.holder);
    this.#pauses = new Pauses(engine, clock, phoneNumberId);
    this.#probing = new Probing({ ...deps, pauses: this.#pauses, onDone: () => this.nudge() });
    this.#inbound = new InboundCount(engine, clock, phoneNumberId);
    this.#claims = new Claims(engine, clock, phoneNumberId, () => (this.#putRightAt = -Infinity));
    this.#calls = new Calls({
      ...{ engine, clock, cloudApi, phoneNumberId, rate: this.#rate },
      mayStart: (row) => this.#lease.allowsCall(row.fence) && row.uselessAfter > clock.now(),
      onStart: (row) => this.#pair.note(row.personKey, clock.monotonic()),
      onOutcome: (row, outcome) => this.#onOutcome(row, outcome),
      onPoint: (point) => deps.onPoint?.(point),
    });
    this.#settler = new Settler({
      ...{ engine, clock, log, pepper: deps.pepper },
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
    if (this.#stopped) return;
    if (this.#round) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#round = this.#runRound().finally(() => {
      this.#round = undefined;
      if (this.#stopped) return;
      if (this.#again) setImmediate(() => this.nudge());
      else this.#timer = setTimeout(() => this.nudge(), this.#idleMs());
      this.#again = false;
    });
  }

  /** Inbound messages that this process took in count against the rate; on MongoDB they are counted in the store. */
  noteInbound(count: number): void {
    if (this.#deps.engine.kind === 'sqlite') this.#rate.noteInbound(count, this.#deps.clock.monotonic());
  }

  /** A status of one of our sends came: Meta is there. */
  statusSeen(): void {
    this.#endStreak();
  }

  /** Claims no more, lets what is in the air come back (bounded), puts back what is in hand, gives the lease back. */
  async stop(): Promise<void> {
    const { clock } = this.#deps;
    this.#stopped = true;
    this.#calls.stop();
    clearTimeout(this.#timer);
    await this.#round;
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
    await this.#pauses.refresh(PAUSES_MAX_AGE_MS);
    if (engine.kind === 'mongodb') this.#rate.noteInbound(await this.#inbound.sinceLast(), clock.monotonic());
    await this.#lookAtUnknowns();

    const allowed = this.#allowed();
    if (allowed.calls <= 0) return allowed.forLong ? this.#claims.putBack() : undefined;
    const { notStarted, count, busy } = this.#calls;
    const room = Math.min(allowed.calls, this.#rate.room(clock.monotonic(), 'reply') - notStarted);
    const noticeRoom = allowed.repliesOnly
      ? 0
      : Math.min(room, this.#rate.room(clock.monotonic(), 'notice') - notStarted, NOTICES_IN_FLIGHT - count);
    if (await this.#claims.claim({ limit: room, repliesOnly: noticeRoom <= 0, fence, busy })) this.#again = true;
    await this.#send(room, Math.max(0, noticeRoom));
  }

  /** How many calls may start now, as far as pauses go. */
  #allowed(): { readonly calls: number; readonly repliesOnly: boolean; readonly forLong: boolean } {
    const now = this.#deps.clock.monotonic();
    const none = { calls: 0, repliesOnly: true, forLong: true };
    if (!this.#lease.allowsCall(this.#fence)) return { ...none, forLong: false };
    if (this.#pauses.has('restored') || this.#pauses.has('policy')) return none;
    if (this.#pauses.has('token')) {
      this.#probing.askAboutToken();
      return none;
    }
    if (this.#backOff.waitMs(now) > 0) return none;
    if (this.#pauses.has('unknowns'))
      return this.#probing.mayProbe(this.#calls.count) ? { calls: 1, repliesOnly: true, forLong: true } : none;
    if (this.#streak.isTooLong) this.#streak.end(); // an operator has lifted the pause
    const places = this.#backOff.isTrying ? 1 : IN_FLIGHT;
    return { calls: places - this.#calls.count, repliesOnly: false, forLong: false };
  }

  async #send(limit: number, noticeLimit: number): Promise<void> {
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
    const people = await recipientsOf(engine, chosen);
    const ready: Ready[] = [];
    const over: Patch<OutboxRow>[] = [];
    for (const row of chosen) {
      const gate = gateOf(row, people.get(row.contactId), clock.now());
      if (gate.kind === 'leaves') ready.push({ row, to: gate.to });
      else over.push({ id: row.id, set: endOf(gate, clock.now()), when: { state: 'claimed', fence: row.fence } });
    }
    await this.#end(over, chosen);
    this.#claims.drop(ready.map(({ row }) => row));
    await this.#calls.attempt(ready);
    if (ready.length > 0 && this.#pauses.has('unknowns')) this.#probing.noteProbe();
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
    this.#backOff.note(outcome, now);
    this.#streak.note(outcome);
    if (isAnswer(outcome)) this.#endStreak();
    else if (this.#streak.isTooLong) this.#pause('unknowns');
    const why = pauseFor(outcome);
    if (why) this.#pause(why);
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
    this.nudge();
  }

  #pause(why: 'unknowns' | 'token' | 'policy'): void {
    if (this.#pauses.has(why)) return;
    this.#probing.pausedNow();
    // Unknowns end by themselves; a token and a policy wait for a person.
    this.#deps.log[why === 'unknowns' ? 'warn' : 'error']('number.paused', { why });
    void this.#pauses.add(why).catch(() => undefined); // the next round tries again
  }

  #endStreak(): void {
    this.#streak.end();
    if (!this.#pauses.has('unknowns')) return;
    this.#deps.log.info('number.resumed', { why: 'unknowns' });
    void this.#pauses.lift('unknowns').catch(() => undefined);
    this.nudge();
  }

  async #lookAtUnknowns(): Promise<void> {
    const { clock, engine, phoneNumberId, onResult, onSettled } = this.#deps;
    if (clock.monotonic() - this.#unknownsAt < UNKNOWNS_EVERY_MS) return;
    const { resent, settled } = await settleUnknowns(engine, phoneNumberId, clock.now());
    this.#unknownsAt = clock.monotonic();
    for (let index = 0; index < resent; index += 1) onResult('resent');
    for (const id of settled) onSettled(id);
    const since = this.#pauses.since('unknowns');
    // On MongoDB statuses are folded wherever that lease is.
    if (engine.kind === 'mongodb' && since !== undefined && (await hasStatusSince(engine, phoneNumberId, since)))
      this.#endStreak();
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
    await this.#pauses.refresh(0);
    this.#probing.askAtOnce();
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

  #idleMs(): number {
    const now = this.#deps.clock.monotonic();
    const poll = POLL_MS[this.#deps.engine.kind];
    const blocked = this.#backOff.waitMs(now);
    if (blocked > 0) return Math.min(poll, Math.ceil(blocked));
    return this.#rate.room(now, 'reply') < 1 || this.#claims.rows.some((row) => !this.#calls.busy.has(row.personKey))
      ? Math.min(poll, this.#rate.waitMs(now))
      : poll;
  }
}

const endOf = (gate: Exclude<Gate, { kind: 'leaves' }>, now: number): Partial<OutboxRow> =>
  gate.kind === 'hasLeft'
    ? gone(now)
    : { state: 'rejected', active: false, settledAt: now, reason: gate.reason, errorCode: null };
