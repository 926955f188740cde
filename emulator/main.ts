import { readCommandLine, USAGE } from './options.js';
import { startEmulator, type RunningEmulator } from './serve.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

const commandLine = readCommandLine(process.argv.slice(2), process.env);
if (!('options' in commandLine)) {
  process.stderr.write(
    `The emulator cannot start:\n${commandLine.map((fault) => `  - ${fault}\n`).join('')}\n${USAGE}\n`,
  );
  process.exit(1);
}
const { options, endWithParent } = commandLine;

let running: RunningEmulator | undefined;
try {
  running = await startEmulator(options);
} catch (error) {
  process.stderr.write(`${whyNotStarted(error)}\n`);
  process.exit(1);
}
if (!LOOPBACK.has(options.host)) {
  process.stderr.write(`emulator: listening on ${options.host}: whoever can reach it can use its controls\n`);
}
process.stdout.write(`${JSON.stringify({ event: 'ready', port: running.port })}\n`);

let ending = false;
const end = (): void => {
  if (ending) return;
  ending = true;
  // What is half open after three seconds stays so: the journal is written first of all.
  setTimeout(() => process.exit(0), 3_000).unref();
  void running.close().finally(() => process.exit(0));
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('disconnect', end);
if (endWithParent) {
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}

function whyNotStarted(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `The emulator cannot start: port ${options.port} is in use. Choose another with --port (or EMULATOR_PORT under npm start), 0 for any.`;
  }
  if (code === 'EACCES')
    return `The emulator cannot start: no permission for port ${options.port} or for ${options.dataDir}.`;
  return `The emulator cannot start: ${message}`;
}
