import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { freshMongoUri, needsMongo } from '../../test/means/mongod.js';
import { PARTITIONS } from '../contacts/person-key.js';
import type { Engine } from '../storage/engine.js';
import { openMongo } from '../storage/mongo-engine.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import { SetClock, until } from './inbox.fixture.js';
import { Partitions, workerMigrations, workers } from './partitions.js';

describe('partitions of people, on SQLite', () => {
  it('are all of the one process that can have the store', async () => {
    const engine = openSqlite({ dataDir: join(temporaryFolder('partitions'), 'data') });
    const only = new Partitions({ engine, clock: new SetClock(), holder: 'one', onGained: () => undefined });
    await only.start();
    assert.equal(only.owned(), 'all');
    await only.stop();
    await engine.close();
  });
});

describe('partitions of people, on MongoDB', () => {
  needsMongo();
  let engine: Engine;
  let started: Partitions[];
  beforeEach(async () => {
    engine = await openMongo({ uri: await freshMongoUri('partitions') });
    await engine.migrate(workerMigrations);
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((partitions) => partitions.stop()));
    await engine.close();
  });

  const make = (holder: string, more: { onGained?: () => void; engine?: Engine } = {}) => {
    const partitions = new Partitions({ engine, clock: new SetClock(), holder, onGained: () => undefined, ...more });
    started.push(partitions);
    return partitions;
  };
  const sizeOf = (partitions: Partitions): number => partitions.owned().length;

  it('are all of the only worker’s', async () => {
    let gained = 0;
    const only = make('0001', { onGained: () => (gained += 1) });
    await only.start();
    assert.equal(sizeOf(only), PARTITIONS);
    assert.equal(gained, 1);
  });

  it('are shared out among the workers that are there, none to two of them', async () => {
    const [first, second] = [make('0001'), make('0020')];
    await first.start();
    await second.start();
    await until(() => sizeOf(first) === 32 && sizeOf(second) === 32, 9_000);
    const both = [...(first.owned() as number[]), ...(second.owned() as number[])];
    assert.equal(new Set(both).size, PARTITIONS);
  }).timeout(60_000);

  it('are given back at the stop, so that the next worker has them at once', async () => {
    const first = make('0001');
    await first.start();
    await first.stop();
    assert.equal(sizeOf(first), 0);
    assert.equal(await engine.count(workers, {}), 0);
    const second = make('0002');
    await second.start();
    assert.equal(sizeOf(second), PARTITIONS);
  });

  it('are given back also when the stop comes in the middle of taking them', async () => {
    const first = make('0001');
    const starting = first.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await first.stop();
    await starting;
    const second = make('0002');
    await second.start();
    assert.equal(sizeOf(second), PARTITIONS);
  });

  it('are asked for again by a worker that slept past its leases', async () => {
    let isAsleep = false;
    const sleepy = new Proxy(engine, {
      get: (target, name) => {
        const value = target[name as keyof Engine] as unknown;
        if (typeof value !== 'function') return value;
        if (name !== 'lease') return (value as (...args: unknown[]) => unknown).bind(target);
        return async (...args: Parameters<Engine['lease']>) => {
          const lease = await target.lease(...args);
          return lease && { ...lease, remainingMs: () => (isAsleep ? 0 : lease.remainingMs()) };
        };
      },
    });
    const worker = make('0001', { engine: sleepy });
    await worker.start();
    isAsleep = true;
    assert.equal(sizeOf(worker), 0, 'it works for nobody meanwhile');
    isAsleep = false;
    await until(() => sizeOf(worker) === PARTITIONS, 5_000);
  });

  it('of a worker that died are another’s within 20 s', async () => {
    // A lease is 15 s and asked for every 3 s; the database's clock cannot be set, so the lease that is left is a shorter one.
    const names = Array.from({ length: PARTITIONS }, (_, partition) => `partition:${partition}`);
    await Promise.all(names.map((name) => engine.lease(name, 'dead', 1_000)));
    const heir = make('0001');
    await heir.start();
    const started = performance.now();
    await until(() => sizeOf(heir) === PARTITIONS, 6_000);
    assert.ok(performance.now() - started < 4_500);
  });
});
