// `npm run soak`: what is too long for CI; hours.
//   npm run soak                              all of it
//   npm run soak -- --seeds 100 …             the storms of test/storm: every seed through every fault with every journey on both stores,
//                                             or what is asked for (`--help`)
//   npm run soak -- notices [DEATHS [PEOPLE]] a notice to so many people (5000), its server killed so often (10), on both stores
import { spawn } from 'node:child_process';
import { BuildFailed, ensureBuilt, PROJECT_ROOT } from '../src/launch/build.mjs';

/** Messages a second: a run of 5,000 then lasts half a minute, and a death is always in the middle of it. */
const NOTICE_RATE = '200';

const USAGE = `npm run soak [-- --seeds … | notices [DEATHS [PEOPLE]]]: --help tells of the storms;
from 1 to 99 deaths, 10 when absent, in a notice to 100 to 10000 people, 5000 when absent`;

const storms = (args = []) => ({ args: ['--enable-source-maps', 'dist/test/storm/soak.js', ...args], env: {} });

const notices = (deaths = '10', people = '5000') =>
  /^[1-9]\d?$/.test(deaths) &&
  /^[1-9]\d{2,4}$/.test(people) &&
  Number(people) <= 10_000 && {
    args: ['test/run.mjs', 'dist/test/journeys/notices.test.js', '--grep', 'go on after kill -9'],
    env: { VESTNIK_NOTICE_DEATHS: deaths, VESTNIK_NOTICE_PEOPLE: people, VESTNIK_NOTICE_RATE: NOTICE_RATE },
  };

const [what, ...more] = process.argv.slice(2);
const runs =
  what === undefined
    ? [storms(), notices()]
    : what === 'notices'
      ? [notices(...more)]
      : [what.startsWith('--') && storms([what, ...more])];
if (!runs.every(Boolean) || (what === 'notices' && more.length > 2)) {
  console.error(USAGE);
  process.exit(2);
}

process.chdir(PROJECT_ROOT);
try {
  await ensureBuilt({ onBuild: () => console.log('  building') });
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}
let code = 0;
for (const run of runs) code ||= await ended(run);
process.exit(code);

function ended({ args, env }) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const stop = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  return new Promise((resolve) => child.on('exit', (exit, signal) => resolve(signal ? 1 : (exit ?? 1))));
}
