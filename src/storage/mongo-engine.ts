import { performance } from 'node:perf_hooks';
import type { BulkOperation, ClientSession, Collection, Document } from './mongo-driver.js';
import { createConnection, Schema, type Connection } from 'mongoose';
import { decodeRow, documentOf, filterOf, plainOf } from './mongo-documents.js';
import { groupOps, type CollectionWrites } from './mongo-writes.js';
import { migrateMongo } from './mongo-migrate.js';
import { grantOf, LEASES, takeLease } from './mongo-leases.js';
import { MongoGroups } from './mongo-groups.js';
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
import type { AnyRow, AnyTable, Migration, Table } from './table.js';

export type MongoOptions = {
  readonly uri: string;
  readonly onPoint?: (point: string) => void;
  /** How long an operation looks for a primary before the store counts as down. */
  readonly serverSelectionMs?: number;
};

/** MongoDB answers, but it is no replica set: transactions need one. */
export class NotAReplicaSet extends Error {
  override readonly name = 'NotAReplicaSet';
}

/** Opens the store at `uri`. @throws NotAReplicaSet, StoreUnavailable */
export async function openMongo(options: MongoOptions): Promise<Engine> {
  const connection = createConnection(options.uri, {
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    serverSelectionTimeoutMS: options.serverSelectionMs ?? 4_000,
    maxPoolSize: 20,
    // Durable means: on the disks of a majority.
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'local' },
    retryWrites: true,
  });
  try {
    await connection.asPromise();
    const hello = await connection.db?.admin().command({ hello: 1 });
    if (!hello?.['setName']) {
      throw new NotAReplicaSet(
        'MONGODB_URI points to a MongoDB that is not a replica set, and transactions need one. One server is enough: start it as ' +
          '`mongod --replSet rs0`, then run `mongosh --eval "rs.initiate()"` once.',
      );
    }
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw error instanceof NotAReplicaSet ? error : asUnavailable(error);
  }
  return new MongoEngine(connection, options.onPoint ?? (() => undefined));
}

const DUPLICATE_KEY = 11_000;
const PULSE = 'pulse';

class MongoEngine implements Engine {
  readonly kind = 'mongodb';
  readonly #connection: Connection;
  readonly #collections = new Map<string, Collection>();
  readonly #appends = new Map<AnyTable, MongoGroups<readonly AnyRow[], number>>();
  readonly #commits: MongoGroups<readonly Op[], CommitOutcome>;

  constructor(connection: Connection, onPoint: (point: string) => void) {
    this.#connection = connection;
    this.#commits = new MongoGroups<readonly Op[], CommitOutcome>({
      gatherMs: 3,
      maxGroup: 60,
      maxInFlight: 3,
      run: (members) => this.#commitGroup(members, onPoint),
    });
  }

  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined> {
    return this.#guard(async () => {
      const document = await this.#collection(table).findOne({ _id: id });
      return document ? decodeRow(table, document) : undefined;
    });
  }

  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.find(table, { where: { id: { in: [...ids] } } as unknown as Where<Row>, limit: ids.length });
  }

  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]> {
    return this.#guard(async () => {
      const cursor = this.#collection(table).find(filterOf(query.where), { limit: query.limit, batchSize: query.limit + 1, singleBatch: query.limit <= 1_000 });
      if (query.orderBy?.length) cursor.sort(Object.fromEntries(query.orderBy.map(([field, way]) => [field === 'id' ? '_id' : field, way === 'asc' ? 1 : -1] as const)));
      return (await cursor.toArray()).map((document) => decodeRow(table, document));
    });
  }

  count<Row extends AnyRow>(table: Table<Row>, where: Where<Row>): Promise<number> {
    return this.#guard(() => this.#collection(table).countDocuments(filterOf(where)));
  }

  append<Row extends AnyRow>(table: Table<Row>, rows: readonly Row[]): Promise<number> {
    if (rows.length === 0) return Promise.resolve(0);
    let groups = this.#appends.get(table);
    if (!groups) {
      groups = new MongoGroups<readonly AnyRow[], number>({
        gatherMs: 3,
        maxGroup: 500,
        maxInFlight: 4,
        run: (members) => this.#appendGroup(table, members),
      });
      this.#appends.set(table, groups);
    }
    return groups.submit(rows);
  }

  commit(ops: readonly Op[], serial?: string): Promise<CommitOutcome> {
    return this.#commits.submit(ops, serial);
  }

  patchMany<Row extends AnyRow>(table: Table<Row>, patches: readonly Patch<Row>[]): Promise<string[]> {
    if (patches.length === 0) return Promise.resolve([]);
    return this.#guard(async () => {
      const operations = patches.map(
        (patch): BulkOperation => ({
          updateOne: { filter: filterOf({ ...(patch.when ?? {}), id: patch.id } as Where<AnyRow>), update: { $set: plainOf(table, patch.set as Record<string, unknown>) } },
        }),
      );
      const result = await this.#collection(table).bulkWrite(operations, { ordered: true });
      if (result.matchedCount === patches.length) return patches.map((patch) => patch.id);
      if (result.matchedCount === 0) return [];
      // Some did not match: a bulk answer does not say which, so the rows themselves are asked who carries the patch now.
      const rows = new Map((await this.getMany(table, patches.map((patch) => patch.id))).map((row) => [row.id, row as Record<string, unknown>]));
      return patches
        .filter((patch) => Object.entries(patch.set).every(([field, value]) => value === undefined || JSON.stringify(rows.get(patch.id)?.[field]) === JSON.stringify(value)))
        .map((patch) => patch.id);
    });
  }

  removeMany(table: AnyTable, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return Promise.resolve(0);
    return this.#guard(async () => (await this.#collection(table).deleteMany({ _id: { $in: [...ids] } })).deletedCount);
  }

  lease(name: string, holder: string, forMs: number): Promise<Lease | undefined> {
    return this.#guard(async () => {
      const askedAt = performance.now();
      const grant = await takeLease(this.#named(LEASES), name, holder, forMs);
      return grant === undefined ? undefined : grantOf(name, grant, askedAt + forMs);
    });
  }

  release(name: string, holder: string): Promise<void> {
    return this.#guard(async () => {
      await this.#named(LEASES).updateOne({ _id: name, holder }, { $set: { expiresAt: new Date(0) } });
    });
  }

  check(): Promise<void> {
    return this.#guard(async () => {
      await this.#named(PULSE).updateOne({ _id: PULSE }, { $inc: { beats: 1 } }, { upsert: true, maxTimeMS: 3_000 });
    });
  }

  migrate(migrations: readonly Migration[]): Promise<void> {
    return this.#guard(() =>
      migrateMongo({
        collection: (name) => this.#named(name),
        ensure: (table) => this.#ensure(table),
        lease: (name, holder, forMs) => this.lease(name, holder, forMs),
        release: (name, holder) => this.release(name, holder),
        migrations,
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#appends.values()].map((groups) => groups.close()));
    await this.#commits.close();
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

  async #ensure(table: AnyTable): Promise<void> {
    await this.#connection.createCollection(table.name).catch((error: unknown) => {
      if ((error as { codeName?: string }).codeName !== 'NamespaceExists') throw error;
    });
    const collection = this.#collection(table);
    for (const index of table.indexes) {
      const keys = Object.fromEntries(index.fields.map((field) => [field, 1 as const]));
      await collection.createIndex(keys, { unique: index.unique ?? false, ...(index.where ? { partialFilterExpression: index.where as Document } : {}) });
    }
  }

  async #appendGroup(table: AnyTable, members: readonly (readonly AnyRow[])[]): Promise<PromiseSettledResult<number>[]> {
    const documents = members.flatMap((rows) => rows.map((row) => documentOf(table, row)));
    try {
      const result = await this.#collection(table).insertMany(documents, { ordered: false });
      return shareOut(members, result.insertedCount === documents.length ? new Set() : undefined);
    } catch (error) {
      const known = duplicatesOf(error);
      if (!known) throw asUnavailable(error);
      return shareOut(members, known);
    }
  }

  async #commitGroup(members: readonly (readonly Op[])[], onPoint: (point: string) => void): Promise<PromiseSettledResult<CommitOutcome>[]> {
    if (members.length > 1 && (await this.#commitOnce(members.flat(), onPoint)) === 'committed')
      return members.map(() => ({ status: 'fulfilled', value: 'committed' }));
    // Somebody in the group met a conflict: each of them once, by itself.
    return Promise.allSettled(members.map((ops) => this.#commitAlone(ops, onPoint)));
  }

  async #commitAlone(ops: readonly Op[], onPoint: (point: string) => void): Promise<CommitOutcome> {
    const ATTEMPTS = 4;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#commitOnce(ops, onPoint);
      if (outcome !== 'busy') return outcome;
      // Another transaction held one of the documents: for the caller that is a conflict like any other, to be decided anew.
      if (attempt === ATTEMPTS) return 'conflict';
    }
  }

  async #commitOnce(ops: readonly Op[], onPoint: (point: string) => void): Promise<CommitOutcome | 'busy'> {
    const writes = groupOps(ops);
    const session = await this.#connection.startSession().catch((error: unknown) => {
      throw asUnavailable(error);
    });
    try {
      session.startTransaction({ writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'snapshot' } });
      for (const collectionWrites of writes) {
        if (!(await this.#write(collectionWrites, session))) {
          await session.abortTransaction();
          return 'conflict';
        }
      }
      onPoint('in-group');
      await commitTransaction(session);
      return 'committed';
    } catch (error) {
      await session.abortTransaction().catch(() => undefined);
      if (duplicatesOf(error)) return 'conflict';
      if (isTransient(error)) return 'busy';
      throw asUnavailable(error);
    } finally {
      await session.endSession();
    }
  }

  /** @returns false when a compare-and-set met another row than it expected */
  async #write({ table, strict, lenient }: CollectionWrites, session: ClientSession): Promise<boolean> {
    const collection = this.#collection(table);
    if (strict.length > 0) {
      const result = await collection.bulkWrite([...strict], { session, ordered: true });
      if (result.matchedCount + result.insertedCount + result.upsertedCount !== strict.length) return false;
    }
    if (lenient.length > 0) await collection.bulkWrite([...lenient], { session, ordered: true });
    return true;
  }

  async #guard<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** A commit whose answer was lost is asked for again: MongoDB applies it once. */
async function commitTransaction(session: ClientSession): Promise<void> {
  const ATTEMPTS = 5;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const labels = error as { hasErrorLabel?: (label: string) => boolean };
      if (attempt === ATTEMPTS || !labels.hasErrorLabel?.('UnknownTransactionCommitResult')) throw error;
    }
  }
}

const isTransient = (error: unknown): boolean => {
  const labels = error as { hasErrorLabel?: (label: string) => boolean; code?: unknown };
  return labels.code === 112 || (labels.hasErrorLabel?.('TransientTransactionError') === true && !isNetwork(error));
};

const isNetwork = (error: unknown): boolean =>
  /Network|ServerSelection|PoolCleared|NotConnected|PoolClosed|Topology|DisconnectedError/.test((error as { name?: string }).name ?? '');

/** A duplicate key alone is no trouble: those rows are already known. @returns positions of the known ones; undefined for other errors */
function duplicatesOf(error: unknown): Set<number> | undefined {
  const bulk = error as { code?: unknown; writeErrors?: unknown };
  const list = Array.isArray(bulk.writeErrors) ? bulk.writeErrors : bulk.writeErrors ? [bulk.writeErrors] : undefined;
  if (!list || list.length === 0) return bulk.code === DUPLICATE_KEY ? new Set([0]) : undefined;
  const known = new Set<number>();
  for (const one of list as { code?: number; index?: number }[]) {
    if (one.code !== DUPLICATE_KEY) return undefined;
    known.add(one.index ?? 0);
  }
  return known;
}

function shareOut(members: readonly (readonly AnyRow[])[], known: ReadonlySet<number> = new Set()): PromiseSettledResult<number>[] {
  let position = 0;
  return members.map((rows) => {
    let fresh = 0;
    for (let index = 0; index < rows.length; index += 1) if (!known.has(position + index)) fresh += 1;
    position += rows.length;
    return { status: 'fulfilled', value: fresh };
  });
}

/** Anything of the driver's that speaks of the connection or the server is "the store is out"; the rest are faults of ours. */
function asUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  const { name = '', code } = error as { name?: string; code?: unknown };
  const trouble = isNetwork(error) || /^Mongo|^Mongoose/.test(name);
  return trouble && code !== DUPLICATE_KEY ? new StoreUnavailable('the database cannot be reached or written', { cause: error }) : error;
}

function schemaOf(table: AnyTable): Schema {
  const types = { text: String, integer: Number, real: Number, boolean: Boolean, json: Schema.Types.Mixed, blob: Buffer };
  const fields = Object.entries(table.columns).map(([name, column]) => [name === 'id' ? '_id' : name, { type: types[column.type] }]);
  return new Schema(Object.fromEntries(fields) as Record<string, never>, { strict: true, versionKey: false, autoIndex: false });
}
