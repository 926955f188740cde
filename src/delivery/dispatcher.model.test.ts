import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import type { Engine } from '../storage/engine.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import type { SendResult } from '../platform/cloud-api.js';
import {
  accepted,
  Bench,
  deadToken,
  dispatcherMigrations,
  refusedConnection,
  rejected,
  tooManyForPerson,
  tooManyOfNumber,
  unknown,
} from './dispatcher.fixture.js';
import { hasStatus, outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { gone } from './settlement.js';

/** Whatever the platform answers, whenever the process dies and whichever statuses come. */

const RUNS = 25;
const PEOPLE = 4;

type Step =
  | { readonly kind: 'queue'; readonly person: number; readonly isNotice: boolean }
  | { readonly kind: 'answer'; readonly with: keyof typeof ANSWERS }
  | { readonly kind: 'pass'; readonly ms: number }
  /** A new process over the same store; calls in the air are never heard of again. */
  | { readonly kind: 'crash' }
  | { readonly kind: 'status'; readonly row: number };

/** What Graph says, and whether the person got it. */
const ANSWERS = {
  accepted: { result: () => accepted(), arrives: true },
  lost: { result: () => unknown, arrives: true },
  silent: { result: () => unknown, arrives: false },
  rejected: { result: () => rejected, arrives: false },
  tooManyOfNumber: { result: () => tooManyOfNumber, arrives: false },
  tooManyForPerson: { result: () => tooManyForPerson, arrives: false },
  refusedConnection: { result: () => refusedConnection, arrives: false },
  deadToken: { result: () => deadToken, arrives: false },
} as const satisfies Record<string, { result: () => SendResult; arrives: boolean }>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('queue' as const), person: fc.nat(PEOPLE - 1), isNotice: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      with: fc.constantFrom(...(Object.keys(ANSWERS) as (keyof typeof ANSWERS)[])),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(10, 1_000, 10_000, 60_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('status' as const), row: fc.nat(20) }) },
);

describe('The dispatcher, whatever happens', () => {
  let engine: Engine;

  before(async () => {
    engine = openSqlite({ dataDir: join(temporaryFolder('model'), 'data') });
    await engine.migrate(dispatcherMigrations);
  });
  after(() => engine.close());

  it('ends every message, tells nobody the same twice but by one counted resend, and keeps each person’s order', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => new Story(engine).play(steps)),
      { numRuns: RUNS },
    );
  });
});

class Story {
  readonly #bench: Bench;
  readonly #people: ContactRow[] = [];
  readonly #rows: OutboxRow[] = [];
  /** Row ids in the order in which people got them. */
  readonly #arrived: string[] = [];
  readonly #calls: { id: string; attempt: number; started: number }[] = [];
  #dispatcher: ReturnType<Bench['dispatcher']> | undefined;
  #answers: (keyof typeof ANSWERS)[] = [];

  constructor(engine: Engine) {
    this.#bench = new Bench(engine);
  }

  async play(steps: readonly Step[]): Promise<void> {
    const bench = this.#bench;
    for (let index = 0; index < PEOPLE; index += 1) this.#people.push(await bench.person());
    bench.cloudApi.always(({ id, attempt }) => {
      const { result, arrives } = ANSWERS[this.#answers.shift() ?? 'accepted'];
      this.#calls.push({ id, attempt, started: this.#calls.length });
      if (arrives) this.#arrived.push(id);
      return result();
    });
    this.#dispatcher = bench.dispatcher({ holder: 'first' });
    for (const one of steps) await this.#do(one);
    await this.#end();
    await this.#check();
  }

  async #do(one: Step): Promise<void> {
    const bench = this.#bench;
    switch (one.kind) {
      case 'queue': {
        const person = this.#people[one.person] as ContactRow;
        const notice = { purpose: 'notice', priority: PRIORITIES.notice } as const;
        this.#rows.push(await bench.queue(person, one.isNotice ? notice : {}));
        return;
      }
      case 'answer':
        this.#answers.push(one.with);
        return;
      case 'pass':
        return bench.pass(one.ms);
      case 'crash':
        return this.#crash();
      case 'status':
        return this.#status(this.#rows[one.row]);
    }
  }

  /** The old process is cut off from store and platform; the next one gets a lease of its own. */
  async #crash(): Promise<void> {
    if (!this.#dispatcher) return;
    this.#dispatcher.faults.isOut = true;
    this.#bench.leases.release('first');
    this.#dispatcher = this.#bench.dispatcher({ holder: 'first' });
    this.#bench.clock.advance(1_000);
    await this.#bench.quiet();
  }

  /** Of a message that arrived, Meta tells; as the folder writes it. */
  async #status(row: OutboxRow | undefined): Promise<void> {
    if (!row || !this.#arrived.includes(row.id)) return;
    const { store, clock } = this.#bench;
    await store.patchMany(outbox, [{ id: row.id, set: { sentAt: clock.now() } }]);
    await store.patchMany(outbox, [{ id: row.id, set: gone(clock.now()), when: { state: 'unknown' } }]);
    this.#dispatcher?.statusSeen(clock.now());
  }

  /** From now on all goes well; an hour passes. */
  async #end(): Promise<void> {
    const bench = this.#bench;
    this.#answers = [];
    bench.cloudApi.probes = Array.from({ length: 100 }, () => 'valid' as const);
    for (const row of this.#rows) await this.#status(row);
    for (let minute = 0; minute < 12; minute += 1) {
      await bench.pass(61_000);
      if (await this.#allEnded()) break;
    }
    await bench.stop();
  }

  async #allEnded(): Promise<boolean> {
    for (const row of this.#rows) if ((await this.#bench.row(row)).active) return false;
    return true;
  }

  async #check(): Promise<void> {
    for (const { id } of this.#rows) {
      const row = await this.#bench.row({ id });
      assert.ok(!row.active, `${row.state} must not be left`);
      assert.ok(['accepted', 'rejected', 'unknown'].includes(row.state));
      const arrivals = this.#arrived.filter((other) => other === id).length;
      assert.ok(arrivals <= (row.resent ? 2 : 1), `${arrivals} arrivals, resent: ${row.resent}`);
      if (row.state === 'accepted') assert.ok(arrivals >= 1);
      if (row.state === 'rejected') assert.equal(arrivals, 0);
      if (row.purpose === 'notice') assert.ok(!row.resent);
      if (hasStatus(row)) assert.equal(row.state, 'accepted');
    }
    const resent = (
      await this.#bench.store.getMany(
        outbox,
        this.#rows.map(({ id }) => id),
      )
    ).filter((row) => row.resent);
    assert.ok(this.#bench.results.filter((result) => result === 'resent').length <= resent.length);
    this.#checkOrder();
  }

  /** A person's replies are first tried in the order in which they were queued. */
  #checkOrder(): void {
    for (const person of this.#people) {
      const replies = this.#rows.filter((row) => row.contactId === person.id && row.purpose !== 'notice');
      const firstTries = replies.flatMap(({ id }) => this.#calls.find((call) => call.id === id) ?? []);
      assert.deepEqual(
        firstTries.map(({ started }) => started),
        firstTries.map(({ started }) => started).sort((one, other) => one - other),
      );
    }
  }
}
