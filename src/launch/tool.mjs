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
  bench: { file: 'dist/bench/main.js', ofTheServer: false },
  backup: { file: 'dist/src/operations/backup.js', ofTheServer: true },
  restore: { file: 'dist/src/operations/restore.js', ofTheServer: true },
  transfer: { file: 'dist/src/operations/transfer.js', ofTheServer: true },
  'ledger:verify': { file: 'dist/src/operations/ledger-verify.js', ofTheServer: true },
  // These speak to the account that the server has, the emulator's included.
  templates: { file: 'dist/src/operations/templates.js', ofTheServer: true },
  profile: { file: 'dist/src/operations/profile.js', ofTheServer: true },
  eval: { file: 'dist/src/operations/eval.js', ofTheServer: false },
};

await launch(async () => {
  const [name, ...args] = process.argv.slice(2);
  const tool = TOOLS[name];
  if (!tool || !existsSync(tool.file)) {
    throw new Refusal(`There is no tool "${name}"; there are ${Object.keys(TOOLS).join(', ')}.`);
  }
  const env = tool.ofTheServer ? await environmentOfServer(process.env) : process.env;
  const child = startChild(tool.file, { args, env });
  const first = await Promise.race([child.ended, askedToEnd()]);
  return first === 'asked' ? child.stop(STOP_LIMIT_MS) : first;
});

// After a plain `npm start` the store stands in DATA_DIR/emulator, and that is the one a newcomer wants to back up.
async function environmentOfServer(env) {
  if (decide([], env).kind !== 'pair' || !holdsOnlyTheEmulatorsStore(env)) return env;
  const { emulatorPort, platformData } = placesOf(env);
  return serverEnvironment(env, await keptAccount(platformData), `http://127.0.0.1:${emulatorPort}`);
}
