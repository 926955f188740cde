import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { lookAfter, temporaryFolder } from '../../test/means/caretaker.js';
import { freePort } from '../../test/means/free-port.js';
import { freshMongoUri, mongodAvailability, needsMongo } from '../../test/means/mongod.js';
import { account, accounts, contractMigrations, later, laterMigration, thing, things } from './engine.contract.js';
import { insert, set, StoreUnavailable, type Engine } from './engine.js';
import { NotAReplicaSet, openMongo } from './mongo-engine.js';

type Client = InstanceType<typeof mongoose.mongo.MongoClient>;

/** A mongod of this file's own, which it may stop, freeze and make fail. */
class OwnMongod {
  #child: ChildProcess | undefined;
  readonly folder = temporaryFolder('own-mongod');
  private constructor(readonly port: number) {}

  static async start(replicaSet: boolean): Promise<OwnMongod> {
    const own = new OwnMongod(await freePort());
    await own.run(replicaSet);
    if (replicaSet) {
      const members = [{ _id: 0, host: `127.0.0.1:${own.port}` }];
      const settings = { electionTimeoutMillis: 500, heartbeatIntervalMillis: 500 };
      await own.admin((client) => client.db('admin').command({ replSetInitiate: { _id: 'own', members, settings } }));
    }
    return own;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/own?replicaSet=own`;
  }

  async run(replicaSet = true): Promise<void> {
    const mongod = await mongodAvailability();
    if (mongod.kind === 'missing') throw new Error(mongod.reason);
    const flags = ['--dbpath', this.folder, '--port', String(this.port), '--bind_ip', '127.0.0.1', '--quiet'];
    if (replicaSet) flags.push('--replSet', 'own', '--oplogSize', '64');
    flags.push('--wiredTigerCacheSizeGB', '0.25', '--setParameter', 'enableTestCommands=1', '--nounixsocket');
    this.#child = spawn(mongod.path, flags, { stdio: 'ignore' });
    lookAfter(this.#child);
    await this.admin((client) => client.db('admin').command({ ping: 1 }));
  }

  async admin<Result>(act: (client: Client) => Promise<Result>): Promise<Result> {
    const uri = `mongodb://127.0.0.1:${this.port}/?directConnection=true`;
    const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 15_000 });
    try {
      return await act(client);
    } finally {
      await client.close();
    }
  }

  /** Makes the next `times` of these commands fail in a way the driver has to deal with. */
  async failNext(commands: readonly string[], times: number, how: object): Promise<void> {
    const data = { failCommands: commands, ...how };
    await this.admin((client) =>
      client.db('admin').command({ configureFailPoint: 'failCommand', mode: times ? { times } : 'off', data }),
    );
  }

  /** Resolves when it stands still: until then it may answer. */
  async freeze(): Promise<void> {
    const pid = this.#child?.pid ?? 0;
    this.#child?.kill('SIGSTOP');
    const stat = `/proc/${pid}/stat`;
    if (!existsSync(stat)) return sleep(500); // not Linux
    for (const started = performance.now(); !/\) T /.test(readFileSync(stat, 'utf8')); await sleep(5))
      if (performance.now() - started > 10_000) throw new Error('the server does not stand still');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }
}

const CHILD = join(import.meta.dirname, 'mongo-child.fixture.js');
const runChild = (uri: string, task: string): ChildProcess => {
  const child = fork(CHILD, [uri, task], { stdio: 'inherit' });
  lookAfter(child);
  return child;
};

describe('The MongoDB store', function () {
  this.timeout(60_000);
  needsMongo();

  describe('among several processes', () => {
    let uri: string;
    let one: Engine;
    let other: Engine;
    beforeEach(async () => {
      uri = await freshMongoUri('engine');
      [one, other] = await Promise.all([openMongo({ uri }), openMongo({ uri })]);
    });
    afterEach(() => Promise.all([one.close(), other.close()]));

    it('is migrated once by two who start at the same moment', async () => {
      await Promise.all([one.migrate(contractMigrations), other.migrate(contractMigrations)]);
      assert.equal(await one.append(accounts, [account('a', { owner: 'x' }), account('b', { owner: 'x' })]), 1);
    });

    it('goes on with a migration that was cut off by a kill', async () => {
      const dying = runChild(uri, 'die-in-migration');
      await once(dying, 'exit');
      // Its lease is a matter of half a minute; the database's clock is not ours to turn, so the lease is taken away.
      await withClient(uri, (client) => client.db().collection<{ _id: string }>('leases').deleteMany({}));
      await one.migrate([...contractMigrations, laterMigration]);
      assert.equal(await one.count(later, {}), 0);
    });

    it('grants a lease to one at a time, by the database’s clock, with a fence that grows with every new holder', async () => {
      const first = await one.lease('x', 'one', 800);
      assert(first && first.remainingMs() > 500 && first.remainingMs() <= 800);
      assert.equal(await other.lease('x', 'other', 800), undefined);
      const renewed = await one.lease('x', 'one', 800);
      assert.equal(renewed?.fence, first.fence);
      await sleep(900);
      assert((renewed?.remainingMs() ?? 1) <= 0);
      const second = await other.lease('x', 'other', 60_000);
      assert.equal(second?.fence, first.fence + 1);
      assert.equal(await one.lease('x', 'one', 800), undefined);
      await one.release('x', 'one'); // not its own: nothing happens
      assert.equal(await one.lease('x', 'one', 800), undefined);
      await other.release('x', 'other');
      assert.equal((await one.lease('x', 'one', 800))?.fence, first.fence + 2);
      await one.release('x', 'one');
      assert.equal(
        (await one.lease('x', 'one', 800))?.fence,
        first.fence + 3,
        'the same holder after a gap is a new one',
      );
    });

    it('grants a lease to exactly one of many who ask at once, also the first time', async () => {
      for (let round = 0; round < 10; round += 1) {
        const grants = await Promise.all(
          Array.from({ length: 8 }, (_, who) => (who % 2 ? one : other).lease(`y${round}`, `h${who}`, 10_000)),
        );
        assert.equal(grants.filter((grant) => grant !== undefined).length, 1);
      }
    });

    it('takes a holder’s name for a name, whatever it looks like', async () => {
      assert.equal((await one.lease('z', '$fence', 10_000))?.fence, 1);
      assert.equal((await one.lease('z', '$fence', 10_000))?.fence, 1);
      assert.equal(await other.lease('z', '$holder', 10_000), undefined);
    });

    it('lets exactly one of two processes win that change one row from the same version', async () => {
      await one.migrate(contractMigrations);
      for (let round = 0; round < 20; round += 1) {
        const id = `r${round}`;
        await one.append(accounts, [account(id)]);
        const outcomes = await Promise.all(
          [one, other].map((engine) =>
            engine.commit([set(accounts, id, { version: 2 }, { version: 1 }), insert(things, thing(`${id}-x`))]),
          ),
        );
        assert.deepEqual(outcomes.sort(), ['committed', 'conflict']);
      }
    });

    it('loses no update when two processes increase rows in groups', async () => {
      await one.migrate(contractMigrations);
      await one.append(
        accounts,
        ['a', 'b', 'c'].map((id) => account(id)),
      );
      const increase = async (engine: Engine, id: string): Promise<void> => {
        for (;;) {
          const row = await engine.get(accounts, id);
          assert(row);
          const next = { balance: row.balance + 1, version: row.version + 1 };
          if ((await engine.commit([set(accounts, id, next, { version: row.version })])) === 'committed') return;
        }
      };
      const work = [one, other].flatMap((engine) =>
        ['a', 'b', 'c'].flatMap((id) => Array.from({ length: 5 }, () => increase(engine, id))),
      );
      await Promise.all(work);
      for (const id of ['a', 'b', 'c']) assert.equal((await one.get(accounts, id))?.balance, 10);
    });

    it('frees the rows that a killed process held in a transaction within seconds, and a commit waits for them', async () => {
      await one.migrate(contractMigrations);
      await one.append(accounts, [account('held')]);
      const dying = runChild(uri, 'die-in-group');
      await once(dying, 'exit');
      const started = performance.now();
      let outcome = await one
        .commit([set(accounts, 'held', { balance: 1 }, { version: 1 })])
        .catch((error: Error) => error);
      if (outcome instanceof StoreUnavailable)
        outcome = await one.commit([set(accounts, 'held', { balance: 1 }, { version: 1 })]);
      assert.equal(outcome, 'committed');
      assert(performance.now() - started < 8_000);
      assert.equal(await one.count(things, {}), 0, 'nothing of the dead commit is there');
    });
  });

  describe('on a server of its own', () => {
    let mongod: OwnMongod;
    let engine: Engine;
    before(async () => {
      mongod = await OwnMongod.start(true);
      engine = await openMongo({ uri: mongod.uri, serverSelectionMs: 10_000 });
      await engine.migrate(contractMigrations);
      await engine.close();
      engine = await openMongo({ uri: mongod.uri });
    });
    after(async () => {
      await engine?.close();
      await mongod?.stop();
    });
    afterEach(() => mongod.failNext([], 0, {}));

    const writes = (id: string): [string, () => Promise<unknown>][] => [
      ['append', () => engine.append(things, [thing(`${id}-append`)])],
      ['commit', () => engine.commit([insert(things, thing(`${id}-commit`))])],
      ['patch', () => engine.patchMany(things, [{ id: 'x', set: { number: 1 } }])],
      ['get', () => engine.get(things, 'x')],
      ['find', () => engine.find(things, { where: {}, limit: 1 })],
      ['lease', () => engine.lease('l', 'h', 1_000)],
      ['check', () => engine.check()],
    ];

    async function refusedAll(id: string): Promise<void> {
      const started = performance.now();
      const outcomes = await Promise.all(
        writes(id).map(([name, write]) =>
          write().then(
            () => name,
            (error: unknown) => error,
          ),
        ),
      );
      for (const outcome of outcomes) assert(outcome instanceof StoreUnavailable, String(outcome));
      assert(performance.now() - started < 5_000, 'everybody has an answer within 5 s');
    }
    async function takenAgain(id: string): Promise<void> {
      const deadline = performance.now() + 20_000;
      while (performance.now() < deadline) {
        if (
          await engine.check().then(
            () => true,
            () => false,
          )
        )
          break;
        await sleep(100);
      }
      for (const [, write] of writes(id)) await write();
      assert.equal((await engine.getMany(things, [`${id}-append`, `${id}-commit`])).length, 2);
    }

    it('says within 5 s that a server is down, and goes on by itself when it is back', async () => {
      await takenAgain('first');
      await mongod.stop();
      await refusedAll('down');
      await refusedAll('still-down');
      await mongod.run();
      await takenAgain('back');
    });

    it('says so of a server that stands still, too', async () => {
      await takenAgain('before');
      await mongod.freeze();
      await refusedAll('frozen');
      await refusedAll('still-frozen');
      mongod.thaw();
      await takenAgain('awake');
    });

    it('counts an append right that the driver made again because the first answer was lost', async () => {
      await engine.append(things, [thing('retry-known')]);
      const writeConcernError = { code: 91, errmsg: 'shutting down', errorLabels: ['RetryableWriteError'] };
      await mongod.failNext(['insert'], 1, { writeConcernError });
      assert.equal(await engine.append(things, [thing('retry-1'), thing('retry-2'), thing('retry-known')]), 2);
    });

    it('never takes for durable what a majority did not confirm', async () => {
      await engine.append(things, [thing('majority-known')]);
      await mongod.failNext(['insert'], 5, {
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      });
      await assert.rejects(engine.append(things, [thing('majority-known'), thing('majority-new')]), StoreUnavailable);
      await assert.rejects(engine.append(things, [thing('majority-newer')]), StoreUnavailable);
    });

    it('learns what became of a commit whose answer was lost', async () => {
      await mongod.failNext(['commitTransaction'], 1, { closeConnection: true });
      assert.equal(await engine.commit([insert(things, thing('lost-before'))]), 'committed');
      await mongod.failNext(['commitTransaction'], 1, { writeConcernError: { code: 91, errmsg: 'shutting down' } });
      assert.equal(await engine.commit([insert(things, thing('lost-after'))]), 'committed');
      assert.equal((await engine.getMany(things, ['lost-before', 'lost-after'])).length, 2);
    });

    for (const [what, how] of [
      ['a write conflict', { errorCode: 112, errorLabels: ['TransientTransactionError'] }],
      ['a primary that steps down', { errorCode: 189, errorLabels: ['TransientTransactionError'] }],
      ['a connection that breaks', { closeConnection: true }],
    ] as const) {
      it(`makes a commit again after ${what} in its middle`, async () => {
        const id = `again-${what.length}`;
        await mongod.failNext(['update'], 2, how);
        await engine.append(accounts, [account(id)]);
        assert.equal(await engine.commit([set(accounts, id, { balance: 1 }, { version: 1 })]), 'committed');
        assert.equal((await engine.get(accounts, id))?.balance, 1);
      });
    }

    it('lets the others of a group through when it falls apart', async () => {
      await engine.append(accounts, [account('apart-taken')]);
      const ids = Array.from({ length: 40 }, (_, number) => `apart-${number}`);
      const outcomes = await Promise.all(
        ids.map((id, number) => engine.commit([insert(accounts, account(number === 7 ? 'apart-taken' : id))])),
      );
      assert.deepEqual(outcomes.map((outcome) => outcome === 'conflict').indexOf(true), 7);
      assert.equal(outcomes.filter((outcome) => outcome === 'committed').length, 39);
    });

    it('cannot be opened while nobody is there, and says so soon', async () => {
      const port = await freePort();
      const started = performance.now();
      await assert.rejects(
        openMongo({ uri: `mongodb://127.0.0.1:${port}/x?replicaSet=own`, serverSelectionMs: 500 }),
        StoreUnavailable,
      );
      assert(performance.now() - started < 5_000);
    });
  });

  it('refuses a server that is no replica set, and says how it becomes one, whatever the URI says', async () => {
    const alone = await OwnMongod.start(false);
    try {
      for (const query of ['', '?replicaSet=rs0', '?directConnection=true'])
        await assert.rejects(
          openMongo({ uri: `mongodb://127.0.0.1:${alone.port}/x${query}`, serverSelectionMs: 1_000 }),
          (error: Error) => {
            assert(error instanceof NotAReplicaSet, error.message);
            assert.match(error.message, /--replSet rs0.*rs\.initiate\(\)/);
            return true;
          },
        );
    } finally {
      await alone.stop();
    }
  });
});

async function withClient<Result>(uri: string, act: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}
