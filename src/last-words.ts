import type { Log } from './observability/log.js';

/** How the process ends when something is wrong: with words that a user can act upon, and never with words of a customer's. */

const MENDABLE = ['BadConfig', 'StoreInUse', 'StoreRefused', 'NewerStore', 'NotAReplicaSet', 'StoreUnavailable'];

/** What is said of a start that failed: what a user can mend in words; a fault of ours keeps its stack. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (MENDABLE.includes(error.name)) return error.message;
  // The system's own words name the file and what is wrong with it.
  if (code !== undefined && syscall !== undefined && path !== undefined)
    return `${path} cannot be used: ${error.message}`;
  return error.stack ?? error.message;
}

/** What nobody expected ends the process: what is half done is durable, and is put right at the next start. The error's own text may
 *  quote a message, so the log gets its kind and the places in the code. A reader of our output who goes away (`| head`) ends nothing. */
export function guardProcess(log: Log, process: NodeJS.Process): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  process.on('uncaughtException', (error: unknown) => {
    log.error('fault', faultFields(error));
    process.exitCode = 1;
    // The log is written before the process ends.
    setImmediate(() => process.exit(1));
  });
}

/** The kind of an error and where it came from, without its text. */
export function faultFields(error: unknown): { readonly error: string; readonly at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: places.slice(0, 8).join('').trim() };
}
