// `npm start`: the server, and for a newcomer the emulator beside it. Says nothing itself but that it builds; what is to be
// read at the start the server writes.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { keptAccount } from './account.mjs';
import { PROJECT_ROOT } from './build.mjs';
import { askedToEnd, startChild } from './child.mjs';
import { decide } from './decision.mjs';
import { emulatorCommand, placesOf, serverEnvironment } from './places.mjs';
import { launch } from './prepare.mjs';
import { Refusal } from './refusal.mjs';
import { serverFlags } from './server-flags.mjs';

const SERVER_LIMIT_MS = 20_000;
const EMULATOR_LIMIT_MS = 3_000;

await launch(async () => {
  const decision = decide(process.argv.slice(2), process.env);
  const asked = askedToEnd();
  switch (decision.kind) {
    case 'refuse':
      throw new Refusal(decision.message);
    case 'server':
      return runServer(process.env, asked);
    case 'pair':
      return runPair(process.env, asked);
  }
});

async function runServer(env, asked, emulatorEnded = new Promise(() => undefined)) {
  const server = startChild('dist/src/main.js', { env, flags: serverFlags(PROJECT_ROOT) });
  const first = await Promise.race([server.ended, asked, emulatorEnded]);
  if (first !== 'asked' && first !== 'emulator ended') return first;
  const code = await server.stop(SERVER_LIMIT_MS);
  if (first === 'asked') return code;
  console.error('The emulator ended, so the server was ended too.');
  return 1;
}

async function runPair(env, asked) {
  const { emulatorPort, platformData } = placesOf(env);
  await requireFree(emulatorPort);
  const account = await keptAccount(platformData);
  const emulator = startChild('dist/emulator/main.js', { ...emulatorCommand(env, account), stdout: 'pipe' });
  const emulatorEnded = emulator.ended.then(() => 'emulator ended');
  try {
    const ready = await Promise.race([readyPort(emulator.stdout), emulatorEnded, asked]);
    if (ready === 'asked') return 0;
    if (ready === 'emulator ended') throw new Refusal('The emulator did not start.');
    return await runServer(serverEnvironment(env, account, `http://127.0.0.1:${ready}`), asked, emulatorEnded);
  } finally {
    await emulator.stop(EMULATOR_LIMIT_MS);
  }
}

// The emulator's only promised line: {"event":"ready","port":4000}. What else it writes is dropped, but must be read, or
// the full pipe would stop it.
function readyPort(stdout) {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      try {
        const { event, port } = JSON.parse(line);
        if (event === 'ready') resolve(port);
      } catch {
        // not that line
      }
    });
  });
}

async function requireFree(port) {
  const probe = createServer();
  try {
    await new Promise((resolve, reject) => probe.once('error', reject).listen(port, '127.0.0.1', resolve));
  } catch (error) {
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
      throw new Refusal(
        `The emulator cannot have port ${port}: choose another, for example EMULATOR_PORT=${port + 1}.`,
      );
    }
    throw error;
  }
  await new Promise((resolve) => probe.close(resolve));
}
