// `npm run soak`: the storms of test/storm with a hundred seeds for every fault and every journey on both stores, or with what is asked
// for; hours, so not for CI. `npm run soak -- --help` tells how to ask.
import { spawn } from 'node:child_process';
import { BuildFailed, ensureBuilt, PROJECT_ROOT } from '../src/launch/build.mjs';

process.chdir(PROJECT_ROOT);
try {
  await ensureBuilt({ onBuild: () => console.log('  building') });
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}
const child = spawn(process.execPath, ['--enable-source-maps', 'dist/test/storm/soak.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
