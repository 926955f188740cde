import { join } from 'node:path';
import { migrations, tables } from '../composition.js';
import type { Engine } from '../storage/engine.js';
import { openMongo } from '../storage/mongo-engine.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import { isTransferred, markTransferred } from '../storage/store-stamp.js';
import { firstFilled, removeSecrets, transferAll } from '../storage/transfer.js';
import { Refusal, run, storeFile, type Settings } from './program.js';

/** `npm run transfer`: everything from the SQLite store in `DATA_DIR` into the empty MongoDB at `MONGODB_URI`. */

async function transfer(args: readonly string[], settings: Settings): Promise<void> {
  if (args.length > 0) throw new Refusal('It takes no arguments: DATA_DIR says from where, MONGODB_URI to where.');
  if (!settings.mongoUri) throw new Refusal('Set MONGODB_URI to the replica set that the store is to move to.');
  storeFile(settings);
  const from = openSqlite({ dataDir: settings.dataDir });
  try {
    await from.migrate(migrations);
    if (await isTransferred(from))
      throw new Refusal(`The store in ${settings.dataDir} has been moved to MongoDB already.`);
    const to = await openMongo({ uri: settings.mongoUri });
    try {
      await copy(from, to);
    } finally {
      await to.close();
    }
    await removeSecrets(from, tables);
    await markTransferred(from, Date.now());
  } finally {
    await from.close();
  }
  console.log(
    'All rows are there. From now on start with MONGODB_URI, and with SECRET_KEY and ADMIN_API_TOKEN set: what was made for',
  );
  console.log(
    `you stands in ${join(settings.dataDir, 'secret-key')} and ${join(settings.dataDir, 'admin-token')}. The old store refuses to start.`,
  );
}

async function copy(from: Engine, to: Engine): Promise<void> {
  await to.migrate(migrations);
  const filled = await firstFilled(to, tables);
  if (filled) {
    throw new Refusal(
      `The database at MONGODB_URI is not empty (${filled} holds rows), and nothing is copied on top of it. Name another one, or drop it ` +
        'if it is the rest of a transfer that was cut off.',
    );
  }
  await transferAll(from, to, tables, (table, rows) => console.log(`${table}: ${rows}`));
}

await run(transfer);
