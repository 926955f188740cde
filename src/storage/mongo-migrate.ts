import { randomUUID } from 'node:crypto';
import type { Collection } from './mongo-driver.js';
import type { Lease } from './engine.js';
import { NewerStore, type Migration } from './migration.js';
import type { AnyTable } from './table.js';

const LEASE_MS = 30_000;
const PATIENCE_MS = 120_000;
const PAUSE_MS = 200;

export type MigrationHost = {
  collection(name: string): Collection;
  ensure(table: AnyTable): Promise<void>;
  lease(name: string, holder: string, forMs: number): Promise<Lease | undefined>;
  release(name: string, holder: string): Promise<void>;
  readonly migrations: readonly Migration[];
};

/** Applies what is not applied yet, one process at a time; each step may be run again after it was cut off.
 *  @throws NewerStore when the store was written by a newer version */
export async function migrateMongo(host: MigrationHost): Promise<void> {
  const records = host.collection('migrations');
  const holder = randomUUID();
  const started = performance.now();
  for (;;) {
    const applied = new Set((await records.find().toArray()).map((record) => String(record._id)));
    const known = new Set(host.migrations.map((migration) => migration.id));
    const strangers = [...applied].filter((id) => !known.has(id));
    if (strangers.length > 0) throw new NewerStore(strangers);
    const pending = host.migrations.filter((migration) => !applied.has(migration.id));
    if (pending.length === 0) return;
    if (await host.lease('migrations', holder, LEASE_MS)) {
      try {
        for (const migration of pending) {
          for (const step of migration.steps) await host.ensure(step.ensure);
          await records.updateOne({ _id: migration.id }, { $setOnInsert: { at: new Date() } }, { upsert: true });
          await host.lease('migrations', holder, LEASE_MS);
        }
        return;
      } finally {
        await host.release('migrations', holder);
      }
    }
    if (performance.now() - started > PATIENCE_MS) throw new Error('another process has been migrating the store for two minutes');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
