import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import type { Engine } from '../storage/engine.js';
import { Bench, dispatcherMigrations, unknown } from './dispatcher.fixture.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';
import { gone } from './settlement.js';

const TWO_MINUTES = 120_000;

onBothStores('A reply whose fate is unknown', (place) => {
  let engine: Engine;
  let bench: Bench;

  before(async () => (engine = await (await place()).open(dispatcherMigrations)));
  after(() => engine?.close());
  beforeEach(() => (bench = new Bench(engine)));
  afterEach(() => bench.stop());

  /** Sent without an answer. */
  const doubtful = async (given: Partial<OutboxRow> = {}) => {
    const person = await bench.person();
    bench.cloudApi.then(unknown);
    const row = await bench.queue(person, given);
    const dispatcher = bench.dispatcher();
    await bench.untilState(row, 'unknown');
    return { person, row, dispatcher };
  };
  /** Another send, attempted later, of which a status has come. */
  const laterStatus = async () => {
    const other = await bench.queue(await bench.person(), {
      ...{
        state: 'accepted',
        active: false,
        attempt: 1,
        attemptedAt: bench.clock.now() + 1,
        sentAt: bench.clock.now(),
      },
    });
    return other;
  };
  const resends = () => bench.results.filter((result) => result === 'resent').length;

  it('has been sent when its status comes', async () => {
    const { row } = await doubtful();
    await engine.patchMany(outbox, [{ id: row.id, set: { deliveredAt: bench.clock.now() } }]);
    await bench.pass(1_000);
    const { active, attempt } = await bench.untilState(row, 'accepted');
    assert.deepEqual([active, attempt], [false, 1]);
  });

  it('has been sent when its status came before the answer that never did', async () => {
    const answer = bench.cloudApi.holdNext();
    const row = await bench.queue(await bench.person());
    bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    await engine.patchMany(outbox, [{ id: row.id, set: { sentAt: bench.clock.now() } }]);
    answer(unknown);
    await bench.untilState(row, 'unknown');
    await bench.pass(1_000);
    await bench.untilState(row, 'accepted');
  });

  it('is sent once more after 2 minutes, once a status of a later send has come, and that is counted', async () => {
    const { row } = await doubtful();
    await laterStatus();
    await bench.pass(TWO_MINUTES - 1);
    assert.equal(bench.cloudApi.sent.length, 1);
    await bench.pass(1_000);
    const { resent, attempt } = await bench.untilState(row, 'accepted');
    assert.deepEqual([resent, attempt, resends()], [true, 2, 1]);
    assert.deepEqual(
      bench.cloudApi.sent.map((sent) => [sent.id, sent.attempt]),
      [
        [row.id, 1],
        [row.id, 2],
      ],
    );
  });

  it('is not sent again as long as no status of a later send has come: the way back may be broken', async () => {
    const { row } = await doubtful();
    await bench.queue(await bench.person());
    await bench.pass(TWO_MINUTES + 5_000);
    assert.equal((await bench.row(row)).state, 'unknown');
    assert.equal(resends(), 0);
  });

  it('is not sent again when a status of an earlier send comes', async () => {
    await bench.queue(await bench.person(), {
      ...{
        state: 'accepted',
        active: false,
        attempt: 1,
        attemptedAt: bench.clock.now() - 1,
        sentAt: bench.clock.now(),
      },
    });
    await doubtful();
    await bench.pass(TWO_MINUTES + 5_000);
    assert.equal(resends(), 0);
  });

  it('is not sent again when something newer was said to the person', async () => {
    const { person, row } = await doubtful();
    const newer = await bench.queue(person);
    await bench.untilState(newer, 'accepted');
    await laterStatus();
    await bench.pass(TWO_MINUTES + 5_000);
    assert.deepEqual([(await bench.row(row)).state, resends()], ['unknown', 0]);
  });

  it('is sent again although something newer was refused for good', async () => {
    const { person, row } = await doubtful();
    await bench.queue(person, { state: 'rejected', active: false });
    await laterStatus();
    await bench.pass(TWO_MINUTES + 1_000);
    await bench.untilState(row, 'accepted');
    assert.equal(resends(), 1);
  });

  it('is not sent again when it is no longer true', async () => {
    const { row } = await doubtful({ uselessAfter: bench.clock.now() + TWO_MINUTES });
    await laterStatus();
    await bench.pass(TWO_MINUTES + 1_000);
    const { state, active } = await bench.row(row);
    assert.deepEqual([state, active, resends()], ['unknown', false, 0]);
  });

  it('is never sent again when it is a notice', async () => {
    const { row } = await doubtful({ purpose: 'notice', priority: PRIORITIES.notice });
    await laterStatus();
    for (let minute = 0; minute < 11; minute += 1) await bench.pass(60_000);
    const { state, active } = await bench.row(row);
    assert.deepEqual([state, active, bench.cloudApi.sent.length], ['unknown', false, 1]);
  });

  it('is final and shown when it is unknown again', async () => {
    const { row } = await doubtful();
    await laterStatus();
    bench.cloudApi.then(unknown);
    await bench.pass(TWO_MINUTES + 1_000);
    await bench.until(async () => (await bench.row(row)).attempt === 2 && (await bench.row(row)).state === 'unknown');
    await bench.pass(2_000);
    await bench.until(async () => !(await bench.row(row)).active);
    await laterStatus();
    await bench.pass(TWO_MINUTES + 1_000);
    assert.deepEqual([(await bench.row(row)).state, bench.cloudApi.sent.length], ['unknown', 2]);
  });

  it('is final and shown after 10 minutes', async () => {
    const { row } = await doubtful();
    await bench.pass(600_000 - 1_000);
    assert.equal((await bench.row(row)).active, true);
    await bench.pass(1_000);
    await bench.until(async () => !(await bench.row(row)).active);
    assert.equal((await bench.row(row)).state, 'unknown');
  });

  it('has its 2 minutes from the attempt, whatever restarts come between', async () => {
    const { row } = await doubtful();
    await laterStatus();
    bench.clock.advance(TWO_MINUTES / 2);
    await bench.stop();
    assert.equal(resends(), 0);
    bench.clock.advance(TWO_MINUTES / 2);
    bench.dispatcher();
    await bench.untilState(row, 'accepted');
    assert.equal(resends(), 1);
  });

  it('is not sent when its status comes at the last moment, after it was queued once more', async () => {
    const { row } = await doubtful();
    await bench.stop();
    await engine.patchMany(outbox, [
      { id: row.id, set: { state: 'queued', resent: true, sentAt: bench.clock.now(), dueAt: bench.clock.now() } },
    ]);
    bench.dispatcher();
    await bench.untilState(row, 'accepted');
    assert.equal(bench.cloudApi.sent.length, 1);
  });

  it('is settled by a status even after it was final', async () => {
    const { row } = await doubtful();
    await bench.pass(600_000);
    await bench.until(async () => !(await bench.row(row)).active);
    assert.deepEqual(
      await engine.patchMany(outbox, [{ id: row.id, set: gone(bench.clock.now()), when: { state: 'unknown' } }]),
      [row.id],
    );
  });
});
