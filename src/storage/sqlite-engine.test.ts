import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookAfter, temporaryFolder } from '../../test/means/caretaker.js';
import {
  account,
  accounts,
  contractMigrations,
  later,
  laterMigration,
  thing,
  things,
  type ThingRow,
} from './engine.contract.js';
import { insert, StoreUnavailable, type Engine, type PatchOrRow, type WherePatch } from './engine.js';
import { NewerStore } from './migration.js';
import { openDatabase, type SqliteDatabase } from './sqlite-binding.js';
import { openSqlite, StoreInUse, type SqliteOptions } from './sqlite-engine.js';
import { SqliteWriter, WRITER_LIMITS } from './sqlite-writer.js';

const CHILD = join(import.meta.dirname, 'store-child.fixture.js');

/** A process of its own that opens the store and does what it is told; see store-child.fixture.ts. */
async function child(dataDir: string, task: string): Promise<ChildProcess> {
  const process = fork(CHILD, [dataDir, task], { stdio: 'inherit' });
  lookAfter(process);
  await once(process, 'message');
  return process;
}

async function kill(process: ChildProcess): Promise<void> {
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}

describe('The SQLite store', function () {
  this.timeout(60_000);
  let dataDir: string;
  let engine: Engine | undefined;
  const open = async (options: Partial<SqliteOptions> = {}, migrations = contractMigrations): Promise<Engine> => {
    engine = openSqlite({ dataDir, ...options });
    await engine.migrate(migrations);
    return engine;
  };
  beforeEach(() => (dataDir = join(temporaryFolder('sqlite'), 'data')));
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });

  describe('lock', () => {
    it('lets no second process in, and nobody waits after kill -9', async () => {
      const other = await child(dataDir, 'hold');
      await assert.rejects(open(), StoreInUse);
      await kill(other);
      const started = performance.now();
      await open();
      assert(performance.now() - started < 1_000);
    });

    it('lets nobody else of this process in either, until it is closed', async () => {
      const first = await open();
      assert.throws(() => openSqlite({ dataDir }), StoreInUse);
      await first.close();
      await open();
    });

    it('keeps the files from other users', async function () {
      await open();
      for (const name of readdirSync(dataDir)) assert.equal(statSync(join(dataDir, name)).mode & 0o077, 0, name);
      assert.equal(statSync(dataDir).mode & 0o077, 0);
    });
  });

  describe('kill -9', () => {
    it('loses nothing that was answered, in the middle of writing', async () => {
      for (let round = 0; round < 3; round += 1) {
        const writer = fork(CHILD, [dataDir, 'write', String(round)], { stdio: 'inherit' });
        lookAfter(writer);
        const answered: string[] = [];
        writer.on('message', (id) => answered.push(String(id)));
        while (answered.length < 200) await sleep(5);
        await kill(writer);
        const after = await open();
        const written = answered.slice(1);
        for (let start = 0; start < written.length; start += 900) {
          const some = written.slice(start, start + 900);
          assert.equal((await after.getMany(things, some)).length, some.length);
        }
        await after.close();
      }
    });

    it('leaves nothing of a commit that was under way', async () => {
      const dying = fork(CHILD, [dataDir, 'die-in-group'], { stdio: 'inherit' });
      lookAfter(dying);
      await once(dying, 'exit');
      const after = await open();
      assert.equal(await after.count(things, {}), 0);
      assert.equal(await after.count(accounts, {}), 0);
    });

    it('in the middle of a migration leaves the store as it was before it, and the next start makes it whole', async () => {
      await (await open()).close();
      const dying = fork(CHILD, [dataDir, 'die-in-migration'], { stdio: 'inherit' });
      lookAfter(dying);
      await once(dying, 'exit');
      const database = openDatabase(join(dataDir, 'vestnik.sqlite'), { readOnly: true });
      assert.equal(database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'later'`).get(), undefined);
      database.close();
      const after = await open({}, [...contractMigrations, laterMigration]);
      assert.equal(await after.count(later, {}), 0);
    });
  });

  describe('lease', () => {
    it('is always granted, with a fence that grows with every opening of the store', async () => {
      const fences: number[] = [];
      for (let opening = 0; opening < 3; opening += 1) {
        const opened = await open();
        const [one, other] = [await opened.lease('a', 'me', 5_000), await opened.lease('b', 'you', 5_000)];
        assert.equal(one?.fence, other?.fence);
        assert.equal(one?.remainingMs(), 5_000);
        fences.push(one?.fence ?? -1);
        await opened.close();
        assert.equal(one?.remainingMs(), 0);
      }
      assert.deepEqual(fences, [1, 2, 3]);
    });
  });

  describe('when it cannot be written', () => {
    const fileDatabase = (): SqliteDatabase => openDatabase(join(dataDir, 'vestnik.sqlite'));

    it('waits at the start while somebody else still has the file', async () => {
      mkdirSync(dataDir);
      const code = [
        "const { DatabaseSync } = require('@photostructure/sqlite');",
        'const other = new DatabaseSync(process.argv[1]);',
        "other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE other (x)');",
        "process.send('locked');",
        "setTimeout(() => { other.exec('COMMIT'); process.exit(); }, 400);",
      ].join('\n');
      const other = spawn(process.execPath, ['-e', code, join(dataDir, 'vestnik.sqlite')], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      lookAfter(other);
      await once(other, 'message');
      const store = await open();
      assert.equal(await store.append(things, [thing('a')]), 1);
    });

    it('waits for another program’s lock without holding up the event loop, then goes on', async () => {
      const store = await open();
      const other = fileDatabase();
      other.exec('BEGIN IMMEDIATE');
      let longestMs = 0;
      let last = performance.now();
      const ticks = setInterval(() => {
        longestMs = Math.max(longestMs, performance.now() - last);
        last = performance.now();
      }, 5);
      const written = store.append(things, [thing('a')]);
      await sleep(400);
      other.exec('COMMIT');
      other.close();
      assert.equal(await written, 1);
      clearInterval(ticks);
      assert(longestMs < 100, `${longestMs} ms`);
    });

    it('says so when the lock stays, within its limit, and goes on by itself when it is gone', async () => {
      const store = await open({ limits: { ...WRITER_LIMITS, busyMs: 200 } });
      const other = fileDatabase();
      other.exec('BEGIN IMMEDIATE');
      const started = performance.now();
      await assert.rejects(store.append(things, [thing('a')]), StoreUnavailable);
      await assert.rejects(store.commit([insert(things, thing('a'))]), /locked by another program/);
      await assert.rejects(store.check(), StoreUnavailable);
      assert(performance.now() - started < 2_000);
      assert.equal(await store.count(things, {}), 0, 'reading goes on');
      other.exec('ROLLBACK');
      other.close();
      assert.equal(await store.append(things, [thing('a')]), 1);
    });

    it('says that the disk is full to those who find no room, and goes on by itself when there is some', async () => {
      let connection = undefined as SqliteDatabase | undefined;
      const store = await open({ onOpen: (database) => (connection = database) });
      await store.append(things, [thing('before')]);
      const pages = Number(connection?.prepare('PRAGMA page_count').get()?.['page_count']);
      connection?.prepare(`PRAGMA max_page_count = ${pages + 2}`).get();
      const big = (id: string): ThingRow => thing(id, { bytes: new Uint8Array(200_000) });
      const outcomes = await Promise.allSettled([
        store.append(things, [big('a')]),
        store.commit([insert(things, big('b'))]),
        store.append(accounts, [account('c')]),
      ]);
      for (const outcome of outcomes.slice(0, 2)) {
        assert(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable);
        assert.match(outcome.reason.message, /disk is full/);
      }
      assert.equal(outcomes[2].status, 'fulfilled', 'a small row still fits');
      await assert.rejects(store.check(), /disk is full/);
      assert((await store.get(things, 'before')) !== undefined);
      connection?.prepare('PRAGMA max_page_count = 1000000').get();
      await store.check();
      assert.equal(await store.append(things, [big('a'), big('b')]), 2);
    });

    it('refuses more than it can queue', async () => {
      const store = await open({ limits: { ...WRITER_LIMITS, maxWaiting: 3 } });
      const outcomes = await Promise.allSettled(
        [1, 2, 3, 4, 5].map((one) => store.append(things, [thing(String(one))])),
      );
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
      );
    });

    it('writes what is waiting when it is closed, and refuses everything after', async () => {
      const store = await open();
      const written = store.append(things, [thing('a')]);
      await store.close();
      assert.equal(await written, 1);
      await assert.rejects(store.append(things, [thing('b')]), StoreUnavailable);
      await assert.rejects(store.get(things, 'a'), StoreUnavailable);
      await store.close();
    });
  });

  describe('patch or append', () => {
    const write = (items: readonly PatchOrRow<ThingRow, ThingRow>[]) => engine?.patchOrAppend?.(things, things, items);
    const patch = (id: string, word: string): WherePatch<ThingRow> => ({ id, set: { word }, when: { word: 'old' } });

    it('writes the patch where it fits, else the row, and says how many of each were new', async () => {
      await open();
      await engine?.append(things, [thing('fits', { word: 'old' }), thing('differs', { word: 'other' })]);
      const never = () => assert.fail('a row that nobody needs');
      assert.deepEqual(
        await write([
          { patch: patch('fits', 'new'), row: never },
          { patch: patch('differs', 'new'), row: () => thing('row of differs') },
          { patch: patch('missing', 'new'), row: () => thing('row of missing') },
          { patch: undefined, row: () => thing('fits', { word: 'appended' }) },
        ]),
        { patched: 1, added: 2 },
      );
      assert.equal((await engine?.get(things, 'fits'))?.word, 'new');
      assert.equal((await engine?.get(things, 'differs'))?.word, 'other');
      assert.equal(await engine?.count(things, {}), 4);
    });

    it('writes all of a call or nothing, and does its neighbours no harm', async () => {
      await open();
      await engine?.append(things, [thing('a', { word: 'old' }), thing('b', { word: 'old' })]);
      const broken = () => ({ ...thing('broken'), word: 7 as never });
      const [bad, good, alone] = await Promise.allSettled([
        write([
          { patch: patch('a', 'new'), row: broken },
          { patch: undefined, row: broken },
        ]),
        write([{ patch: patch('b', 'new'), row: broken }]),
        write([{ patch: patch('nobody', 'new'), row: broken }]),
      ]);
      assert.deepEqual([bad?.status, good?.status, alone?.status], ['rejected', 'fulfilled', 'rejected']);
      assert.deepEqual(
        [(await engine?.get(things, 'a'))?.word, (await engine?.get(things, 'b'))?.word],
        ['old', 'new'],
      );
      assert.equal(await engine?.count(things, {}), 2);
    });
  });

  describe('writer', () => {
    const failing = (database: SqliteDatabase, on: string): SqliteDatabase => ({
      get isTransaction() {
        return database.isTransaction;
      },
      exec(sql) {
        if (sql === on) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
        database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
    });

    it('fails all of a group when its COMMIT fails, and keeps none of it', async () => {
      const database = openDatabase(':memory:');
      database.exec('CREATE TABLE t (a)');
      const writer = new SqliteWriter(failing(database, 'COMMIT'));
      const write = (value: number) => writer.submit(() => database.prepare('INSERT INTO t VALUES (?)').run(value));
      const outcomes = await Promise.allSettled([write(1), write(2)]);
      assert(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable));
      assert.equal(database.isTransaction, false);
      assert.equal(database.prepare('SELECT count(*) AS n FROM t').get()?.['n'], 0);
    });

    for (const [words, groupMs, order] of [
      ['goes first in a group', 60_000, ['door', 'door', 'door', 'turn', 'turn']],
      [
        'lets others begin every second group when it fills groups by itself',
        -1,
        ['door', 'turn', 'door', 'turn', 'door'],
      ],
    ] as const)
      it(`sees to it that what somebody waits for at the door ${words}`, async () => {
        const writer = new SqliteWriter(openDatabase(':memory:'), { ...WRITER_LIMITS, groupMs });
        const ran: string[] = [];
        const job = (name: string, isFirst: boolean) => writer.submit(() => ran.push(name), { isFirst });
        await Promise.all([...[1, 2].map(() => job('turn', false)), ...[1, 2, 3].map(() => job('door', true))]);
        assert.deepEqual(ran, order);
      });

    it('takes back only the job that throws, with all that it wrote', async () => {
      const database = openDatabase(':memory:');
      database.exec('CREATE TABLE t (a)');
      const writer = new SqliteWriter(database);
      const write = (value: number) => database.prepare('INSERT INTO t VALUES (?)').run(value);
      const outcomes = await Promise.allSettled([
        writer.submit(() => write(1)),
        writer.submit(() => {
          write(2);
          throw new Error('a fault of the job');
        }),
        writer.submit(() => write(3)),
      ]);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.deepEqual(
        database
          .prepare('SELECT a FROM t')
          .all()
          .map((row) => row['a']),
        [1, 3],
      );
    });
  });

  describe('migrations', () => {
    it('run once, in their order, and refuse a store that is newer', async () => {
      const store = await open();
      await store.migrate(contractMigrations);
      await store.migrate([...contractMigrations, laterMigration]);
      await assert.rejects(store.migrate(contractMigrations), (error: Error) => {
        assert(error instanceof NewerStore);
        assert.match(error.message, /later\/1/);
        return true;
      });
      await assert.rejects(store.migrate([...contractMigrations, laterMigration, laterMigration]), /same id/);
    });

    it('copy the file first when it holds anything, privately, and let the copy go after two weeks', async () => {
      const store = await open();
      assert(!readdirSync(dataDir).some((name) => name.includes('before-migration')));
      await store.append(things, [thing('a')]);
      await store.migrate([...contractMigrations, laterMigration]);
      const name = readdirSync(dataDir).find((one) => one.includes('before-migration'));
      const file = join(dataDir, String(name));
      assert.equal(name, 'vestnik.sqlite.before-migration-1');
      assert.equal(statSync(file).mode & 0o077, 0);
      const copy = openDatabase(file, { readOnly: true });
      assert.equal(copy.prepare('SELECT count(*) AS n FROM things').get()?.['n'], 1);
      assert.equal(copy.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'later'`).get(), undefined);
      copy.close();
      const threeWeeksAgo = new Date(Date.now() - 21 * 24 * 3_600_000);
      utimesSync(file, threeWeeksAgo, threeWeeksAgo);
      await store.migrate([...contractMigrations, laterMigration]);
      assert(!readdirSync(dataDir).some((one) => one.includes('before-migration')));
    });

    it('do not take a copy that was cut short for a copy', async () => {
      const store = await open();
      writeFileSync(join(dataDir, 'vestnik.sqlite.before-migration-1.partial'), 'half a copy');
      await store.migrate([...contractMigrations, laterMigration]);
      const copy = openDatabase(join(dataDir, 'vestnik.sqlite.before-migration-1'), { readOnly: true });
      assert.equal(copy.prepare('SELECT count(*) AS n FROM things').get()?.['n'], 0);
      copy.close();
      assert(!readdirSync(dataDir).some((one) => one.endsWith('.partial')));
    });
  });
});
