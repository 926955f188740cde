// `npm run soak [-- SEEDS]`: the storms of test/storm with a hundred seeds (or as many as are asked for) for every fault, on both
// stores; hours, so not for CI. What stands before the seed's number repeats one: VESTNIK_STORM_SEED.
import { spawn } from 'node:child_process';

const seeds = process.argv[2] ?? '100';
if (!/^[1-9]\d{0,3}$/.test(seeds)) {
  console.error('npm run soak [-- SEEDS]: from 1 to 9999 seeds, 100 when absent');
  process.exit(2);
}
const child = spawn(process.execPath, ['test/run.mjs', 'dist/test/storm/storm.test.js'], {
  stdio: 'inherit',
  env: { ...process.env, VESTNIK_STORM_SEEDS: seeds },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
