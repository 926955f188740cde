import type { Clock } from '../clock.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import type { PhoneDigits, UserId } from '../contacts/identity.js';
import type { PhoneNumberId, Wamid } from '../platform/ids.js';
import type { CloudApi, Recipient, SendResult } from '../platform/cloud-api.js';
import { slices, type Engine, type Lease, type Patch } from '../storage/engine.js';
import { writeCallbackData } from './callback-data.js';
import { NumberRate } from './number-rate.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { PairRate } from './pair-rate.js';
import { Pauses } from './pauses.js';
import { settlementPatch, type Settling } from './settlement.js';
import { settleUnknowns } from './unknowns.js';

/** The only one who sends (DESIGN §3 "An outbound message"). It holds the number's sending lease, claims what is due, replies before
 *  notices, asks once more whether each may leave, commits "attempted", calls Graph, settles. A person's messages go one by one. */
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

const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 3_000;
/** No Graph call starts with less than this left of the lease: Graph gets 10 s to answer. */
export const LEASE_NEEDED_MS = 10_000;
const READY_ROWS = 256;
const IN_FLIGHT = 128;
const POLL_MS = { sqlite: 500, mongodb: 100 } as const;
const UNKNOWNS_TO_PAUSE = 5;
const PROBE_UNKNOWNS_MS = 30_000;
const PROBE_TOKEN_MS = 60_000;
const UNKNOWNS_EVERY_MS = 1_000;
const MAX_NUMBER_PAUSE_MS = 60_000;
const MAX_CONNECT_PAUSE_MS = 30_000;
const STOP_PATIENCE_MS = 12_000;
const READ_MARKS_PER_SECOND = 20;
const SETTLE_GATHER_MS = 2;

export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #rate: NumberRate;
  readonly #pair = new PairRate();
  readonly #pauses: Pauses;
  readonly #readMarks: NumberRate;
  #lease: Lease | undefined;
  #fence = 0;
  #ready: OutboxRow[] = [];
  readonly #busy = new Set<string>();
  #inFlight = 0;
  #settling: Settling[] = [];
  #settleTimer: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #mayBeMore = true;
  #claimedAt = 0;
  #unknownsInARow = 0;
  #refusalsInARow = 0;
  #blockedUntil = 0;
  #renewedAt = -Infinity;
  #unknownsAt = -Infinity;
  #probedAt = -Infinity;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#rate = new NumberRate(deps.messagesPerSecond);
    this.#readMarks = new NumberRate(READ_MARKS_PER_SECOND);
    this.#pauses = new Pauses(deps.engine, deps.clock, deps.phoneNumberId);
  }

  start(): void {
    this.#wake();
  }

  /** Something may be due. */
  nudge(): void {
    this.#mayBeMore = true;
    this.#wake();
  }

  /** Inbound messages of this number count against its rate. */
  noteInbound(count: number): void {
    this.#rate.noteInbound(count, this.#deps.clock.monotonic());
  }

  /** A status of one of our sends came: Meta is there. */
  statusSeen(): void {
    this.#unknownsInARow = 0;
    if (this.#pauses.has('unknowns'))
      void this.#pauses.lift('unknowns').then(
        () => this.nudge(),
        () => undefined,
      );
  }

  get paused(): boolean {
    return this.#pauses.any;
  }

  /** Claims no more, lets what is in the air come back (bounded), gives the lease back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pumping;
    const until = this.#deps.clock.monotonic() + STOP_PATIENCE_MS;
    while ((this.#inFlight > 0 || this.#settling.length > 0) && this.#deps.clock.monotonic() < until) {
      await this.#settle();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const unsent = this.#ready.map((row): Patch<OutboxRow> => ({
      id: row.id,
      set: { state: 'queued' },
      when: { state: 'claimed', fence: row.fence },
    }));
    for (const slice of slices(unsent)) await this.#deps.engine.patchMany(outbox, slice).catch(() => undefined);
    await this.#deps.engine.release(leaseName(this.#deps.phoneNumberId), this.#deps.holder).catch(() => undefined);
  }

  #wake(): void {
    if (this.#stopped) return;
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#pumping = this.#pump()
      .catch((error: unknown) =>
        this.#deps.log.warn('dispatcher.storeUnavailable', { error: error instanceof Error ? error.name : 'unknown' }),
      )
      .then(() => {
        this.#pumping = undefined;
        if (this.#stopped) return;
        if (this.#again) {
          this.#again = false;
          setImmediate(() => this.#wake());
        } else {
          this.#timer = setTimeout(() => this.#wake(), this.#pollMs());
        }
      });
  }

  #pollMs(): number {
    const poll = POLL_MS[this.#deps.engine.kind];
    if (this.#ready.length === 0) return poll;
    return Math.min(poll, this.#rate.waitMs(this.#deps.clock.monotonic()));
  }

  async #pump(): Promise<void> {
    const { clock } = this.#deps;
    if (!(await this.#holdLease())) return;
    await this.#pauses.refresh(2_000);
    if (clock.monotonic() - this.#unknownsAt >= UNKNOWNS_EVERY_MS) {
      this.#unknownsAt = clock.monotonic();
      const { resent } = await settleUnknowns(this.#deps.engine, this.#deps.phoneNumberId, clock.now());
      if (resent > 0) {
        this.#mayBeMore = true;
        for (let index = 0; index < resent; index += 1) this.#deps.onResult('resent');
      }
    }
    const allowance = await this.#allowance();
    if (allowance === 0) return;
    await this.#claim();
    await this.#send(allowance);
  }

  /** How many calls may start now, as far as pauses go: all, one probe, or none. */
  async #allowance(): Promise<number> {
    const now = this.#deps.clock.monotonic();
    if (now < this.#blockedUntil) return 0;
    if (!this.#pauses.any) return IN_FLIGHT;
    if (this.#pauses.has('restored') || this.#pauses.has('policy')) return 0;
    if (this.#pauses.has('token')) {
      if (now - this.#probedAt < PROBE_TOKEN_MS) return 0;
      this.#probedAt = now;
      const answer = await this.#deps.cloudApi.probe(this.#deps.phoneNumberId);
      if (answer !== 'unknown') await this.#pauses.noteToken(answer === 'valid');
      if (answer === 'valid') await this.#pauses.lift('token');
      return this.#pauses.any ? 0 : IN_FLIGHT;
    }
    if (now - this.#probedAt < PROBE_UNKNOWNS_MS) return 0;
    this.#probedAt = now;
    return 1;
  }

  async #holdLease(): Promise<boolean> {
    const { engine, clock, phoneNumberId, holder } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#renewedAt >= RENEW_EVERY_MS) {
      const lease = await engine.lease(leaseName(phoneNumberId), holder, LEASE_MS);
      if (!lease) {
        this.#lease = undefined;
        this.#ready = [];
        return false;
      }
      this.#renewedAt = now;
      this.#lease = lease;
      if (this.#fence !== lease.fence) {
        this.#fence = lease.fence;
        await this.#takeOver();
      }
    }
    return (this.#lease?.remainingMs() ?? 0) >= LEASE_NEEDED_MS;
  }

  /** Whatever an earlier holder left half-done: claimed is due again, attempted may have gone out. */
  async #takeOver(): Promise<void> {
    const { engine, phoneNumberId, clock } = this.#deps;
    this.#ready = [];
    this.#mayBeMore = true;
    this.#probedAt = -Infinity; // a new token may be there: ask at once
    await this.#pauses.refresh(0);
    const ROUNDS = 10_000;
    for (let round = 0; round < ROUNDS; round += 1) {
      const rows = await engine.find(outbox, {
        where: { phoneNumberId, active: true, state: { in: ['claimed', 'attempted'] } },
        limit: READY_ROWS,
      });
      if (rows.length === 0) break;
      await engine.patchMany(
        outbox,
        rows.map((row): Patch<OutboxRow> => ({
          id: row.id,
          set: leftBehind(row, clock.now()),
          when: { state: row.state, fence: row.fence },
        })),
      );
    }
    // The burst of each person goes on from what was sent of late.
    const since = clock.now() - RECENT_MS;
    const recent = await engine.find(outbox, {
      where: { phoneNumberId, attemptedAt: { gt: since } },
      orderBy: [['attemptedAt', 'asc']],
      limit: RECENT_ROWS,
    });
    const offset = clock.monotonic() - clock.now();
    for (const row of recent) this.#pair.note(row.personKey, (row.attemptedAt ?? 0) + offset);
  }

  async #claim(): Promise<void> {
    if (!this.#mayBeMore && !this.#pollDue()) return;
    if (this.#ready.length > READY_ROWS / 2) return;
    const { engine, clock, phoneNumberId } = this.#deps;
    this.#claimedAt = clock.monotonic();
    const rows = await engine.find(outbox, {
      where: { phoneNumberId, active: true, state: 'queued', dueAt: { lte: clock.now() } },
      orderBy: [
        ['priority', 'asc'],
        ['id', 'asc'],
      ],
      limit: READY_ROWS,
    });
    this.#mayBeMore = rows.length === READY_ROWS;
    if (rows.length === 0) return;
    const claimed = new Set(
      await engine.patchMany(
        outbox,
        rows.map((row): Patch<OutboxRow> => ({
          id: row.id,
          set: { state: 'claimed', fence: this.#fence },
          when: { state: 'queued' },
        })),
      ),
    );
    for (const row of rows) if (claimed.has(row.id)) this.#ready.push({ ...row, state: 'claimed', fence: this.#fence });
    this.#ready.sort((one, other) => one.priority - other.priority || (one.id < other.id ? -1 : 1));
  }

  #pollDue(): boolean {
    return this.#deps.clock.monotonic() - this.#claimedAt >= POLL_MS[this.#deps.engine.kind];
  }

  async #send(allowance: number): Promise<void> {
    const chosen = this.#choose(Math.min(allowance, IN_FLIGHT - this.#inFlight));
    if (chosen.length === 0) return;
    const people = new Map(
      (await this.#deps.engine.getMany(contacts, [...new Set(chosen.map((row) => row.contactId))])).map((row) => [
        row.id,
        row,
      ]),
    );
    const go: { row: OutboxRow; to: Recipient }[] = [];
    const refused: Patch<OutboxRow>[] = [];
    for (const row of chosen) {
      const gate = this.#gate(row, people.get(row.contactId));
      if ('to' in gate) go.push({ row, to: gate.to });
      else
        refused.push({
          id: row.id,
          set: { state: 'rejected', active: false, settledAt: this.#deps.clock.now(), reason: gate.reason },
          when: { state: 'claimed', fence: row.fence },
        });
    }
    for (const { id } of refused) this.#done(chosen.find((row) => row.id === id));
    for (const id of await this.#deps.engine.patchMany(outbox, refused)) {
      this.#deps.onResult('refusedHere');
      this.#deps.onSettled(id);
    }
    await this.#attempt(go);
  }

  /** The next rows, one a person, as far as the rates allow; the others stay or go back to the queue for later. */
  #choose(limit: number): OutboxRow[] {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    const chosen: OutboxRow[] = [];
    const kept: OutboxRow[] = [];
    const later = new Map<string, number>();
    const putBack: Patch<OutboxRow>[] = [];
    for (const row of this.#ready) {
      if (chosen.length >= limit || this.#busy.has(row.personKey)) {
        kept.push(row);
        continue;
      }
      const waitMs = Math.max(
        later.get(row.personKey) ?? 0,
        this.#pair.waitMs(row.personKey, now, row.priority === PRIORITIES.reserved),
      );
      if (waitMs > 0) {
        later.set(row.personKey, waitMs);
        putBack.push({
          id: row.id,
          set: { state: 'queued', dueAt: clock.now() + waitMs },
          when: { state: 'claimed', fence: row.fence },
        });
        continue;
      }
      this.#busy.add(row.personKey);
      chosen.push(row);
    }
    this.#ready = kept;
    if (putBack.length > 0) void this.#deps.engine.patchMany(outbox, putBack).catch(() => undefined);
    return chosen;
  }

  #gate(row: OutboxRow, contact: ContactRow | undefined): { to: Recipient } | { reason: string } {
    if (!contact || !row.content) return { reason: 'erased' };
    if (row.uselessAfter <= this.#deps.clock.now()) return { reason: 'tooLate' };
    // Free-form words need the window: a reply's `uselessAfter` is the window's end. What is business-initiated asks for consent here.
    const phone = contact.identities.find((identity) => identity.kind === 'phone')?.value;
    if (phone) return { to: { phone: phone as PhoneDigits } };
    const userId = contact.identities.find((identity) => identity.kind === 'userId')?.value;
    return userId ? { to: { userId: userId as UserId } } : { reason: 'undeliverable' };
  }

  /** "Attempted" is committed before the call, so that a crash after it leaves the row unknown and not queued. */
  async #attempt(go: readonly { row: OutboxRow; to: Recipient }[]): Promise<void> {
    if (go.length === 0) return;
    const { engine, clock } = this.#deps;
    const attemptedAt = clock.now();
    this.#inFlight += go.length;
    let started: Set<string>;
    try {
      started = new Set(
        await engine.patchMany(
          outbox,
          go.map(({ row }): Patch<OutboxRow> => ({
            id: row.id,
            set: { state: 'attempted', attempt: row.attempt + 1, attemptedAt },
            when: { state: 'claimed', fence: row.fence },
          })),
        ),
      );
    } catch (error) {
      this.#inFlight -= go.length;
      for (const { row } of go) this.#done(row);
      this.#ready = [...go.map(({ row }) => row), ...this.#ready];
      throw error;
    }
    this.#deps.onPoint?.('after-attempted');
    for (const { row, to } of go) {
      if (started.has(row.id)) {
        void this.#call({ ...row, state: 'attempted', attempt: row.attempt + 1, attemptedAt }, to);
      } else {
        this.#inFlight -= 1;
        this.#done(row);
      }
    }
  }

  async #call(row: OutboxRow, to: Recipient): Promise<void> {
    const { cloudApi, phoneNumberId, clock } = this.#deps;
    const kind = row.purpose === 'notice' ? 'notice' : 'reply';
    const giveUpAt = clock.monotonic() + RATE_PATIENCE_MS;
    // The right to a call is taken at its very start: a commit that took long must not squeeze two seconds' calls into one.
    while (!this.#rate.take(clock.monotonic(), kind)) {
      if (clock.monotonic() > giveUpAt || this.#stopped) return this.#settled(row, NOT_STARTED);
      await new Promise((resolve) => setTimeout(resolve, Math.min(this.#rate.waitMs(clock.monotonic()), 50)));
    }
    if ((this.#lease?.remainingMs() ?? 0) < LEASE_NEEDED_MS || this.#lease?.fence !== row.fence)
      return this.#settled(row, NOT_STARTED);
    this.#pair.note(row.personKey, clock.monotonic());
    if (row.answers && this.#readMarks.take(clock.monotonic(), 'reply'))
      void cloudApi.markRead(phoneNumberId, row.answers as Wamid, true);
    const result = row.content
      ? await cloudApi.send({
          phoneNumberId,
          to,
          content: row.content,
          callbackData: writeCallbackData(row.id, row.attempt),
        })
      : ({ kind: 'rejected', code: 0, reason: 'invalid' } as const);
    this.#deps.onPoint?.('after-answer');
    this.#settled(row, result);
  }

  #settled(row: OutboxRow, result: SendResult): void {
    this.#inFlight -= 1;
    const { clock } = this.#deps;
    this.#deps.onResult(result === NOT_STARTED ? 'notStarted' : result.kind);
    this.#settling.push({ row, result, dueAt: clock.now() + this.#consequences(row, result) });
    this.#settleSoon(SETTLE_GATHER_MS);
  }

  /** Whom a result makes wait. @returns for how long this row waits, ms */
  #consequences(row: OutboxRow, result: SendResult): number {
    const now = this.#deps.clock.monotonic();
    if (result.kind === 'unknown') {
      this.#unknownsInARow += 1;
      if (this.#unknownsInARow >= UNKNOWNS_TO_PAUSE && !this.#pauses.has('unknowns')) this.#pause('unknowns');
      return 0;
    }
    if (result === NOT_STARTED) return 0;
    // Any answer at all ends a pause that waits for one.
    if (result.kind !== 'notSent' || (result.reason !== 'refused' && result.reason !== 'unreachable')) {
      this.#unknownsInARow = 0;
      if (this.#pauses.has('unknowns'))
        void this.#pauses.lift('unknowns').then(
          () => this.nudge(),
          () => undefined,
        );
    }
    if (result.kind !== 'notSent') {
      this.#refusalsInARow = 0;
      if (result.kind === 'accepted') this.#pair.accepted(row.personKey);
      return 0;
    }
    switch (result.scope) {
      case 'person':
        return Math.max(this.#pair.refused(row.personKey, now), result.retryAfterMs ?? 0);
      case 'account':
        this.#pause(result.reason === 'policy' ? 'policy' : 'token');
        return 0;
      case 'number': {
        const limit =
          result.code === undefined && result.reason !== 'rate' ? MAX_CONNECT_PAUSE_MS : MAX_NUMBER_PAUSE_MS;
        // One refusal of a salvo counts, not each of it.
        if (now >= this.#blockedUntil) this.#refusalsInARow += 1;
        const pause = result.retryAfterMs ?? Math.min(1_000 * 2 ** (this.#refusalsInARow - 1), limit);
        this.#blockedUntil = Math.max(this.#blockedUntil, now + pause);
        setTimeout(() => this.nudge(), pause).unref();
        return 0;
      }
    }
  }

  #pause(why: 'unknowns' | 'token' | 'policy'): void {
    if (this.#pauses.has(why)) return;
    this.#probedAt = this.#deps.clock.monotonic();
    this.#deps.log.error('number.paused', { why });
    void this.#pauses.add(why).catch(() => undefined);
  }

  #settleSoon(afterMs: number): void {
    if (this.#settleTimer) return;
    this.#settleTimer = setTimeout(() => {
      this.#settleTimer = undefined;
      void this.#settle();
    }, afterMs);
  }

  async #settle(): Promise<void> {
    const settling = this.#settling;
    if (settling.length === 0) return;
    this.#settling = [];
    const { engine, clock, pepper } = this.#deps;
    try {
      for (const slice of slices(settling))
        await engine.patchMany(
          outbox,
          slice.map((one) => settlementPatch(one, clock.now(), pepper)),
        );
    } catch {
      // The store is out: what Graph said must not be forgotten, so it is written as soon as it can be.
      this.#settling = [...settling, ...this.#settling];
      this.#settleSoon(SETTLE_RETRY_MS);
      return;
    }
    const unknown = settling.filter(({ result }) => result.kind === 'unknown').map(({ row }) => row.id);
    if (unknown.length > 0) await this.#acceptThoseWithStatuses(unknown).catch(() => undefined);
    for (const { row, result } of settling) {
      this.#done(row);
      if (result.kind === 'notSent') this.#mayBeMore = true;
      else this.#deps.onSettled(row.id);
    }
    this.#wake();
  }

  /** A status may have come before the answer that never did: then it has gone out. */
  async #acceptThoseWithStatuses(ids: readonly string[]): Promise<void> {
    const { engine, clock } = this.#deps;
    const rows = await engine.getMany(outbox, ids);
    const seen = rows.filter((row) => row.state === 'unknown' && hasStatus(row));
    await engine.patchMany(
      outbox,
      seen.map((row): Patch<OutboxRow> => ({
        id: row.id,
        set: { state: 'accepted', active: false, settledAt: clock.now(), reason: null },
        when: { state: 'unknown' },
      })),
    );
  }

  #done(row: OutboxRow | undefined): void {
    if (row) this.#busy.delete(row.personKey);
  }
}

const RATE_PATIENCE_MS = 2_000;
const SETTLE_RETRY_MS = 250;
const RECENT_MS = 45 * 6_000;
const RECENT_ROWS = 20_000;

/** The call was not made: the lease ran out, or the rate left no room. Proof that nothing went out. */
const NOT_STARTED: SendResult = { kind: 'notSent', scope: 'number', reason: 'other' };

const leaseName = (phoneNumberId: string): string => `sender:${phoneNumberId}`;

const hasStatus = (row: OutboxRow): boolean =>
  row.sentAt !== null ||
  row.deliveredAt !== null ||
  row.readAt !== null ||
  row.playedAt !== null ||
  row.failedAt !== null;

function leftBehind(row: OutboxRow, now: number): Partial<OutboxRow> {
  if (row.state === 'claimed') return { state: 'queued' };
  if (hasStatus(row)) return { state: 'accepted', active: false, settledAt: now };
  return { state: 'unknown', active: !row.resent, settledAt: now, reason: 'interrupted' };
}
