import { performance } from 'node:perf_hooks';
import { Schema, type Connection } from 'mongoose';
import { checkIds, checkLimit } from './conditions.js';
import { StoreUnavailable, type CommitOutcome, type Engine, type Lease, type Op, type Patch } from './engine.js';
import type { Query, Where } from './engine.js';
import type { Files } from './files.js';
import { decodeRow, documentOf, filterOf, projectionOf, sortOf } from './mongo-documents.js';
import type { Collection, Document } from './mongo-driver.js';
import { asUnavailable, duplicatesOf, failedOperations } from './mongo-errors.js';
import { GatheredReads } from './gathered-reads.js';
import { MongoGroups } from './mongo-groups.js';
import { grantOf, LEASES, takeLease } from './mongo-leases.js';
import { MongoFiles } from './mongo-files.js';
import { ensureCollection, migrateMongo } from './mongo-migrate.js';
import { commitGroup } from './mongo-transactions.js';
import { NO_MATCH, patchOperation, prepareCommit, type PreparedCommit } from './mongo-writes.js';
import { columnOf, storable } from './row-values.js';
import type { AnyRow, AnyTable, Migration, Table } from './table.js';

const PULSE = 'pulse';
/** Nobody waits longer for an answer: the door must say 503 within 5 s (DESIGN §4.1). */
const LIMIT_MS = 4_500;
const CLOSE_LIMIT_MS = 6_000;

type Loose = Where<Record<string, unknown>>;

/** The engine over an open connection; see `openMongo`. */
export class MongoEngine implements Engine {
  readonly kind = 'mongodb';
  readonly files: Files;
  readonly #connection: Connection;
  readonly #onPoint: (point: string) => void;
  readonly #onClose: () => void;
  readonly #collections = new Map<string, Collection>();
  readonly #appends = new Map<AnyTable, MongoGroups<readonly Document[], number>>();
  readonly #commits: MongoGroups<PreparedCommit, CommitOutcome>;
  readonly #reads = new Map<string, GatheredReads<Document>>();
  #closed = false;

  constructor(connection: Connection, onPoint: (point: string) => void, onClose: () => void) {
    this.#connection = connection;
    this.files = new MongoFiles(connection);
    this.#onPoint = onPoint;
    this.#onClose = onClose;
    const host = { connection, collection: (table: AnyTable) => this.#collection(table), onPoint };
    this.#commits = new MongoGroups<PreparedCommit, CommitOutcome>({
      gatherMs: 15,
      maxGroup: 60,
      maxInFlight: 3,
      limitMs: LIMIT_MS,
      run: (commits) => commitGroup(host, commits),
    });
  }

  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined> {
    return this.#guard(async () => {
      const document = await this.#collection(table).findOne({ _id: storable(table, 'id', id) });
      return document ? decodeRow(table, document) : undefined;
    });
  }

  async getMany<Row extends AnyRow>(
    table: Table<Row>,
    ids: readonly string[],
    fields?: readonly string[],
  ): Promise<Row[]> {
    if (ids.length === 0) return [];
    const wanted = [...checkIds(ids)].map((id) => String(storable(table, 'id', id)));
    const found = await this.#readerOf(table, fields).read(wanted);
    return found.map((document) => decodeRow(table, document, fields) as Row);
  }

  #readerOf(table: AnyTable, fields: readonly string[] | undefined): GatheredReads<Document> {
    const name = `${table.name} ${fields?.join() ?? '*'}`;
    let reader = this.#reads.get(name);
    if (!reader) {
      const projection = fields && { projection: { ...projectionOf(table, fields), _id: 1 } };
      reader = new GatheredReads<Document>({
        gatherMs: 6,
        idOf: (document) => String(document['_id']),
        read: (ids) =>
          this.#guard(async () => {
            const filter = { _id: { $in: [...ids] } } as Document;
            const options = { limit: ids.length, batchSize: ids.length + 1, ...projection };
            return this.#collection(table).find(filter, options).toArray() as Promise<Document[]>;
          }),
      });
      this.#reads.set(name, reader);
    }
    return reader;
  }

  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]> {
    return this.#guard(async () => {
      const { where, orderBy = [] } = query;
      const limit = checkLimit(query.limit);
      const filter = filterOf(table, where as Loose);
      for (const [field] of orderBy) columnOf(table, field);
      if (limit === 0) return [];
      // One answer holds them all, unless they are more than 16 MiB: then the driver asks on.
      const cursor = this.#collection(table).find(filter, { limit, batchSize: limit + 1 });
      if (orderBy.length > 0) cursor.sort(sortOf(orderBy));
      return (await cursor.toArray()).map((document) => decodeRow(table, document as Document));
    });
  }

  count<Row extends AnyRow>(table: Table<Row>, where: Where<Row>): Promise<number> {
    return this.#guard(() => this.#collection(table).countDocuments(filterOf(table, where as Loose)));
  }

  async append<Row extends AnyRow>(table: Table<Row>, rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return 0;
    // Made ready before it joins a group, here and below: what a caller got wrong is said to that caller alone.
    const documents = rows.map((row) => documentOf(table, row));
    let groups = this.#appends.get(table);
    if (!groups) {
      groups = new MongoGroups<readonly Document[], number>({
        gatherMs: 15,
        maxGroup: 500,
        maxInFlight: 4,
        limitMs: LIMIT_MS,
        run: (members) => this.#appendGroup(table, members),
      });
      this.#appends.set(table, groups);
    }
    return groups.submit(documents);
  }

  async commit(ops: readonly Op[], serial?: string): Promise<CommitOutcome> {
    if (ops.length === 0) return 'committed';
    const commit = prepareCommit(ops);
    // Two commits of one group must not touch the same row: the bulk would mix their ops.
    return this.#commits.submit(commit, serial === undefined ? commit.rows : [...commit.rows, `serial/${serial}`]);
  }

  async patchMany<Row extends AnyRow>(table: Table<Row>, patches: readonly Patch<Row>[]): Promise<string[]> {
    if (patches.length === 0) return [];
    const operations = patches.map((patch) => patchOperation(table, patch));
    const ids = patches.map((patch) => patch.id);
    return this.#guard(async () => {
      try {
        await this.#collection(table).bulkWrite(operations, { ordered: false });
        return ids;
      } catch (error) {
        const failed = failedOperations(error);
        if (!failed || [...failed.values()].some((code) => code !== NO_MATCH)) throw error;
        return ids.filter((_, index) => !failed.has(index));
      }
    });
  }

  async removeMany(table: AnyTable, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const list = ids.map((id) => storable(table, 'id', id));
    return this.#guard(async () => (await this.#collection(table).deleteMany({ _id: { $in: list } })).deletedCount);
  }

  lease(name: string, holder: string, forMs: number): Promise<Lease | undefined> {
    return this.#guard(async () => {
      const askedAt = performance.now();
      const fence = await takeLease(this.#named(LEASES), name, holder, forMs);
      return fence === undefined ? undefined : grantOf(name, fence, askedAt + forMs);
    });
  }

  release(name: string, holder: string): Promise<void> {
    return this.#guard(async () => {
      await this.#named(LEASES).updateOne({ _id: name, holder }, { $set: { expiresAt: new Date(0) } });
    });
  }

  check(): Promise<void> {
    return this.#guard(async () => {
      await this.#named(PULSE).updateOne({ _id: PULSE }, { $inc: { beats: 1 } }, { upsert: true });
    });
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    try {
      await migrateMongo({
        collection: (name) => this.#named(name),
        ensure: (table) => ensureCollection(this.#connection, table),
        lease: (name, holder, forMs) => this.lease(name, holder, forMs),
        release: (name, holder) => this.release(name, holder),
        onPoint: this.#onPoint,
        migrations,
      });
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  scrub(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_LIMIT_MS)));
    await Promise.race([
      Promise.all([this.#commits, ...this.#appends.values()].map((groups) => groups.close())),
      limit,
    ]);
    clearTimeout(timer);
    await this.#connection.close();
  }

  #named(name: string): Collection {
    return this.#connection.collection(name) as Collection;
  }

  /** Hot paths use the driver's collection of a lean model: mongoose's own documents cost twice as much. */
  #collection(table: AnyTable): Collection {
    let collection = this.#collections.get(table.name);
    if (!collection) {
      const model = this.#connection.model(table.name, schemaOf(table), table.name);
      collection = model.collection as Collection;
      this.#collections.set(table.name, collection);
    }
    return collection;
  }

  async #appendGroup(
    table: AnyTable,
    members: readonly (readonly Document[])[],
  ): Promise<PromiseSettledResult<number>[]> {
    try {
      await this.#collection(table).insertMany(members.flat(), { ordered: false });
      return shareOut(members, new Set());
    } catch (error) {
      const known = duplicatesOf(error);
      if (!known) throw asUnavailable(error);
      return shareOut(members, known);
    }
  }

  /** Within the limit, and in our own terms. What is given up may still happen; nobody waits for it. */
  async #guard<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreUnavailable('the database does not answer')), LIMIT_MS);
    });
    try {
      return await Promise.race([run(), limit]);
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Shares the outcome of one insert out among those whose rows it held: `known` are positions in all of them together. */
function shareOut(
  members: readonly (readonly Document[])[],
  known: ReadonlySet<number>,
): PromiseSettledResult<number>[] {
  let position = 0;
  return members.map((rows) => {
    let fresh = 0;
    for (let index = 0; index < rows.length; index += 1) if (!known.has(position + index)) fresh += 1;
    position += rows.length;
    return { status: 'fulfilled', value: fresh };
  });
}

function schemaOf(table: AnyTable): Schema {
  const types = {
    text: String,
    integer: Number,
    real: Number,
    boolean: Boolean,
    json: Schema.Types.Mixed,
    blob: Buffer,
  };
  const fields = Object.entries(table.columns).map(([name, column]) => [
    name === 'id' ? '_id' : name,
    { type: types[column.type] },
  ]);
  return new Schema(Object.fromEntries(fields) as Record<string, never>, {
    strict: true,
    versionKey: false,
    autoIndex: false,
  });
}
