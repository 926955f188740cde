import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FAULTS, verifyLedger, type LedgerReader, type Verdict } from '../consent/verify-ledger.js';
import { deriveKeys, type Keys } from '../keys.js';
import type { Engine } from '../storage/engine.js';
import { meta } from '../storage/meta-table.js';
import { readSqlite } from '../storage/sqlite-reader.js';
import { Refusal, run, storeFile, type Settings } from './program.js';

/** `npm run ledger:verify`: whether the consent ledger is whole. Reads alone, beside a running server; 1 on damage. */

type Reader = LedgerReader & Pick<Engine, 'get'>;

async function ledgerVerify(args: readonly string[], settings: Settings): Promise<void> {
  if (args.length > 0) throw new Refusal('It takes no arguments: DATA_DIR or MONGODB_URI says which store.');
  const keys = keysOf(settings);
  const { reader, close } = await open(settings);
  try {
    const stamp = await reader.get(meta, 'secret');
    if (stamp && stamp.value['is'] !== keys.fingerprint)
      throw new Refusal('This is not the SECRET_KEY that the store was made with: nothing can be checked with it.');
    tell(await verifyLedger(reader, keys.ledger));
  } finally {
    await close();
  }
}

async function open(settings: Settings): Promise<{ readonly reader: Reader; readonly close: () => Promise<void> }> {
  if (settings.mongoUri) {
    const engine = await (await import('../storage/mongo-engine.js')).openMongo({ uri: settings.mongoUri });
    return { reader: engine, close: () => engine.close() };
  }
  const reader = readSqlite(storeFile(settings));
  return {
    reader,
    close: () => {
      reader.close();
      return Promise.resolve();
    },
  };
}

function keysOf({ secretKey, dataDir }: Settings): Keys {
  if (secretKey !== undefined) return deriveKeys(secretKey);
  const file = join(dataDir, 'secret-key');
  if (!existsSync(file))
    throw new Refusal(`The hashes need the server's SECRET_KEY: set it, or DATA_DIR to where its file secret-key is.`);
  return deriveKeys(readFileSync(file, 'utf8').trim());
}

function tell({ people, entries, seals, lastSealAt, faults }: Verdict): void {
  console.log(`${people} people, ${entries} entries, ${seals} seals.`);
  console.log(
    lastSealAt === undefined
      ? 'No seal yet: a person who is missing altogether would not show. The server makes one every hour.'
      : `Last seal: ${new Date(lastSealAt).toISOString()}. Of what came later, a person missing altogether would not show.`,
  );
  if (faults.length === 0) {
    console.log('The ledger is whole.');
    return;
  }
  console.error(`The ledger is damaged${faults.length >= MAX_FAULTS ? `; the first ${MAX_FAULTS} faults` : ''}:`);
  for (const fault of faults) console.error(`  ${fault}`);
  process.exitCode = 1;
}

await run(ledgerVerify);
