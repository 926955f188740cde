import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { consentMigrations } from '../consent/consent-tables.js';
import { said, testLedger } from '../consent/ledger.fixture.js';
import { Chain } from '../consent/ledger.js';
import { contactMigrations, contacts, type ContactRow } from '../contacts/contact-tables.js';
import { erasureMigrations } from '../contacts/erasure-table.js';
import type { ContactId, Identity, PersonKey } from '../contacts/identity.js';
import { newContactRow } from '../contacts/new-contact-row.js';
import { inboxMigrations } from '../inbox/inbox-tables.js';
import { messageMigrations } from '../messages/message-tables.js';
import type { CloudApi, OutboundMessage, SendResult, UploadedFile, UploadResult } from '../platform/cloud-api.js';
import type { PhoneNumberId, Wamid } from '../platform/ids.js';
import { messagingLimitMigrations } from '../platform/messaging-limit.js';
import { platformMigrations } from '../platform/number-table.js';
import { templateMigrations } from '../platform/template-table.js';
import { StoreUnavailable, type Engine, type Lease } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { timeId } from '../time-id.js';
import { readCallbackData } from './callback-data.js';
import { Dispatcher, type DispatcherDeps } from './dispatcher.js';
import { deliveryMigrations, outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { queuedRow } from './reply-row.js';

/** What the dispatcher's tests stand on: a clock that is set, a platform that answers as it is told, rows, and a store that fails when it
 *  is told to. */

let benches = 0;

/** Longer than any timer for which rounds and writes gather company. */
const CALM_MS = 40;
const MOST_CALM_MS = 8_000;

export const dispatcherMigrations = [
  ...storageMigrations,
  ...platformMigrations,
  ...contactMigrations,
  ...erasureMigrations,
  ...inboxMigrations,
  ...messageMigrations,
  ...deliveryMigrations,
  ...consentMigrations,
  ...templateMigrations,
  ...messagingLimitMigrations,
];

/** Stands still unless it is moved. Begins at the real time, since ids are made of it. */
export class SetClock implements Clock {
  #now = Date.now();
  #monotonic = 5_000.25;

  now = (): number => this.#now;
  monotonic = (): number => this.#monotonic;

  advance(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }
}

export const accepted = (wamid = `wamid.${Math.random()}`): SendResult => ({
  kind: 'accepted',
  wamid: wamid as Wamid,
  held: false,
});
export const unknown = { kind: 'unknown', reason: 'timeout' } as const satisfies SendResult;
export const rejected = { kind: 'rejected', code: 131026, reason: 'undeliverable' } as const satisfies SendResult;
export const refusedConnection = { kind: 'notSent', scope: 'number', reason: 'refused' } as const satisfies SendResult;
export const tooManyOfNumber = {
  kind: 'notSent',
  scope: 'number',
  reason: 'rate',
  code: 130429,
} as const satisfies SendResult;
export const tooManyForPerson = {
  kind: 'notSent',
  scope: 'person',
  reason: 'pairRate',
  code: 131056,
} as const satisfies SendResult;
export const deadToken = {
  kind: 'notSent',
  scope: 'account',
  reason: 'token',
  code: 190,
} as const satisfies SendResult;
export const lockedAccount = {
  kind: 'notSent',
  scope: 'account',
  reason: 'policy',
  code: 131031,
} as const satisfies SendResult;

export type Sent = {
  readonly id: string;
  readonly attempt: number;
  readonly at: number;
  readonly message: OutboundMessage;
};
type Answer = SendResult | Promise<SendResult>;

/** A platform that answers what the script says, in the order of the calls; `accepted` when the script has ended. */
export class ScriptedCloudApi implements CloudApi {
  readonly sent: Sent[] = [];
  readonly readMarks: string[] = [];
  probes: ('valid' | 'refused' | 'unknown')[] = [];
  asked = 0;
  #script: Answer[] = [];
  #always: ((sent: Sent) => Answer) | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  then(...answers: Answer[]): this {
    this.#script.push(...answers);
    return this;
  }

  always(answer: (sent: Sent) => Answer): this {
    this.#always = answer;
    return this;
  }

  /** The next call is not answered until the function given back is called. */
  holdNext(): (result: SendResult) => void {
    let answer: (result: SendResult) => void = () => undefined;
    this.then(new Promise<SendResult>((resolve) => (answer = resolve)));
    return answer;
  }

  send(message: OutboundMessage): Promise<SendResult> {
    const callback = readCallbackData(message.callbackData);
    const sent = {
      id: callback?.outboxId ?? '',
      attempt: callback?.attempt ?? 0,
      at: this.#clock.monotonic(),
      message,
    };
    this.sent.push(sent);
    return Promise.resolve(this.#script.shift() ?? this.#always?.(sent) ?? accepted());
  }

  readonly uploads: UploadedFile[] = [];
  readonly discarded: string[] = [];
  /** What the next uploads come to, one after another; a good one when the script has ended. */
  uploadResults: UploadResult[] = [];

  upload(_number: PhoneNumberId, file: UploadedFile): Promise<UploadResult> {
    this.uploads.push(file);
    return Promise.resolve(this.uploadResults.shift() ?? { kind: 'uploaded', mediaId: `media-${this.uploads.length}` });
  }

  discard(mediaId: string): Promise<void> {
    this.discarded.push(mediaId);
    return Promise.resolve();
  }

  markRead(_number: PhoneNumberId, wamid: Wamid): Promise<boolean> {
    this.readMarks.push(wamid);
    return Promise.resolve(true);
  }

  probe(): Promise<'valid' | 'refused' | 'unknown'> {
    this.asked += 1;
    return Promise.resolve(this.probes.shift() ?? 'unknown');
  }

  get ids(): string[] {
    return this.sent.map((one) => one.id);
  }
}

/** An engine whose leases run by the set clock, and which can be out. `owner` is shared by those that compete. */
export function testEngine(engine: Engine, clock: Clock, leases: TestLeases) {
  const faults = {
    isOut: false,
    outAfter: undefined as ((method: string) => boolean) | undefined,
    /** What somebody else does at that moment. */
    before: undefined as ((method: string) => Promise<void>) | undefined,
  };
  const asked = { pending: 0 };
  const guarded = new Proxy(engine, {
    get(target, name) {
      if (name === 'lease')
        return (lease: string, holder: string, forMs: number) =>
          faults.isOut ? Promise.reject(new StoreUnavailable('out')) : leases.take(lease, holder, forMs, clock);
      if (name === 'release') return (_lease: string, holder: string) => Promise.resolve(leases.release(holder));
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (faults.isOut) throw new StoreUnavailable('out');
        asked.pending += 1;
        try {
          await faults.before?.(String(name));
          const result: unknown = await (value as (...given: unknown[]) => Promise<unknown>).apply(target, args);
          // The write was made, and its answer was lost.
          if (faults.outAfter?.(String(name))) throw new StoreUnavailable('out');
          return result;
        } finally {
          asked.pending -= 1;
        }
      };
    },
  });
  return { engine: guarded, faults, asked };
}

export class TestLeases {
  #holder: string | undefined;
  #fence = 0;
  #until = -Infinity;

  take(name: string, holder: string, forMs: number, clock: Clock): Promise<Lease | undefined> {
    const now = clock.monotonic();
    const isFree = this.#holder === undefined || now >= this.#until;
    if (this.#holder !== holder && !isFree) return Promise.resolve(undefined);
    if (isFree) this.#fence += 1;
    this.#holder = holder;
    this.#until = now + forMs;
    const [fence, until] = [this.#fence, this.#until];
    return Promise.resolve({ name, fence, remainingMs: () => until - clock.monotonic() });
  }

  release(holder: string): void {
    if (this.#holder === holder) this.#holder = undefined;
  }
}

/** One number with its store, its platform and as many dispatchers as a test starts. */
export class Bench {
  readonly clock = new SetClock();
  /** Of this bench alone: others share the store. */
  readonly number = `1000${(benches += 1)}` as PhoneNumberId;
  readonly cloudApi = new ScriptedCloudApi(this.clock);
  readonly leases = new TestLeases();
  readonly results: string[] = [];
  readonly settled: string[] = [];
  readonly warnings: string[] = [];
  readonly #running = new Set<Dispatcher>();
  readonly #asked: { readonly pending: number }[] = [];
  #people = 0;
  #rows = 0;

  constructor(readonly store: Engine) {}

  /** A process that wants to send. */
  dispatcher(wishes: Partial<DispatcherDeps> = {}) {
    const { engine, faults, asked } = testEngine(this.store, this.clock, this.leases);
    this.#asked.push(asked);
    const dispatcher = new Dispatcher({
      engine,
      clock: this.clock,
      cloudApi: this.cloudApi,
      phoneNumberId: this.number,
      messagesPerSecond: 1_000,
      pepper: Buffer.alloc(32, 1),
      holder: `holder${this.#running.size}`,
      onSettled: (id) => this.settled.push(id),
      onResult: (outcome) => this.results.push(outcome),
      log: {
        info: () => undefined,
        warn: (event) => this.warnings.push(event),
        error: (event) => this.warnings.push(event),
      },
      ...wishes,
    });
    this.#running.add(dispatcher);
    dispatcher.start();
    return Object.assign(dispatcher, { faults });
  }

  async stop(): Promise<void> {
    for (const dispatcher of this.#running) {
      const ended = dispatcher.stop();
      await this.until(
        async () => (await Promise.race([ended.then(() => true), sleep(5).then(() => false)])) || this.#hurry(),
      );
    }
    this.#running.clear();
  }

  #hurry(): false {
    this.clock.advance(1_000);
    return false;
  }

  async person(
    identities: readonly Identity[] = [{ kind: 'phone', value: `7900000${1_000 + this.#people}` }],
  ): Promise<ContactRow> {
    const id = `person${this.number}-${(this.#people += 1)}`;
    const personKey = `key-${id}` as PersonKey;
    const row = newContactRow({ id: id as ContactId, personKey, identities, createdAt: this.clock.now() });
    await this.store.append(contacts, [row]);
    return row;
  }

  /** Queues a message, later than those before it. */
  async queue(person: ContactRow, given: Partial<OutboxRow> = {}): Promise<OutboxRow> {
    const now = this.clock.now();
    const row: OutboxRow = {
      ...queuedRow({
        id: timeId(now + (this.#rows += 1)),
        phoneNumberId: this.number,
        contactId: person.id,
        personKey: person.personKey,
        purpose: 'reply',
        priority: PRIORITIES.reply,
        content: { type: 'text', body: 'привет' },
        createdAt: now,
        dueAt: now,
        uselessAfter: now + 24 * 3_600_000,
        answers: null,
      }),
      topic: given.purpose === 'notice' ? 'maintenance' : null,
      ...given,
    };
    if (row.purpose === 'notice') await this.agree(person);
    await this.store.append(outbox, [row]);
    for (const dispatcher of this.#running) dispatcher.nudge();
    return row;
  }

  /** Opts the person in to maintenance, unless they ever said anything. */
  async agree({ id }: ContactRow): Promise<void> {
    const chain = new Chain(testLedger, id, undefined);
    chain.say(said('optIn', 'maintenance', this.clock.now()));
    await this.store.commit(chain.ops());
  }

  async row(row: { readonly id: string }): Promise<OutboxRow> {
    const found = await this.store.get(outbox, row.id);
    if (!found) throw new Error('the row is gone');
    return found;
  }

  /** Moves time and lets the dispatchers see it. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.quiet();
  }

  /** The store for somebody else who works on it, and whose questions `quiet` waits for. */
  watched(): Engine {
    const { engine, asked } = testEngine(this.store, this.clock, this.leases);
    this.#asked.push(asked);
    return engine;
  }

  /** Lets the dispatchers do what there is to do: until a look at the store, however slow it is, changes nothing more. */
  async quiet(): Promise<void> {
    for (let last = -1; last !== this.#steps();) {
      last = this.#steps();
      for (const dispatcher of this.#running) dispatcher.nudge();
      await this.#calm();
    }
  }

  /** Nobody waits for the store, for longer than rounds and writes gather company. */
  async #calm(): Promise<void> {
    const started = performance.now();
    let since = started;
    for (let now = since; now - since < CALM_MS && now - started < MOST_CALM_MS; now = performance.now()) {
      await sleep(3);
      if (this.#asked.some(({ pending }) => pending > 0)) since = performance.now();
    }
  }

  #steps(): number {
    return this.cloudApi.sent.length + this.results.length + this.settled.length;
  }

  async until(check: () => Promise<boolean> | boolean, withinMs = 8_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!(await check())) {
      if (performance.now() > deadline) throw new Error(`was not so within ${withinMs} ms: ${String(check)}`);
      await sleep(3);
    }
  }

  async untilState(row: { readonly id: string }, state: OutboxRow['state']): Promise<OutboxRow> {
    await this.until(async () => (await this.row(row)).state === state);
    return this.row(row);
  }
}
