import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { contractMigrations, thing, things } from './engine.contract.js';
import { openDatabase, type SqliteDatabase } from './sqlite-binding.js';
import { Checkpoints } from './sqlite-checkpoints.js';
import { openSqlite } from './sqlite-engine.js';

const PAGE = 4_096;

describe('Checkpoints in a thread of their own', function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  let database: SqliteDatabase;
  let checkpoints: Checkpoints | undefined;
  beforeEach(() => {
    folder = temporaryFolder('checkpoints');
    file = join(folder, 'store.sqlite');
    database = openDatabase(file);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000');
    database.exec('CREATE TABLE "page" ("id" INTEGER PRIMARY KEY, "bytes" BLOB NOT NULL)');
  });
  afterEach(async () => {
    await checkpoints?.close();
    checkpoints = undefined;
    database.close();
  });

  /** A commit of about so many pages. */
  const write = (pages: number) => {
    database.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${pages}) ` +
        `INSERT INTO "page" ("bytes") SELECT randomblob(${PAGE - 100}) FROM n`,
    );
    checkpoints?.committed();
  };
  const until = async (check: () => boolean, limitMs = 20_000) => {
    for (const started = performance.now(); !check(); await new Promise((resolve) => setTimeout(resolve, 5)))
      if (performance.now() - started > limitMs) assert.fail('it did not come to pass');
  };
  const autoCheckpoint = () => Number(database.prepare('PRAGMA wal_autocheckpoint').get()?.['wal_autocheckpoint']);

  it('empty the log when so many pages are in it, and keep it from growing while more is written', async () => {
    checkpoints = new Checkpoints(database, file, { pages: 200, everyMs: 2 });
    let commits = 0;
    await until(() => {
      write(20);
      commits += 1;
      return commits >= 1_000;
    });
    const own = checkpoints;
    await until(() => {
      if (own.pending() < 200) return true;
      own.committed();
      return false;
    });
    assert.ok(statSync(`${file}-wal`).size < 4_000 * PAGE, `${statSync(`${file}-wal`).size} bytes for 20,000 pages`);
    assert.equal(Number(database.prepare('SELECT count(*) AS n FROM "page"').get()?.['n']), 20_000);
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
  });

  it('wait for whoever reads what the log holds, and empty it when they are done', async () => {
    checkpoints = new Checkpoints(database, file, { pages: 50, everyMs: 2 });
    write(10);
    const reader = openDatabase(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM "page"').get();
    for (let round = 0; round < 100; round += 1) {
      write(10);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.ok(checkpoints.pending() >= 900, 'nothing of it is overwritten while it is read');
    reader.exec('COMMIT');
    reader.close();
    const own = checkpoints;
    await until(() => {
      write(1);
      return own.pending() < 50;
    });
  });

  it('are left to SQLite where little is written: there is no thread then', async () => {
    checkpoints = new Checkpoints(database, file, { pages: 200, everyMs: 2 });
    write(20);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(autoCheckpoint(), 4_000);
    assert.ok(checkpoints.pending() > 0);
  });

  for (const [name, code] of [
    ['ends', 'process.exit(1)'],
    ['cannot be had', "throw new Error('no')"],
  ] as const)
    it(`are left to SQLite again when the thread ${name}`, async () => {
      const thread = join(folder, 'thread.mjs');
      writeFileSync(thread, code);
      checkpoints = new Checkpoints(database, file, { pages: 50, everyMs: 2 }, pathToFileURL(thread));
      write(100);
      await until(() => autoCheckpoint() === 32_000);
      await until(() => autoCheckpoint() === 4_000);
      write(5_000);
      assert.ok(Number(checkpoints.pending()) < 4_000, 'SQLite made one');
    });

  it('end with the store, which holds whatever was written', async () => {
    const dataDir = join(folder, 'data');
    const engine = openSqlite({ dataDir });
    await engine.migrate(contractMigrations);
    const bytes = new Uint8Array(20_000);
    for (let round = 0; round < 30; round += 1)
      await engine.append(
        things,
        Array.from({ length: 40 }, (_, row) => thing(`${round}-${row}`, { bytes })),
      );
    await engine.close();
    const again = openSqlite({ dataDir });
    assert.equal(await again.count(things, {}), 1_200);
    await again.close();
  });
});
