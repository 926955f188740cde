import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../composition.js';
import { workers } from '../inbox/partitions.js';
import { deriveKeys } from '../keys.js';
import { lockDataDir, SQLITE_FILE } from '../storage/data-dir.js';
import { setHold } from '../storage/hold.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import { BadBackup, readBackup } from '../storage/sqlite-backup.js';
import type { Engine } from '../storage/engine.js';
import { fileArgument, Refusal, run, storeFile, type Settings } from './program.js';
import { replaceStore } from './replace-store.js';

/** `npm run restore -- FILE`: the backup in the place of the SQLite store, which is kept aside. `npm run restore -- --hold`: the hold alone,
 *  for a store that was restored by other means (MongoDB's own tools, a snapshot of a disk). */

const USAGE =
  'Say from where: npm run restore -- FILE. After a restore by MongoDB’s own tools: npm run restore -- --hold';
const ALIVE_MS = 15_000;

async function restore(args: readonly string[], settings: Settings): Promise<void> {
  if (args.length === 1 && args[0] === '--hold') return hold(settings);
  const file = fileArgument(args, USAGE);
  if (settings.mongoUri)
    throw new Refusal(
      'The store is in MongoDB: restore it with its own tools, then run npm run restore -- --hold (docs/operations.md, "Restore").',
    );
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}.`);
  const lock = lockDataDir(settings.dataDir);
  try {
    const backup = readBackup(file, migrations);
    const { aside } = replaceStore(settings.dataDir, file, backup.backupAt ?? Date.now());
    console.log(`${file} is restored to ${join(settings.dataDir, SQLITE_FILE)}.`);
    if (aside) console.log(`What was there is kept as ${aside}.`);
    warnOfSecret(settings, backup.secretFingerprint);
    sayHeld();
  } catch (error) {
    throw error instanceof BadBackup ? new Refusal(`${error.message}. Nothing was changed.`) : error;
  } finally {
    lock.close();
  }
}

async function hold(settings: Settings): Promise<void> {
  const engine = await openEngine(settings);
  try {
    const now = Date.now();
    const alive = await engine.find(workers, { where: { seenAt: { gt: now - ALIVE_MS } }, limit: 1 });
    if (alive.length > 0) throw new Refusal('A server works with this store. Stop every one of them first.');
    await setHold(engine, now);
    sayHeld();
  } finally {
    await engine.close();
  }
}

async function openEngine(settings: Settings): Promise<Engine> {
  if (settings.mongoUri) {
    const { openMongo } = await import('../storage/mongo-engine.js');
    return openMongo({ uri: settings.mongoUri });
  }
  storeFile(settings);
  return openSqlite({ dataDir: settings.dataDir });
}

function sayHeld(): void {
  console.log(
    'The store is held: the next start sends nothing, and marks as unknown what was under way at the backup.',
  );
  console.log('When you have looked at it, POST /api/v1/health/account/resume ends the hold.');
}

function warnOfSecret({ dataDir, secretKey }: Settings, fingerprint: string | undefined): void {
  const kept = join(dataDir, 'secret-key');
  const secret = secretKey ?? (existsSync(kept) ? readFileSync(kept, 'utf8').trim() : undefined);
  if (fingerprint === undefined || (secret && deriveKeys(secret).fingerprint === fingerprint)) return;
  console.log(
    secret
      ? `Your SECRET_KEY is not the one this store was made with: the server will refuse to start until it is set (or stands in ${kept}).`
      : `The SECRET_KEY this store was made with is needed: set it, or put it into ${kept}.`,
  );
}

await run(restore);
