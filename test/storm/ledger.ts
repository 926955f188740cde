import { join } from 'node:path';
import { runToEnd } from '../means/command.js';
import { PROJECT_ROOT } from '../means/program.js';
import { SECRET_KEY, type Sky } from './sky.js';

const LIMIT_MS = 60_000;

/** `npm run ledger:verify`, beside the running server. @throws when the ledger is damaged */
export async function verifyLedger({ store, server, mongoUri }: Sky): Promise<void> {
  const said = await runToEnd(process.execPath, [join(PROJECT_ROOT, 'dist/src/operations/ledger-verify.js')], {
    timeoutMs: LIMIT_MS,
    env: { ...process.env, DATA_DIR: server.dataDir, SECRET_KEY, MONGODB_URI: mongoUri ?? '' },
  });
  if (!said.includes('The ledger is whole.')) throw new Error(`${store}: ${said}`);
}
