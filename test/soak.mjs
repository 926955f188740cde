// `npm run soak`: what is too long for CI; hours.
//   npm run soak                              all of it
//   npm run soak -- SEEDS                     the storms of test/storm, with so many seeds (100) for every fault, on both stores; what
//                                             stands before the seed's number repeats one: VESTNIK_STORM_SEED
//   npm run soak -- notices [DEATHS [PEOPLE]] a notice to so many people (5000), its server killed so often (10), on both stores
import { spawn } from 'node:child_process';

/** Messages a second: a run of 5,000 then lasts half a minute, and a death is always in the middle of it. */
const NOTICE_RATE = '200';

const USAGE = `npm run soak [-- SEEDS | notices [DEATHS [PEOPLE]]]: from 1 to 9999 seeds, 100 when absent;
from 1 to 99 deaths, 10 when absent, in a notice to 100 to 10000 people, 5000 when absent`;

const storms = (seeds = '100') =>
  /^[1-9]\d{0,3}$/.test(seeds) && {
    args: ['dist/test/storm/storm.test.js'],
    env: { VESTNIK_STORM_SEEDS: seeds },
  };

const notices = (deaths = '10', people = '5000') =>
  /^[1-9]\d?$/.test(deaths) &&
  /^[1-9]\d{2,4}$/.test(people) &&
  Number(people) <= 10_000 && {
    args: ['dist/test/journeys/notices.test.js', '--grep', 'go on after kill -9'],
    env: { VESTNIK_NOTICE_DEATHS: deaths, VESTNIK_NOTICE_PEOPLE: people, VESTNIK_NOTICE_RATE: NOTICE_RATE },
  };

const [what, ...more] = process.argv.slice(2);
const runs = what === undefined ? [storms(), notices()] : what === 'notices' ? [notices(...more)] : [storms(what)];
if (!runs.every(Boolean) || more.length > (what === 'notices' ? 2 : 0)) {
  console.error(USAGE);
  process.exit(2);
}

let code = 0;
for (const run of runs) code ||= await ended(run);
process.exit(code);

function ended({ args, env }) {
  const child = spawn(process.execPath, ['test/run.mjs', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const stop = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  return new Promise((resolve) => child.on('exit', (exit, signal) => resolve(signal ? 1 : (exit ?? 1))));
}
