import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { tables } from '../composition.js';
import { writeBackup } from '../storage/sqlite-backup.js';
import { fileArgument, Refusal, run, storeFile, type Settings } from './program.js';

/** `npm run backup -- FILE`: one snapshot of the SQLite store, beside a running server. */

const USAGE = 'Say where to: npm run backup -- FILE';

async function backup(args: readonly string[], settings: Settings): Promise<void> {
  if (settings.mongoUri)
    throw new Refusal('The store is in MongoDB, which has its own tools for this: see "Backup" in docs/operations.md.');
  const file = fileArgument(args, USAGE);
  if (existsSync(file))
    throw new Refusal(`${file} is there already, and a backup overwrites nothing: say another name.`);
  if (!existsSync(dirname(file))) throw new Refusal(`The folder ${dirname(file)} does not exist.`);
  const source = storeFile(settings);
  const secret = tables.filter((table) => table.inBackup === false).map((table) => table.name);
  writeBackup(source, file, secret);
  console.log(`${source} is backed up to ${file} (${Math.ceil(statSync(file).size / 1024)} KiB).`);
  console.log(
    'It holds neither SECRET_KEY nor the admin token: keep those elsewhere. A server started from it sends nothing',
  );
  console.log('until it is told to (docs/operations.md, "The hold").');
}

await run(backup);
