import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { openDatabase, type SqliteDatabase } from './sqlite-binding.js';
import { Checkpoints } from './sqlite-checkpoints.js';
import { SCRUB_LIMITS, Scrubber } from './sqlite-scrub.js';

describe('Scrubbing', function () {
  this.timeout(120_000);
  let file: string;
  let database: SqliteDatabase;
  let scrubber: Scrubber;
  const open = (limits = SCRUB_LIMITS) => {
    file = join(temporaryFolder('scrub'), 'store.sqlite');
    database = openDatabase(file);
    // All but secure_delete keep the tests quick; the file is what the engine's would be.
    for (const pragma of ['journal_mode = WAL', 'synchronous = OFF', 'secure_delete = ON', 'cache_size = -65536'])
      database.exec(`PRAGMA ${pragma}`);
    database.exec('CREATE TABLE "large" ("id" TEXT PRIMARY KEY, "word" TEXT, "more" TEXT)');
    database.exec('CREATE TABLE "small" ("id" TEXT PRIMARY KEY, "word" TEXT, "more" TEXT) WITHOUT ROWID');
    for (const table of TABLES) database.exec(`CREATE INDEX "${table}_word" ON "${table}" ("word")`);
    scrubber = new Scrubber(database, file, limits);
  };
  const close = async () => {
    await scrubber.stop();
    database.close();
    scrubber.close();
  };
  beforeEach(() => open());
  afterEach(close);

  const wordOf = (id: string) => `word-of-${id}.`;
  const insert = (table: string, id: string, length: number) =>
    database.prepare(`INSERT INTO "${table}" VALUES (?, ?, ?)`).run(id, wordOf(id), 'm'.repeat(length));
  const grow = (table: string, id: string, length: number) =>
    database.prepare(`UPDATE "${table}" SET "more" = ? WHERE "id" = ?`).run('g'.repeat(length), id);
  const remove = (table: string, id: string) => database.prepare(`DELETE FROM "${table}" WHERE "id" = ?`).run(id);
  const rowsOf = (table: string) =>
    database
      .prepare(`SELECT "id", "word", length("more") AS "length" FROM "${table}" ORDER BY "id"`)
      .all()
      .map((row) => ({ ...row }));
  const onDisk = () => ['', '-wal'].map((end) => readFileSync(`${file}${end}`, 'latin1')).join('');
  const leftOf = (ids: Iterable<string>) => {
    const disk = onDisk();
    return [...ids].filter((id) => disk.includes(wordOf(id)));
  };
  const whole = () => assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');

  /** People come in no order, are told more of, and every third goes. @returns who went */
  function comeAndGo(table: string, people: number, from: number): string[] {
    const random = sequence(from);
    const ids = Array.from({ length: people }, (_, n) => `${Math.floor(random() * 1e9)}-${from}-${n}`);
    for (const [n, id] of ids.entries()) {
      insert(table, id, 100 + Math.floor(random() * 400));
      if (random() < 0.7) grow(table, ids[Math.floor(random() * (n + 1))] ?? id, 300 + Math.floor(random() * 400));
    }
    const gone = ids.filter((_, n) => n % 3 === 0);
    for (const id of gone) remove(table, id);
    return gone;
  }

  it('overwrites copies that rows leave where they moved from, which deleting them does not reach', async () => {
    const gone = TABLES.flatMap((table) =>
      Array.from({ length: 40 }, (_, n) => comeAndGo(table, 60, n)).flatMap((some) => some),
    );
    const before = TABLES.map(rowsOf);
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    assert.ok(leftOf(gone).length > 0, 'or SQLite does it by now');
    assert.equal(await scrubber.scrub(), true);
    assert.deepEqual(leftOf(gone), []);
    assert.deepEqual(TABLES.map(rowsOf), before);
    // Nor does the connection remember them: what it writes next are whole pages.
    for (const table of TABLES)
      database.exec(`UPDATE "${table}" SET "more" = replace(replace("more", 'm', 'n'), 'g', 'h')`);
    assert.deepEqual(leftOf(gone), []);
    whole();
  });

  it('leaves nothing of what was deleted and all of what was not, whatever was written', async () => {
    const act = fc.record({
      what: fc.constantFrom('insert', 'insert', 'insert', 'grow', 'grow', 'remove'),
      table: fc.constantFrom(...TABLES),
      who: fc.nat(120),
      length: fc.nat(2_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 50, maxLength: 400 }), async (acts) => {
        await close();
        open();
        const known = new Map<string, Map<string, number>>(TABLES.map((table) => [table, new Map()]));
        const gone = new Set<string>();
        for (const { what, table, who, length } of acts) {
          const id = `${(who * 7_919) % 1_000}-${table}`;
          const rows = known.get(table);
          if (what === 'insert' && !rows?.has(id)) insert(table, id, length);
          else if (what === 'grow' && rows?.has(id)) grow(table, id, length);
          else if (what === 'remove' && rows?.delete(id)) {
            remove(table, id);
            gone.add(id);
            continue;
          } else continue;
          rows?.set(id, length);
          gone.delete(id);
        }
        assert.equal(await scrubber.scrub(), true);
        assert.deepEqual(leftOf(gone), []);
        for (const [table, rows] of known)
          assert.deepEqual(
            rowsOf(table),
            [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, length]) => ({ id, word: wordOf(id), length })),
          );
        whole();
      }),
      { numRuns: 40 },
    );
  });

  it('harms nothing that is written meanwhile, checkpoints of the other thread included', async () => {
    await close();
    open({ ...SCRUB_LIMITS, pagesAtOnce: 5 });
    const checkpoints = new Checkpoints(database, file, { pages: 20, everyMs: 1 });
    const gone = comeAndGo('large', 3_000, 1);
    let isOver = false;
    const scrubbed = scrubber.scrub().finally(() => (isOver = true));
    const random = sequence(9);
    const written: string[] = [];
    for (let n = 0; !isOver || n < 500; n += 1) {
      const id = `${Math.floor(random() * 1e9)}-new-${n}`;
      insert('large', id, Math.floor(random() * 600));
      grow('large', written[Math.floor(random() * n)] ?? id, Math.floor(random() * 900));
      written.push(id);
      checkpoints.committed();
      await turn();
    }
    assert.equal(await scrubbed, true);
    assert.deepEqual(leftOf(gone), []);
    const ids = new Set(rowsOf('large').map(({ id }) => id));
    assert.deepEqual(
      written.filter((id) => !ids.has(id)),
      [],
    );
    assert.equal(ids.size, 2_000 + written.length);
    await checkpoints.close();
    whole();
  });

  it('says that it is to be asked again while somebody reads or writes, and is done when they are', async () => {
    await close();
    open({ ...SCRUB_LIMITS, tries: 2, pauseMs: 1 });
    const gone = comeAndGo('small', 300, 3);
    const other = openDatabase(file);
    for (const busy of ['BEGIN; SELECT count(*) FROM "small"', 'BEGIN IMMEDIATE']) {
      other.exec(busy);
      assert.equal(await scrubber.scrub(), false);
      other.exec('ROLLBACK');
    }
    other.close();
    assert.equal(await scrubber.scrub(), true);
    assert.deepEqual(leftOf(gone), []);
    whole();
  });

  it('is one for all who ask before it begins, and another for those who ask later', async () => {
    const first = scrubber.scrub();
    assert.equal(scrubber.scrub(), first);
    await turn();
    const second = scrubber.scrub();
    assert.notEqual(second, first);
    assert.deepEqual(await Promise.all([first, second]), [true, true]);
  });

  it('comes to an end with the store, and does nothing after it', async () => {
    comeAndGo('large', 3_000, 4);
    const running = scrubber.scrub();
    await turn();
    await scrubber.stop();
    assert.equal(typeof (await running), 'boolean');
    assert.equal(await scrubber.scrub(), false);
  });
});

const TABLES = ['large', 'small'];

/** Numbers from 0 to 1 that are the same in every run. */
function sequence(from: number): () => number {
  let state = from + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
