import assert from 'node:assert/strict';
import { freshMongoUri, needsMongo } from '../../test/means/mongod.js';
import { onBothStores } from '../../test/means/stores.js';
import { systemClock } from '../clock.js';
import type { Engine } from '../storage/engine.js';
import { openMongo } from '../storage/mongo-engine.js';
import { accepted, Bench, dispatcherMigrations } from './dispatcher.fixture.js';
import { outbox, type OutboxRow } from './outbox-table.js';

onBothStores('Who sends for a number', (place) => {
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

  it('is one of two, and each row is claimed and sent once', async () => {
    const rows = await queueMany(40);
    bench.dispatcher();
    bench.dispatcher();
    for (const row of rows) await bench.untilState(row, 'accepted');
    assert.deepEqual([...bench.cloudApi.ids].sort(), rows.map(({ id }) => id).sort());
  });

  it('is the other one, once the first is gone without a word and its lease has run out', async () => {
    const first = bench.dispatcher();
    await bench.quiet();
    const second = bench.dispatcher();
    first.faults.isOut = true;
    const [row] = await queueMany(1);
    assert.ok(row && second);
    await bench.pass(14_000);
    assert.equal((await bench.row(row)).state, 'queued');
    await bench.pass(2_000);
    await bench.untilState(row, 'accepted');
  });

  it('starts no call with less than 10 s of the lease left', async () => {
    const dispatcher = bench.dispatcher();
    await bench.quiet();
    // Every write takes more than five seconds: after the claim there is less than ten left, after "attempted" less than five.
    dispatcher.faults.outAfter = (method) => {
      if (method === 'patchMany' && bench.results.length === 0) bench.clock.advance(5_500);
      return false;
    };
    const [row] = await queueMany(1);
    assert.ok(row);
    await bench.until(() => bench.results.length > 0);
    assert.deepEqual([bench.results[0], bench.cloudApi.sent.length], ['notStarted', 0]);
    assert.equal((await bench.untilState(row, 'queued')).attempt, 1);
    dispatcher.faults.outAfter = undefined;
    await bench.pass(3_000);
    await bench.untilState(row, 'accepted');
    assert.equal(bench.cloudApi.sent.length, 1);
  });

  it('is nobody who slept past the lease: what he claimed is sent by the next one, and what he writes changes nothing', async () => {
    const answer = bench.cloudApi.holdNext();
    const [row] = await queueMany(1);
    assert.ok(row);
    bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    const asleep = await bench.row(row);
    const second = bench.dispatcher();
    bench.leases.release('holder0'); // the lease is the second one's before the first one wakes
    bench.clock.advance(1_100);
    await bench.until(async () => {
      second.nudge();
      return (await bench.row(row)).state === 'unknown';
    });
    answer(accepted());
    await bench.quiet();
    const { state, fence, attempt } = await bench.row(row);
    assert.deepEqual([state, attempt], ['unknown', 1]);
    assert.equal(fence, asleep.fence);
    assert.deepEqual(
      await engine.patchMany(outbox, [
        { id: row.id, set: { state: 'attempted' }, when: { state: 'claimed', fence: asleep.fence } },
      ]),
      [],
    );
  });

  it('finds rows that a sleeper claimed after he had lost the lease', async () => {
    const [row] = await queueMany(1, { dueAt: bench.clock.now() + 60_000 });
    assert.ok(row);
    const dispatcher = bench.dispatcher();
    await bench.quiet();
    await engine.patchMany(outbox, [{ id: row.id, set: { state: 'claimed', fence: -1, dueAt: 0 } }]);
    // On SQLite nobody else can have written; there the store must have failed for it to look.
    dispatcher.faults.isOut = engine.kind === 'sqlite';
    await bench.pass(16_000);
    dispatcher.faults.isOut = false;
    await bench.pass(11_000);
    await bench.untilState(row, 'accepted');
  });

  it('writes what Graph said while the store was out as soon as it is back', async () => {
    const answer = bench.cloudApi.holdNext();
    const [row] = await queueMany(1);
    assert.ok(row);
    const dispatcher = bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    dispatcher.faults.isOut = true;
    answer(accepted('wamid.kept'));
    await bench.quiet();
    dispatcher.faults.isOut = false;
    assert.equal((await bench.untilState(row, 'accepted')).wamid, 'wamid.kept');
  });

  it('writes it even when the lease ran out meanwhile, as long as nobody else took it', async () => {
    const answer = bench.cloudApi.holdNext();
    const [row] = await queueMany(1);
    assert.ok(row);
    const dispatcher = bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    dispatcher.faults.isOut = true;
    answer(accepted('wamid.kept'));
    await bench.pass(20_000);
    dispatcher.faults.isOut = false;
    assert.equal((await bench.untilState(row, 'accepted')).wamid, 'wamid.kept');
  });

  it('marks what it has in hand where another process may send; either way it stays when it is taken back meanwhile', async () => {
    const anna = await bench.person();
    const answer = bench.cloudApi.holdNext();
    const rows = [await bench.queue(anna), await bench.queue(anna), await bench.queue(anna)] as const;
    bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    await bench.quiet();
    const inHand = engine.kind === 'sqlite' ? 'queued' : 'claimed';
    assert.deepEqual([(await bench.row(rows[1])).state, (await bench.row(rows[2])).state], [inHand, inHand]);
    await engine.patchMany(outbox, [{ id: rows[1].id, set: { state: 'rejected', active: false, reason: 'stopped' } }]);
    answer(accepted());
    await bench.untilState(rows[2], 'accepted');
    assert.deepEqual(bench.cloudApi.ids, [rows[0].id, rows[2].id]);
    assert.equal((await bench.row(rows[2])).fence, (await bench.row(rows[0])).fence);
    assert.equal((await bench.row(rows[1])).state, 'rejected');
  });

  for (const [words, isLost] of [
    ['the claim', (state: string) => state === 'claimed'],
    ['"attempted"', (state: string) => state === 'attempted'],
    ['the outcome', (state: string) => state === 'accepted'],
  ] as const)
    it(`is stuck with nothing and sends nothing twice when the store fails after it wrote ${words}`, async () => {
      const rows = await queueMany(3);
      const dispatcher = bench.dispatcher();
      let lost = 0;
      dispatcher.faults.outAfter = (method) =>
        method === 'patchMany' && lost < 1 && states.some(isLost) && (lost += 1) > 0;
      const states: string[] = [];
      const watch = setInterval(() => void see(), 1);
      const see = async () => {
        for (const row of rows) states.push((await bench.row(row)).state);
      };
      try {
        for (const row of rows) await bench.untilState(row, 'accepted');
      } finally {
        clearInterval(watch);
      }
      assert.equal(bench.cloudApi.sent.length, 3);
      if (engine.kind === 'sqlite') assert.ok(!states.includes('claimed'), 'no claim is written there');
    });

  it('has put back what it had in hand, and given the lease back, when it stops', async () => {
    const anna = await bench.person();
    const answer = bench.cloudApi.holdNext();
    const [first, second] = [await bench.queue(anna), await bench.queue(anna)];
    const dispatcher = bench.dispatcher();
    await bench.until(() => bench.cloudApi.sent.length === 1);
    const stopped = dispatcher.stop();
    answer(accepted());
    await stopped;
    assert.equal((await bench.row(first)).state, 'accepted');
    assert.equal((await bench.row(second)).state, 'queued');
    bench.dispatcher();
    await bench.untilState(second, 'accepted');
  });

  it('claims nothing more once it was told to stop', async () => {
    const dispatcher = bench.dispatcher();
    await bench.quiet();
    await dispatcher.stop();
    const [row] = await queueMany(1);
    assert.ok(row);
    dispatcher.nudge();
    await bench.quiet();
    assert.equal((await bench.row(row)).state, 'queued');
  });
});

describe('Two who want to send for a number, with MongoDB’s own leases and the real time', () => {
  needsMongo();

  it('claim each row once between them, and the second goes on when the first stops', async () => {
    const uri = await freshMongoUri('sender');
    const engines = [await openMongo({ uri }), await openMongo({ uri })] as const;
    await engines[0].migrate(dispatcherMigrations);
    const bench = new Bench(engines[0]);
    const rows: OutboxRow[] = [];
    const queueSome = async () => {
      for (let index = 0; index < 30; index += 1) rows.push(await bench.queue(await bench.person()));
    };
    await queueSome();
    const dispatchers = engines.map((engine) => bench.dispatcher({ engine, clock: systemClock }));
    await bench.until(() => bench.cloudApi.sent.length === 30);
    await queueSome();
    await dispatchers[0]?.stop();
    for (const row of rows) await bench.untilState(row, 'accepted');
    assert.deepEqual([...bench.cloudApi.ids].sort(), rows.map(({ id }) => id).sort());
    await bench.stop();
    for (const engine of engines) await engine.close();
  });
});
