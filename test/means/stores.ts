import { join } from 'node:path';
import { openMongo } from '../../src/storage/mongo-engine.js';
import { openSqlite } from '../../src/storage/sqlite-engine.js';
import type { Engine } from '../../src/storage/engine.js';
import type { Migration } from '../../src/storage/table.js';
import { temporaryFolder } from './caretaker.js';
import { dropMongo, freshMongoUri, needsMongo } from './mongod.js';

/** One place that a store can be opened at again and again: a data folder, or a database. */
export type StorePlace = {
  readonly kind: 'sqlite' | 'mongodb';
  /** What a server started on this place gets as its environment. */
  readonly environment: Readonly<Record<string, string>>;
  open(migrations: readonly Migration[]): Promise<Engine>;
};

async function sqlitePlace(name: string): Promise<StorePlace> {
  const dataDir = join(temporaryFolder(name), 'data');
  return {
    kind: 'sqlite',
    environment: { DATA_DIR: dataDir },
    open: async (migrations) => {
      const engine = openSqlite({ dataDir });
      await engine.migrate(migrations);
      return engine;
    },
  };
}

async function mongoPlace(name: string, uris: string[]): Promise<StorePlace> {
  const uri = await freshMongoUri(name);
  uris.push(uri);
  const dataDir = temporaryFolder(name);
  return {
    kind: 'mongodb',
    environment: { MONGODB_URI: uri, DATA_DIR: dataDir },
    open: async (migrations) => {
      const engine = await openMongo({ uri });
      await engine.migrate(migrations);
      return engine;
    },
  };
}

/** Runs a contract once on SQLite (a real file) and once on MongoDB (a real replica set). */
export function onBothStores(title: string, contract: (place: () => Promise<StorePlace>) => void): void {
  describe(`${title}, on SQLite`, () => contract(() => sqlitePlace('contract')));
  describe(`${title}, on MongoDB`, () => {
    needsMongo();
    const uris: string[] = [];
    contract(() => mongoPlace('contract', uris));
    // MongoDB keeps some hundred files open for each database, and a run makes hundreds of databases.
    after(async function () {
      this.timeout(120_000);
      for (const uri of uris) await dropMongo(uri);
    });
  });
}
