// `npm run backup` and its like: one program of the project, built if needed, with the arguments it was given.
import { existsSync } from 'node:fs';
import { keptAccount } from './account.mjs';
import { askedToEnd, startChild } from './child.mjs';
import { decide } from './decision.mjs';
import { holdsOnlyTheEmulatorsStore, placesOf, serverEnvironment } from './places.mjs';
import { launch } from './prepare.mjs';
import { Refusal } from './refusal.mjs';

const STOP_LIMIT_MS = 20_000;
const TOOLS = {
  bench: { file: 'dist/bench/main.js', opensTheStore: false },
  backup: { file: 'dist/src/operations/backup.js', opensTheStore: true },
  restore: { file: 'dist/src/operations/restore.js', opensTheStore: true },
  transfer: { file: 'dist/src/operations/transfer.js', opensTheStore: true },
  'ledger:verify': { file: 'dist/src/operations/ledger-verify.js', opensTheStore: true },
  eval: { file: 'dist/src/operations/eval.js', opensTheStore: false },
};

await launch(async () => {
  const [name, ...args] = process.argv.slice(2);
  const tool = TOOLS[name];
  if (!tool || !existsSync(tool.file)) {
    throw new Refusal(`There is no tool "${name}"; there are ${Object.keys(TOOLS).join(', ')}.`);
  }
  const env = tool.opensTheStore ? await environmentOfStore(process.env) : process.env;
  const child = startChild(tool.file, { args, env });
  const first = await Promise.race([child.ended, askedToEnd()]);
  return first === 'asked' ? child.stop(STOP_LIMIT_MS) : first;
});

// After a plain `npm start` the store stands in DATA_DIR/emulator, and that is the one a newcomer wants to back up.
async function environmentOfStore(env) {
  if (decide([], env).kind !== 'pair' || !holdsOnlyTheEmulatorsStore(env)) return env;
  const { emulatorPort, platformData } = placesOf(env);
  return serverEnvironment(env, await keptAccount(platformData), `http://127.0.0.1:${emulatorPort}`);
}
