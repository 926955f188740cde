// `npm test`: builds, finds or fetches the server and the browser, then hands over to mocha, in two halves beside each other.
//   npm test                            everything
//   npm test -- contracts journeys      only these suites (unit, contracts, journeys, kill)
//   npm test -- dist/src/x/y.test.js    only this file; src/x/y.test.ts means the same
//   npm test -- --grep "some words"     whatever else mocha takes
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed, ensureBuilt, PROJECT_ROOT } from '../src/launch/build.mjs';

const LAUNCHER = 'src/launch/*.test.mjs'; // runs before anything is compiled, so it is not
const SUITES = {
  unit: ['dist/{src,webhooks,emulator}/**/!(*.contract).test.js', LAUNCHER],
  contracts: ['dist/{src,webhooks,emulator}/**/*.contract.test.js'],
  journeys: ['dist/test/!(kill)/**/*.test.js', 'dist/test/*.test.js'],
  kill: ['dist/test/kill/**/*.test.js'],
};
const FIRST_HALF = ['unit', 'contracts'];
const EVERYTHING = Object.values(SUITES).flat();

const say = (line) => console.log(`  ${line}`);

process.chdir(PROJECT_ROOT);
try {
  await ensureBuilt({ onBuild: () => say('building') });
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}
const { prepare } = await import(pathToFileURL(join(PROJECT_ROOT, 'dist/test/means/prepare.js')).href);
const env = { ...process.env, ...(await prepare(say)) };

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const forbid = process.env.CI === 'true' ? ['--forbid-only'] : [];
const halves = sideBySide(process.argv.slice(2));
const runs = halves.map((args, index) => start([...forbid, ...args], index > 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runs.forEach(({ child }) => child.kill(signal)));
const counts = [];
let code = 0;
for (const { ended, counted, shown } of runs) {
  const exit = await ended;
  code ||= exit;
  shown();
  counts.push(counted());
}
if (runs.length > 1) {
  const sum = (name) => counts.reduce((total, one) => total + (one?.[name] ?? 0), 0);
  console.log(`\n${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`);
}
process.exit(code);

// Most of a test's time is waiting, so two halves of the suites run beside each other; what the second says stands below the first.
function start(args, isHeldBack) {
  const child = spawn(process.execPath, ['--enable-source-maps', mocha, ...args], {
    stdio: ['inherit', isHeldBack ? 'pipe' : 'inherit', isHeldBack ? 'pipe' : 'inherit', 'ipc'],
    env: halves.length > 1 ? { ...env, VESTNIK_TEST_HALF: '1' } : env,
  });
  const held = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => held.push(bytes));
  let counted;
  child.on('message', (message) => (counted = message));
  const ended = new Promise((resolve) => child.on('close', (exit, signal) => resolve(signal ? 1 : exit)));
  return { child, ended, counted: () => counted, shown: () => process.stdout.write(Buffer.concat(held)) };
}

function sideBySide(given) {
  const suites = given.length === 0 ? Object.keys(SUITES) : given;
  if (!suites.every((argument) => argument in SUITES)) return [mochaArguments(given)];
  const [first, second] = [true, false].map((isFirst) =>
    suites.filter((suite) => FIRST_HALF.includes(suite) === isFirst),
  );
  return [first, second].filter((half) => half.length > 0).map((half) => half.flatMap((suite) => SUITES[suite]));
}

function mochaArguments(given) {
  const suites = given.filter((argument) => argument in SUITES);
  const others = given.filter((argument) => !(argument in SUITES)).map(compiledPath);
  if (suites.length > 0) return [...suites.flatMap((suite) => SUITES[suite]), ...others];
  const namesFile = others.some((argument) => /\.test\.m?js$/.test(argument));
  return namesFile ? others : [...EVERYTHING, ...others];
}

function compiledPath(argument) {
  const source = /^(?:\.\/)?((?:src|webhooks|emulator|test)\/.+\.test)\.ts$/.exec(argument)?.[1];
  return source ? `dist/${source}.js` : argument;
}
