import type { Config } from './config.js';
import type { Engine } from './storage/engine.js';
import { openSqlite } from './storage/sqlite-engine.js';
import { claimStore } from './storage/store-stamp.js';
import type { Migration } from './storage/table.js';

/** Opens the store that the settings name, brings it up to date, and makes sure that it is ours (DESIGN §4.16). */
export async function openStore(
  config: Config,
  options: {
    readonly dataDir: string;
    readonly fingerprint: string;
    readonly migrations: readonly Migration[];
    readonly onPoint?: (point: string) => void;
  },
): Promise<Engine> {
  const { dataDir, migrations, onPoint } = options;
  const hooks = onPoint ? { onPoint } : {};
  // mongoose takes a quarter of a second to import: only when used.
  const engine = config.mongoUri
    ? await (await import('./storage/mongo-engine.js')).openMongo({ uri: config.mongoUri, ...hooks })
    : openSqlite({ dataDir, ...hooks });
  try {
    await engine.migrate(migrations);
    const owner = config.emulatorPage ? 'emulator' : (config.account?.phoneNumberId ?? null);
    await claimStore(engine, { owner, secretFingerprint: options.fingerprint });
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}
