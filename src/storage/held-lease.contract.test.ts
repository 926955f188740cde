import assert from 'node:assert/strict';
import { freshMongoUri, needsMongo } from '../../test/means/mongod.js';
import type { Engine } from './engine.js';
import { HeldLease } from './held-lease.js';
import { openMongo } from './mongo-engine.js';

describe('A held lease', () => {
  needsMongo();
  let engine: Engine;
  before(async () => {
    engine = await openMongo({ uri: await freshMongoUri('held') });
  });
  after(() => engine?.close());

  it('is held by one, and free for the next as soon as it is stopped', async () => {
    const [one, other] = [new HeldLease(engine, 'x', 'one'), new HeldLease(engine, 'x', 'other')];
    await one.start();
    await other.start();
    assert.deepEqual([one.held, other.held], [true, false]);
    await Promise.all([one.stop(), other.stop()]);
    assert.equal(one.held, false);
    assert((await engine.lease('x', 'third', 1_000)) !== undefined);
  });

  it('is free, too, when it is stopped while it is being asked for', async () => {
    const lease = new HeldLease(engine, 'y', 'one');
    const started = lease.start();
    await lease.stop();
    await started;
    assert((await engine.lease('y', 'next', 1_000)) !== undefined);
  });
});
