import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkIds, MAX_IDS } from './conditions.js';
import { lockDataDir, MEDIA_FOLDER, SQLITE_FILE, touchPrivate } from './data-dir.js';
import { DiskFiles } from './disk-files.js';
import type { Files } from './files.js';
import type { CommitOutcome, Engine, Lease, Op, Patch, PatchOrRow, Query, Where, WherePatch } from './engine.js';
import { refuseUnique, storable } from './row-values.js';
import { migrateSqlite } from './sqlite-migrate.js';
import { openDatabase, prepareRows, toSql, troubleOf } from './sqlite-binding.js';
import type { RowStatement, SqliteDatabase, SqlValue, Statement } from './sqlite-binding.js';
import { AUTO_CHECKPOINT, Checkpoints } from './sqlite-checkpoints.js';
import { encode, readerOf, type Reader } from './sqlite-rows.js';
import { Scrubber } from './sqlite-scrub.js';
import { insertSql, removeSql, selectSql, whereSql, type Bound } from './sqlite-sql.js';
import { manyAtOnce, updateSql, type BoundUpdate } from './sqlite-update.js';
import { SqliteWriter, unavailable, WRITER_LIMITS, type WriterLimits } from './sqlite-writer.js';
import type { AnyRow, AnyTable, Migration, Table } from './table.js';

export { lockDataDir, SQLITE_FILE, StoreInUse } from './data-dir.js';

export type SqliteOptions = {
  readonly dataDir: string;
  readonly limits?: WriterLimits;
  /** Told where the process is, so that a test may kill it there. */
  readonly onPoint?: (point: string) => void;
  /** Handed the connection, so that a test may fill the disk. */
  readonly onOpen?: (database: SqliteDatabase) => void;
};

const PULSE_BYTES = 65_536;
const BUSY_PAUSE_MS = 50;
const OPEN_PATIENCE_MS = 2_000;

class Conflict extends Error {}

/** Opens the store in `dataDir`, alone. @throws StoreInUse when another process has it */
export function openSqlite(options: SqliteOptions): Engine {
  const lock = lockDataDir(options.dataDir);
  const file = join(options.dataDir, SQLITE_FILE);
  let database: SqliteDatabase | undefined;
  try {
    touchPrivate(file);
    database = openPatiently(file);
    options.onOpen?.(database);
    return new SqliteEngine(database, lock, file, options);
  } catch (error) {
    database?.close();
    lock.close();
    throw unavailable(error);
  }
}

/** Whoever had the file before may still be emptying its log. Nobody waits for this process yet, so that it may sleep. */
function openPatiently(file: string): SqliteDatabase {
  for (const started = performance.now(); ; Atomics.wait(NEVER, 0, 0, BUSY_PAUSE_MS)) {
    const database = openDatabase(file);
    try {
      for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`);
      return database;
    } catch (error) {
      database.close();
      if (troubleOf(error) !== 'busy' || performance.now() - started > OPEN_PATIENCE_MS) throw error;
    }
  }
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

const PRAGMAS = [
  'journal_mode = WAL',
  // FULL: a commit that was answered survives a power cut. fullfsync matters on macOS alone, where fsync does not reach the disk.
  'synchronous = FULL',
  'fullfsync = ON',
  'secure_delete = ON',
  'cache_size = -65536',
  'temp_store = MEMORY',
  `wal_autocheckpoint = ${AUTO_CHECKPOINT}`,
  // A long reader (a backup) lets the WAL grow; afterwards it shrinks to this again.
  'journal_size_limit = 67108864',
];

class SqliteEngine implements Engine {
  readonly kind = 'sqlite';
  readonly files: Files;
  readonly #database: SqliteDatabase;
  readonly #lock: SqliteDatabase;
  readonly #file: string;
  readonly #writer: SqliteWriter;
  readonly #checkpoints: Checkpoints;
  readonly #scrubber: Scrubber;
  readonly #onPoint: (point: string) => void;
  readonly #statements = new Map<string, Statement>();
  readonly #rowStatements = new Map<string, RowStatement>();
  readonly #readers = new Map<string, Reader>();
  #fence: Promise<number> | undefined;
  #closed = false;

  constructor(database: SqliteDatabase, lock: SqliteDatabase, file: string, options: SqliteOptions) {
    this.files = new DiskFiles(join(options.dataDir, MEDIA_FOLDER));
    this.#database = database;
    this.#lock = lock;
    this.#file = file;
    this.#onPoint = options.onPoint ?? (() => undefined);
    this.#checkpoints = new Checkpoints(database, file);
    this.#scrubber = new Scrubber(database, file);
    this.#writer = new SqliteWriter(database, options.limits ?? WRITER_LIMITS, this.#onPoint, () =>
      this.#checkpoints.committed(),
    );
  }

  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined> {
    return this.#read(() => this.#one(table, id));
  }

  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[], fields?: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.#read(() => {
      const wanted = new Set(checkIds(ids));
      if (wanted.size > 8)
        return this.#all(table, { where: { id: { in: [...wanted] } }, limit: MAX_IDS } as Query<Row>, fields);
      return [...wanted].map((id) => this.#one(table, id, fields)).filter((row) => row !== undefined);
    });
  }

  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]> {
    return this.#read(() => this.#all(table, query));
  }

  count<Row extends AnyRow>(table: Table<Row>, where: Where<Row>): Promise<number> {
    return this.#read(() => {
      const bound = whereSql(table, where as Where<Record<string, unknown>>);
      const counted = this.#statement(`SELECT count(*) AS n FROM "${table.name}"${bound.sql}`).get(...bound.values);
      return Number(counted?.['n'] ?? 0);
    });
  }

  async append<Row extends AnyRow>(table: Table<Row>, rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return 0;
    // Encoded before it joins a group, here and below: what a caller got wrong is said to that caller alone.
    const encoded = rows.map((row) => encode(table, row));
    return this.#writer.submit(
      () => {
        let added = 0;
        for (const values of encoded) added += this.#append(table, values);
        return added;
      },
      { isOne: encoded.length === 1, isFirst: true },
    );
  }

  async patchOrAppend<Patched extends AnyRow, Row extends AnyRow>(
    patched: Table<Patched>,
    table: Table<Row>,
    items: readonly PatchOrRow<Patched, Row>[],
  ): Promise<{ patched: number; added: number }> {
    const writes = items.map(({ patch, row }) => ({ row, write: patch && boundPatch(patched, patch) }));
    return this.#writer.submit(
      () => {
        const counts = { patched: 0, added: 0 };
        for (const { row, write } of writes)
          if (write && this.#run(write)) counts.patched += 1;
          else counts.added += this.#append(table, encode(table, row()));
        return counts;
      },
      { isOne: writes.length === 1, isFirst: true },
    );
  }

  async commit(ops: readonly Op[]): Promise<CommitOutcome> {
    const writes = ops.map(boundOp);
    try {
      await this.#writer.submit(
        () => {
          for (const write of writes) if (!this.#run(write) && write.strict) throw new Conflict();
        },
        { isOne: writes.length === 1 },
      );
      return 'committed';
    } catch (error) {
      if (error instanceof Conflict || troubleOf(error) === 'taken') return 'conflict';
      throw error;
    }
  }

  async patchMany<Row extends AnyRow>(table: Table<Row>, patches: readonly Patch<Row>[]): Promise<string[]> {
    if (patches.length === 0) return [];
    const writes = patches.map((patch) => boundPatch(table, patch));
    const same = manyAtOnce(writes);
    if (same) return this.#writer.submit(() => this.#runMany(same, writes), { isOne: true });
    return this.#writer.submit(() => writes.filter((write) => this.#run(write)).map((write) => write.id), {
      isOne: writes.length === 1,
    });
  }

  async removeMany(table: AnyTable, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const removal = removeSql(table, ids);
    return this.#writer.submit(() => Number(this.#statement(removal.sql).run(...removal.values).changes), {
      isOne: true,
    });
  }

  /** The process lock is the only lease (DESIGN §2 "Work is owned by partition"); the fence counts the openings of the store. */
  async lease(name: string, _holder: string, forMs: number): Promise<Lease | undefined> {
    this.#fence ??= this.#writer.submit(() => this.#countOpening());
    try {
      return { name, fence: await this.#fence, remainingMs: () => (this.#closed ? 0 : forMs) };
    } catch (error) {
      this.#fence = undefined;
      throw error;
    }
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  /** A row as large as any: small ones may still find room in a store that is full. */
  async check(): Promise<void> {
    await this.#writer.submit(() => {
      this.#database.exec('CREATE TABLE IF NOT EXISTS "pulse" ("id" INTEGER PRIMARY KEY, "beat" BLOB NOT NULL)');
      this.#statement('INSERT OR REPLACE INTO "pulse" VALUES (1, randomblob(?))').run(PULSE_BYTES);
      this.#statement('DELETE FROM "pulse"').run();
    });
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    const started = performance.now();
    for (;;) {
      try {
        migrateSqlite(this.#database, this.#file, migrations, this.#onPoint);
        return;
      } catch (error) {
        if (troubleOf(error) !== 'busy' || performance.now() - started > WRITER_LIMITS.busyMs) throw unavailable(error);
        await sleep(BUSY_PAUSE_MS);
      }
    }
  }

  async scrub(): Promise<boolean> {
    try {
      return await this.#scrubber.scrub();
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#writer.close();
    await this.#scrubber.stop();
    // Nobody of this process has the file open when the lock is free.
    await this.#checkpoints.close();
    this.#statements.clear();
    this.#rowStatements.clear();
    this.#database.close();
    this.#scrubber.close();
    this.#lock.close();
  }

  /** @returns how many rows it added: none if it is there */
  #append(table: AnyTable, values: readonly SqlValue[]): number {
    return Number(this.#statement(insertSql(table, 'append')).run(...values).changes);
  }

  /** @returns whether it changed a row */
  #run(bound: Bound): boolean {
    return Number(this.#statement(bound.sql).run(...bound.values).changes) > 0;
  }

  /** One statement for many rows. @returns ids of those that it changed, in the order given */
  #runMany(bound: Bound, writes: readonly { readonly id: string }[]): string[] {
    const changed = new Set(
      this.#rowStatement(bound.sql)
        .all(...bound.values)
        .map(([id]) => id),
    );
    return writes.filter(({ id }) => changed.has(id)).map(({ id }) => id);
  }

  #countOpening(): number {
    this.#database.exec('CREATE TABLE IF NOT EXISTS "openings" ("id" INTEGER PRIMARY KEY, "number" INTEGER NOT NULL)');
    const count = `INSERT INTO "openings" VALUES (1, 1) ON CONFLICT DO UPDATE SET "number" = "number" + 1 RETURNING "number"`;
    return Number(this.#database.prepare(count).get()?.['number']);
  }

  #one<Row extends AnyRow>(table: Table<Row>, id: string, fields?: readonly string[]): Row | undefined {
    const reader = this.#reader(table, fields);
    const row = this.#rowStatement(`${reader.select} WHERE "id" = ?`).get(toSql('text', storable(table, 'id', id)));
    return row && (reader.decode(row) as Row);
  }

  #all<Row extends AnyRow>(table: Table<Row>, query: Query<Row>, fields?: readonly string[]): Row[] {
    const { select, decode } = this.#reader(table, fields);
    const bound = selectSql(table, query as unknown as Query<Record<string, unknown>>, select);
    return this.#rowStatement(bound.sql)
      .all(...bound.values)
      .map((row) => decode(row) as Row);
  }

  /** Statements are few: their texts hold names and shapes, never values. */
  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #rowStatement(sql: string): RowStatement {
    let statement = this.#rowStatements.get(sql);
    if (!statement) this.#rowStatements.set(sql, (statement = prepareRows(this.#database, sql)));
    return statement;
  }

  #reader(table: AnyTable, fields: readonly string[] | undefined): Reader {
    const name = fields ? `${table.name} ${fields.join()}` : table.name;
    let reader = this.#readers.get(name);
    if (!reader) this.#readers.set(name, (reader = readerOf(table, fields ?? Object.keys(table.columns))));
    return reader;
  }

  #read<Result>(read: () => Result): Promise<Result> {
    try {
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(unavailable(error) as Error);
    }
  }
}

function boundPatch<Row extends AnyRow>(
  table: Table<Row>,
  { id, set, when = {} }: Patch<Row> | WherePatch<Row>,
): BoundUpdate {
  refuseUnique(table, set as Record<string, unknown>);
  return updateSql(table, id, set as Record<string, unknown>, when as Where<Record<string, unknown>>);
}

/** `strict`: it must change a row, else the commit is a conflict. */
function boundOp(op: Op): Bound & { readonly strict: boolean } {
  switch (op.op) {
    case 'insert':
      return {
        sql: insertSql(op.table, 'insert'),
        values: encode(op.table, op.row),
        strict: op.ifExists === 'conflict',
      };
    case 'set':
      return { ...updateSql(op.table, op.id, op.set, op.when), strict: op.otherwise === 'conflict' };
    case 'put':
      return { sql: insertSql(op.table, 'put'), values: encode(op.table, op.row), strict: false };
    case 'remove':
      return { ...removeSql(op.table, [op.id]), strict: false };
  }
}
