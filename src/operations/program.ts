import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SQLITE_FILE, StoreInUse } from '../storage/data-dir.js';
import { StoreUnavailable } from '../storage/engine.js';
import { NewerStore } from '../storage/migration.js';
import { TransferFailed } from '../storage/transfer.js';

/** What the programs of this folder share: the settings they read, and how they end. */

/** It cannot go on, for a reason the reader can mend: shown as it is, without a stack trace. */
export class Refusal extends Error {}

export type Settings = {
  readonly dataDir: string;
  readonly mongoUri: string | undefined;
  readonly secretKey: string | undefined;
};

export const settingsOf = (env: NodeJS.ProcessEnv): Settings => ({
  dataDir: resolve(env['DATA_DIR'] || './data'),
  mongoUri: env['MONGODB_URI'] || undefined,
  secretKey: env['SECRET_KEY'] || undefined,
});

/** The SQLite file of the settings. @throws Refusal that says where else it may be */
export function storeFile({ dataDir }: Settings): string {
  const file = join(dataDir, SQLITE_FILE);
  if (existsSync(file)) return file;
  const emulators = join(dataDir, 'emulator');
  throw new Refusal(
    existsSync(join(emulators, SQLITE_FILE))
      ? `${dataDir} holds no store but the emulator's. If you mean that one, set DATA_DIR=${emulators}.`
      : `${dataDir} holds no store. Set DATA_DIR to the folder that the server runs with.`,
  );
}

/** A file name as the only argument. @throws Refusal with the way to call it */
export function fileArgument(args: readonly string[], usage: string): string {
  const [file, ...more] = args;
  if (file === undefined || file.startsWith('-') || more.length > 0) throw new Refusal(usage);
  return resolve(file);
}

/** Runs a program to its end; the exit code says whether it did what it was asked. */
export async function run(program: (args: readonly string[], settings: Settings) => Promise<void>): Promise<void> {
  try {
    await program(process.argv.slice(2), settingsOf(process.env));
  } catch (error) {
    console.error(EXPECTED.some((kind) => error instanceof kind) ? told(error as Error) : error);
    process.exitCode = 1;
  }
}

const EXPECTED = [Refusal, StoreInUse, StoreUnavailable, NewerStore, TransferFailed];

function told(error: Error): string {
  if (error instanceof StoreInUse) return `${error.message}. Stop the server first.`;
  // A connection that cannot be made has an address in its message, and that is what the reader has to look at.
  if (error instanceof StoreUnavailable && error.cause instanceof Error)
    return `${error.message}: ${error.cause.message}`;
  return error.message;
}
