import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Lease } from './engine.js';
import { pendingOf, type Migration } from './migration.js';
import type { Collection, Document } from './mongo-driver.js';
import { emptyValue } from './row-values.js';
import { indexName, type AnyTable } from './table.js';

const LEASE_MS = 30_000;
const RENEW_MS = 8_000;
const PATIENCE_MS = 120_000;
const PAUSE_MS = 200;

export type MigrationHost = {
  collection(name: string): Collection;
  ensure(table: AnyTable): Promise<void>;
  lease(name: string, holder: string, forMs: number): Promise<Lease | undefined>;
  release(name: string, holder: string): Promise<void>;
  onPoint(point: string): void;
  readonly migrations: readonly Migration[];
};

/** Applies what is not applied yet, one process at a time; each step may be run again after it was cut off.
 *  @throws NewerStore when the store was written by a newer version */
export async function migrateMongo(host: MigrationHost): Promise<void> {
  const holder = randomUUID();
  const started = performance.now();
  while ((await pending(host)).length > 0) {
    if (await host.lease('migrations', holder, LEASE_MS)) return applyAll(host, holder);
    if (performance.now() - started > PATIENCE_MS)
      throw new Error('another process has been migrating the store for two minutes');
    await sleep(PAUSE_MS);
  }
}

async function pending(host: MigrationHost): Promise<Migration[]> {
  const records = await host.collection('migrations').find().toArray();
  return pendingOf(host.migrations, new Set(records.map((record) => String(record._id))));
}

async function applyAll(host: MigrationHost, holder: string): Promise<void> {
  // An index over millions of documents takes longer than a lease.
  const renewal = setInterval(() => void host.lease('migrations', holder, LEASE_MS).catch(() => undefined), RENEW_MS);
  try {
    for (const migration of await pending(host)) {
      for (const step of migration.steps) {
        await host.ensure(step.ensure);
        host.onPoint('in-migration');
      }
      await host
        .collection('migrations')
        .updateOne({ _id: migration.id }, { $setOnInsert: { at: new Date() } }, { upsert: true });
    }
  } finally {
    clearInterval(renewal);
    await host.release('migrations', holder);
  }
}

/** Makes the collection with its indexes, or adds what it lacks and drops what it no longer declares. */
export async function ensureCollection(connection: Connection, table: AnyTable): Promise<void> {
  const isNew = await createCollection(connection, table.name);
  const collection = connection.collection(table.name) as Collection;
  if (!isNew) await fillLaterColumns(collection, table);
  const wanted = new Set(['_id_', ...table.indexes.map((index) => indexName(table, index))]);
  if (!isNew)
    for (const { name } of await collection.indexes())
      if (name !== undefined && !wanted.has(name)) await collection.dropIndex(name);
  const indexes = table.indexes.map((index) => {
    const partial = partialFilter(table, index);
    return {
      key: Object.fromEntries(index.fields.map((field) => [field === 'id' ? '_id' : field, 1 as const])),
      name: indexName(table, index), // MongoDB's own names take two partial indexes of the same fields for one
      unique: index.unique ?? false,
      ...(partial ? { partialFilterExpression: partial } : {}),
    };
  });
  if (indexes.length > 0) await collection.createIndexes(indexes);
}

async function createCollection(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.createCollection(name);
    return true;
  } catch (error) {
    if ((error as { codeName?: string }).codeName === 'NamespaceExists') return false;
    throw error;
  }
}

/** Rows written before a column came to be get its zero, so that they are found by it as on SQLite. */
async function fillLaterColumns(collection: Collection, table: AnyTable): Promise<void> {
  for (const field of Object.keys(table.columns)) {
    const empty = field === 'id' ? null : emptyValue(table, field);
    if (empty !== null) await collection.updateMany({ [field]: { $exists: false } }, { $set: { [field]: empty } });
  }
}

/** Absent values are never equal to each other in SQL; MongoDB would let only one row be without. */
function partialFilter(table: AnyTable, index: AnyTable['indexes'][number]): Document | undefined {
  const filter: Document = { ...(index.where as Document | undefined) };
  if (index.unique)
    for (const field of index.fields) if (table.columns[field]?.optional) filter[field] ??= { $exists: true };
  return Object.keys(filter).length > 0 ? filter : undefined;
}
