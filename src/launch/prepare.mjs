import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildFailed, ensureBuilt, PROJECT_ROOT } from './build.mjs';
import { Refusal } from './refusal.mjs';

/**
 * What every launcher does around its work: stands in the project's folder, reads `.env` (the real environment wins),
 * builds if needed, and turns a refusal into a sentence and an exit code.
 * @param {() => Promise<number>} work resolves with the exit code
 */
export async function launch(work) {
  try {
    process.chdir(PROJECT_ROOT);
    requireNode();
    if (existsSync('.env')) process.loadEnvFile('.env');
    await ensureBuilt({ onBuild: () => console.log('building…') });
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof BuildFailed)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '').split('.').map(Number);
  const present = process.versions.node.split('.').map(Number);
  const at = wanted.findIndex((part, index) => part !== present[index]);
  if (at !== -1 && present[at] < wanted[at]) {
    throw new Refusal(`Node ${wanted.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
}
