import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { numbers } from '../platform/number-table.js';
import type { Engine } from '../storage/engine.js';
import {
  accepted,
  Bench,
  deadToken,
  dispatcherMigrations,
  lockedAccount,
  refusedConnection,
  rejected,
  tooManyForPerson,
  tooManyOfNumber,
  unknown,
} from './dispatcher.fixture.js';
import { PRIORITIES, type OutboxRow } from './outbox-table.js';
import { Pauses } from './pauses.js';

const TEN_PEOPLE = 10;

onBothStores('What becomes of a call', (place) => {
  let engine: Engine;
  let bench: Bench;

  before(async () => (engine = await (await place()).open(dispatcherMigrations)));
  after(() => engine?.close());
  beforeEach(() => (bench = new Bench(engine)));
  afterEach(() => bench.stop());

  const queueMany = async (count: number, given: Partial<OutboxRow> = {}) => {
    const rows: OutboxRow[] = [];
    for (let index = 0; index < count; index += 1) rows.push(await bench.queue(await bench.person(), given));
    return rows;
  };
  const pausedFor = async () => (await engine.get(numbers, bench.number))?.paused.map(({ why }) => why) ?? [];
  /** What an operator's resume does, in another process. */
  const resume = async () => {
    const row = await engine.get(numbers, bench.number);
    assert.ok(row);
    await engine.patchMany(numbers, [{ id: row.id, set: { paused: [], version: row.version + 1 } }]);
  };

  describe('the row', () => {
    it('is accepted with Meta’s id and found by its hash', async () => {
      bench.cloudApi.then(accepted('wamid.abc'));
      const row = await bench.queue(await bench.person());
      bench.dispatcher();
      const { wamid, wamidHash, active, settledAt, attempt } = await bench.untilState(row, 'accepted');
      assert.deepEqual([wamid, active, attempt, settledAt], ['wamid.abc', false, 1, bench.clock.now()]);
      assert.match(wamidHash ?? '', /^[\w-]{22}$/);
    });

    it('is rejected for good with Meta’s code', async () => {
      bench.cloudApi.then(rejected);
      const row = await bench.queue(await bench.person());
      bench.dispatcher();
      const { errorCode, reason, active } = await bench.untilState(row, 'rejected');
      assert.deepEqual([errorCode, reason, active], [131026, 'undeliverable', false]);
      await bench.until(() => bench.settled.includes(row.id));
    });

    it('is unknown when nobody answered, and the person’s next message goes on', async () => {
      const anna = await bench.person();
      bench.cloudApi.then(unknown);
      const [row, next] = [await bench.queue(anna), await bench.queue(anna)];
      bench.dispatcher();
      assert.deepEqual((await bench.untilState(row, 'unknown')).active, true);
      await bench.untilState(next, 'accepted');
    });

    it('goes back to the queue for 4^n s after a 131056, and nobody else waits', async () => {
      bench.cloudApi.then(tooManyForPerson, tooManyForPerson);
      const [row] = await queueMany(1);
      const dispatcher = bench.dispatcher();
      await bench.quiet();
      const [other] = await queueMany(1);
      assert.ok(row && other && dispatcher);
      await bench.pass(1_000);
      const { dueAt, state, errorCode } = await bench.row(row);
      assert.deepEqual([state, errorCode, dueAt - bench.clock.now()], ['queued', 131056, other ? 4_000 : 0]);
      await bench.pass(3_999);
      assert.equal((await bench.row(row)).state, 'queued');
      await bench.pass(1);
      await bench.untilState(row, 'accepted');
    });
  });

  describe('the number', () => {
    it('holds back after a 130429 without Retry-After, then tries with one call', async () => {
      bench.cloudApi.always(() => tooManyOfNumber);
      const rows = await queueMany(TEN_PEOPLE);
      bench.dispatcher();
      await bench.quiet();
      assert.equal(bench.cloudApi.sent.length, TEN_PEOPLE);
      await bench.pass(999);
      assert.equal(bench.cloudApi.sent.length, TEN_PEOPLE);
      await bench.pass(1);
      assert.equal(bench.cloudApi.sent.length, TEN_PEOPLE + 1);
      await bench.pass(1_999);
      assert.equal(bench.cloudApi.sent.length, TEN_PEOPLE + 1);
      bench.cloudApi.always(() => accepted());
      await bench.pass(1);
      for (const row of rows) await bench.untilState(row, 'accepted');
    });

    it('obeys Retry-After', async () => {
      bench.cloudApi.then({ ...tooManyOfNumber, retryAfterMs: 17_000 });
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      await bench.quiet();
      await bench.pass(16_999);
      assert.equal((await bench.row(row)).state, 'queued');
      await bench.pass(1);
      await bench.untilState(row, 'accepted');
    });

    it('tries at least every 30 s while connections are refused, and nothing is lost', async () => {
      bench.cloudApi.always(() => refusedConnection);
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      for (let tries = 1; tries < 9; tries += 1) {
        await bench.until(() => bench.cloudApi.sent.length === tries);
        await bench.pass(30_000);
      }
      assert.deepEqual(await pausedFor(), []);
      bench.cloudApi.always(() => accepted());
      await bench.pass(30_000);
      await bench.untilState(row, 'accepted');
    });

    it('is paused by five unknowns in a row: what is queued stays queued, and one reply every 30 s is a probe', async () => {
      bench.cloudApi.always(() => unknown);
      await queueMany(5);
      bench.dispatcher();
      await bench.until(async () => (await pausedFor()).length === 1);
      assert.deepEqual(await pausedFor(), ['unknowns']);
      const notice = await bench.queue(await bench.person(), { purpose: 'notice', priority: PRIORITIES.notice });
      const rows = await queueMany(3);
      await bench.pass(29_000);
      assert.equal(bench.cloudApi.sent.length, 5);
      for (const row of rows) assert.equal((await bench.row(row)).state, 'queued');
      await bench.pass(1_000);
      assert.deepEqual(bench.cloudApi.ids.slice(5), [rows[0]?.id]);
      await bench.pass(29_999);
      assert.equal(bench.cloudApi.sent.length, 6);
      bench.cloudApi.always(() => accepted());
      await bench.pass(1);
      await bench.untilState(notice, 'accepted');
      assert.deepEqual(await pausedFor(), []);
    });

    /** Five unknowns have paused it, and a sixth message waits. */
    const silenced = async () => {
      bench.cloudApi.then(unknown, unknown, unknown, unknown, unknown);
      await queueMany(5);
      const dispatcher = bench.dispatcher();
      await bench.until(async () => (await pausedFor()).length === 1);
      const [row] = await queueMany(1);
      assert.ok(row);
      return { dispatcher, row };
    };

    it('goes on after such a pause with any status of a send of ours', async () => {
      const { dispatcher, row } = await silenced();
      dispatcher.statusSeen(bench.clock.now());
      await bench.untilState(row, 'accepted');
      assert.deepEqual(await pausedFor(), []);
    });

    it('stays paused after a status that arrived before the silence and is read only now', async () => {
      const before = bench.clock.now();
      bench.clock.advance(10);
      const { dispatcher, row } = await silenced();
      dispatcher.statusSeen(before);
      await bench.quiet();
      assert.deepEqual(await pausedFor(), ['unknowns']);
      assert.equal((await bench.row(row)).state, 'queued');
      dispatcher.statusSeen(bench.clock.now());
      await bench.untilState(row, 'accepted');
    });

    it('is not kept from pausing by a status that is read in the midst of the silence and arrived before it', async () => {
      const before = bench.clock.now();
      bench.clock.advance(10);
      bench.cloudApi.always(() => unknown);
      await queueMany(3);
      const dispatcher = bench.dispatcher();
      await bench.until(() => bench.cloudApi.sent.length === 3);
      await bench.quiet();
      dispatcher.statusSeen(before);
      await queueMany(2);
      dispatcher.nudge();
      await bench.until(async () => (await pausedFor()).length === 1);
    });

    it('is not paused by rows that were found attempted', async () => {
      await queueMany(8, { state: 'attempted', attempt: 1, attemptedAt: bench.clock.now(), fence: 3 });
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
      assert.deepEqual(await pausedFor(), []);
    });

    it('is paused by a refused token, asks once a minute, and goes on when it is valid', async () => {
      bench.cloudApi.then(deadToken);
      bench.cloudApi.probes = ['refused', 'unknown', 'valid'];
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      await bench.until(async () => (await pausedFor()).includes('token'));
      await bench.untilState(row, 'queued');
      assert.equal((await bench.row(row)).reason, 'token');
      assert.equal((await engine.get(numbers, bench.number))?.tokenValid, false);
      for (const asked of [1, 2]) {
        await bench.pass(59_000);
        assert.equal(bench.cloudApi.asked, asked - 1);
        await bench.pass(1_000);
        assert.equal(bench.cloudApi.asked, asked);
      }
      assert.equal(bench.cloudApi.sent.length, 1);
      await bench.pass(60_000);
      await bench.untilState(row, 'accepted');
      assert.deepEqual(await pausedFor(), []);
      assert.equal((await engine.get(numbers, bench.number))?.tokenValid, true);
    });

    it('asks about its token at once when a process starts: it may be a new one', async () => {
      await new Pauses(engine, bench.clock, bench.number).add('token');
      bench.cloudApi.probes = ['valid'];
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
    });

    it('goes on within 2 s when an operator resumes it in another process, and needs five unknowns to pause again', async () => {
      bench.cloudApi.always(() => unknown);
      await queueMany(5);
      bench.dispatcher();
      await bench.until(async () => (await pausedFor()).length === 1);
      await queueMany(2);
      await resume();
      await bench.pass(2_000);
      await bench.until(() => bench.cloudApi.sent.length === 7);
      await bench.quiet();
      assert.deepEqual(await pausedFor(), []);
    });

    for (const [why, words] of [
      ['policy', 'Meta has locked the account'],
      ['restored', 'the store came from a backup'],
    ] as const)
      it(`sends and asks nothing while ${words}, until an operator resumes it`, async () => {
        await new Pauses(engine, bench.clock, bench.number).add(why);
        const [row] = await queueMany(1);
        assert.ok(row);
        const dispatcher = bench.dispatcher();
        for (let minute = 0; minute < 3; minute += 1) await bench.pass(60_000);
        dispatcher.statusSeen(bench.clock.now());
        await bench.quiet();
        assert.deepEqual([bench.cloudApi.sent.length, bench.cloudApi.asked], [0, 0]);
        assert.equal((await bench.row(row)).state, 'queued');
        await resume();
        await bench.pass(2_000);
        await bench.untilState(row, 'accepted');
      });

    it('is paused by an account that Meta has locked, and says so to a human', async () => {
      bench.cloudApi.then(lockedAccount);
      const [row] = await queueMany(1);
      assert.ok(row);
      bench.dispatcher();
      await bench.until(async () => (await pausedFor()).includes('policy'));
      await bench.untilState(row, 'queued');
      assert.ok(bench.warnings.includes('number.paused'));
    });
  });
});
