import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  StoreUnavailable,
  type CommitOutcome,
  type Engine,
  type Lease,
  type Op,
  type Patch,
  type Query,
  type Where,
} from './engine.js';
import { migrateSqlite } from './sqlite-migrate.js';
import { fromSql, openDatabase, toSql, troubleOf, type SqliteDatabase, type SqlRow, type SqlValue, type Statement } from './sqlite-binding.js';
import { insertSql, selectSql, updateSql, whereSql } from './sqlite-sql.js';
import { SqliteWriter, WRITER_LIMITS, type WriterLimits } from './sqlite-writer.js';
import type { AnyRow, AnyTable, Migration, Table } from './table.js';

export const SQLITE_FILE = 'vestnik.sqlite';

export type SqliteOptions = {
  readonly dataDir: string;
  readonly limits?: WriterLimits;
  /** Told where the process is, so that a test may kill it there. */
  readonly onPoint?: (point: string) => void;
};

/** Another process works with this data folder. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/** Holds the operating system's lock on the data folder until the process ends, however it ends: SQLite's own lock on a file made for
 *  it, since Node has no flock. @throws StoreInUse */
export function lockDataDir(dataDir: string): SqliteDatabase {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = openDatabase(join(dataDir, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (troubleOf(error) === 'busy') throw new StoreInUse(`another Vestnik works with the data folder ${dataDir}`, { cause: error });
    throw error;
  }
}

class Conflict extends Error {}

/** Opens the store in `dataDir`, alone. @throws StoreInUse when another process has it */
export function openSqlite(options: SqliteOptions): Engine {
  const lock = lockDataDir(options.dataDir);
  const file = join(options.dataDir, SQLITE_FILE);
  let database: SqliteDatabase;
  try {
    database = openDatabase(file);
    database.exec('PRAGMA journal_mode = WAL');
    // FULL: a commit that was answered survives a power cut. fullfsync matters on macOS alone, where fsync does not reach the disk.
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA fullfsync = ON');
    database.exec('PRAGMA secure_delete = ON');
    database.exec('PRAGMA cache_size = -65536');
    database.exec('PRAGMA temp_store = MEMORY');
    database.exec('PRAGMA wal_autocheckpoint = 4000');
  } catch (error) {
    lock.close();
    throw error;
  }
  return new SqliteEngine(database, lock, file, options);
}

class SqliteEngine implements Engine {
  readonly kind = 'sqlite';
  readonly #database: SqliteDatabase;
  readonly #lock: SqliteDatabase;
  readonly #file: string;
  readonly #writer: SqliteWriter;
  readonly #statements = new Map<string, Statement>();
  readonly #decoders = new Map<AnyTable, (row: SqlRow) => AnyRow>();

  constructor(database: SqliteDatabase, lock: SqliteDatabase, file: string, options: SqliteOptions) {
    this.#database = database;
    this.#lock = lock;
    this.#file = file;
    this.#writer = new SqliteWriter(database, options.limits ?? WRITER_LIMITS, options.onPoint);
  }

  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined> {
    return this.#read(() => {
      const row = this.#statement(`SELECT * FROM "${table.name}" WHERE "id" = ?`).get(id);
      return row && this.#decode(table, row);
    });
  }

  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.#read(() => {
      if (ids.length > 8) return this.#all(table, { where: { id: { in: ids } }, limit: ids.length } as Query<Row>);
      const statement = this.#statement(`SELECT * FROM "${table.name}" WHERE "id" = ?`);
      return ids.flatMap((id) => {
        const row = statement.get(id);
        return row ? [this.#decode(table, row)] : [];
      });
    });
  }

  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]> {
    return this.#read(() => this.#all(table, query));
  }

  count<Row extends AnyRow>(table: Table<Row>, where: Where<Row>): Promise<number> {
    return this.#read(() => {
      const bound = whereSql(table, where as Where<Record<string, unknown>>);
      return Number(this.#statement(`SELECT count(*) AS n FROM "${table.name}"${bound.sql}`).get(...bound.values)?.['n'] ?? 0);
    });
  }

  append<Row extends AnyRow>(table: Table<Row>, rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return Promise.resolve(0);
    return this.#writer.submit(() => {
      const statement = this.#statement(insertSql(table, 'INSERT OR IGNORE'));
      let added = 0;
      for (const row of rows) added += Number(statement.run(...this.#encode(table, row)).changes);
      return added;
    }, false);
  }

  async commit(ops: readonly Op[]): Promise<CommitOutcome> {
    try {
      await this.#writer.submit(() => {
        for (const op of ops) this.#apply(op);
      }, true);
      return 'committed';
    } catch (error) {
      if (error instanceof Conflict) return 'conflict';
      throw error;
    }
  }

  patchMany<Row extends AnyRow>(table: Table<Row>, patches: readonly Patch<Row>[]): Promise<string[]> {
    if (patches.length === 0) return Promise.resolve([]);
    return this.#writer.submit(() => {
      const met: string[] = [];
      for (const patch of patches) {
        if (this.#update(table, patch.id, patch.set as Record<string, unknown>, (patch.when ?? {}) as Record<string, unknown>)) met.push(patch.id);
      }
      return met;
    }, false);
  }

  removeMany(table: AnyTable, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return Promise.resolve(0);
    return this.#writer.submit(() => {
      const statement = this.#statement(`DELETE FROM "${table.name}" WHERE "id" = ?`);
      let gone = 0;
      for (const id of ids) gone += Number(statement.run(id).changes);
      return gone;
    }, false);
  }

  /** The process lock is the only lease (DESIGN §2 "Work is owned by partition"); the fence counts the openings of the store. */
  lease(name: string, _holder: string, forMs: number): Promise<Lease | undefined> {
    return Promise.resolve({ name, fence: 1, remainingMs: () => forMs });
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  check(): Promise<void> {
    return this.#writer.submit(() => {
      this.#database.exec('CREATE TABLE IF NOT EXISTS "pulse" ("id" INTEGER PRIMARY KEY, "beats" INTEGER NOT NULL)');
      this.#statement('INSERT INTO "pulse" VALUES (1, 1) ON CONFLICT ("id") DO UPDATE SET "beats" = "beats" + 1').run();
    }, false);
  }

  migrate(migrations: readonly Migration[]): Promise<void> {
    migrateSqlite(this.#database, this.#file, migrations);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#writer.close();
    this.#statements.clear();
    this.#database.close();
    this.#lock.close();
    return Promise.resolve();
  }

  #apply(op: Op): void {
    switch (op.op) {
      case 'insert': {
        const { changes } = this.#statement(insertSql(op.table, 'INSERT OR IGNORE')).run(...this.#encode(op.table, op.row));
        if (Number(changes) === 0 && op.ifExists === 'conflict') throw new Conflict();
        return;
      }
      case 'set':
        if (!this.#update(op.table, op.id, op.set, op.when) && op.otherwise === 'conflict') throw new Conflict();
        return;
      case 'put':
        this.#statement(insertSql(op.table, 'INSERT OR REPLACE')).run(...this.#encode(op.table, op.row));
        return;
      case 'remove':
        this.#statement(`DELETE FROM "${op.table.name}" WHERE "id" = ?`).run(op.id);
    }
  }

  #update(table: AnyTable, id: string, set: Record<string, unknown>, when: Record<string, unknown>): boolean {
    const bound = updateSql(table, id, set, when);
    return Number(this.#statement(bound.sql).run(...bound.values).changes) > 0;
  }

  #all<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Row[] {
    const bound = selectSql(table, query as unknown as Query<Record<string, unknown>>);
    return this.#statement(bound.sql)
      .all(...bound.values)
      .map((row) => this.#decode(table, row));
  }

  /** Statements are few: their texts hold names and shapes, never values. */
  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #encode(table: AnyTable, row: AnyRow): SqlValue[] {
    const values: SqlValue[] = [];
    for (const field in table.columns) {
      const column = table.columns[field];
      if (!column) continue;
      const value = toSql(column.type, (row as Record<string, unknown>)[field]);
      // INSERT OR IGNORE would drop such a row without a word.
      if (value === null && !column.optional) throw new TypeError(`${table.name}.${field} may not be empty`);
      values.push(value);
    }
    return values;
  }

  #decode<Row extends AnyRow>(table: Table<Row>, row: SqlRow): Row {
    let decode = this.#decoders.get(table);
    if (!decode) {
      const columns = Object.entries(table.columns).map(([field, column]) => [field, column.type] as const);
      decode = (from) => {
        const decoded: Record<string, unknown> = {};
        for (const [field, type] of columns) decoded[field] = fromSql(type, from[field]);
        return decoded as AnyRow;
      };
      this.#decoders.set(table, decode);
    }
    return decode(row) as Row;
  }

  #read<Result>(read: () => Result): Promise<Result> {
    try {
      return Promise.resolve(read());
    } catch (error) {
      return Promise.reject(troubleOf(error) === 'other' ? error : new StoreUnavailable('the store cannot be read', { cause: error }));
    }
  }
}
