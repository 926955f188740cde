// `npm test`: builds, finds or fetches the server and the browser, then hands over to mocha, in lanes beside each other.
//   npm test                            everything
//   npm test -- contracts journeys      only these suites (unit, contracts, journeys, house, kill)
//   npm test -- dist/src/x/y.test.js    only this file; src/x/y.test.ts means the same
//   npm test -- --grep "some words"     whatever else mocha takes
import { spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed, ensureBuilt, PROJECT_ROOT } from '../src/launch/build.mjs';

const LAUNCHER = 'src/launch/*.test.mjs'; // runs before anything is compiled, so it is not
// Of each suite its parts, and in which lane a part runs: dealt so that the lanes end at about the same time (see "What took longest").
const SUITES = {
  unit: [{ lane: 1, files: ['dist/{src,webhooks,emulator}/**/!(*.contract).test.js', LAUNCHER] }],
  contracts: [
    { lane: 0, files: ['dist/src/[a-d]*/**/*.contract.test.js'] },
    { lane: 1, files: ['dist/{src/[!a-d]*,webhooks,emulator}/**/*.contract.test.js'] },
  ],
  journeys: [
    { lane: 0, files: ['dist/test/journeys/[!a-r]*.test.js'] },
    { lane: 2, files: ['dist/test/journeys/[a-m]*.test.js'] },
    { lane: 3, files: ['dist/test/journeys/[n-r]*.test.js'] },
  ],
  house: [
    { lane: 2, files: ['dist/test/invariants/**/*.test.js'] },
    { lane: 3, files: ['dist/test/!(kill|journeys|invariants)/**/*.test.js', 'dist/test/*.test.js'] },
  ],
  kill: [{ lane: 0, files: ['dist/test/kill/**/*.test.js'] }],
};
const ROOM_IN_MEMORY = 8 * 1024 ** 3;
const MOST_FILES_AGAIN = 4;
const LONGEST = 12;
const filesOf = (suites) => suites.flatMap((suite) => SUITES[suite].flatMap(({ files }) => files));

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
// Some hundred servers are started; newer Nodes (22.1) need not compile the same modules for each of them.
const compiled = { NODE_COMPILE_CACHE: join(PROJECT_ROOT, '.cache', 'compiled') };
const env = { ...compiled, ...process.env, ...inMemory(), ...(await prepare(say)) };

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const forbid = process.env.CI === 'true' ? ['--forbid-only'] : [];
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running.forEach((child) => child.kill(signal)));
const lanes = lanesOf(process.argv.slice(2));
if (lanes.length === 1) process.exit(await start(lanes[0]).ended);
process.exit(await besideEachOther());

// Says at the end, where a long log is read first, which tests failed, and the sums. The exit code is 0 if none did.
async function besideEachOther() {
  const runs = lanes.map((args, index) => start(args, { isLane: true, isHeldBack: index > 0 }));
  const files = {};
  let code = 0;
  for (const { ended, results, shown } of runs) {
    const exit = await ended;
    shown();
    if (results() === undefined) code ||= exit || 1; // it ended before it could tell
    Object.assign(files, results());
  }
  const failing = Object.keys(files).filter((name) => files[name].failures > 0);
  for (const name of failing) tell(`FAILED in ${name}`, files[name].failed);
  if (failing.length > 0 && failing.length <= MOST_FILES_AGAIN) await again(failing, files);
  const longest = Object.entries(files).sort(([, one], [, other]) => other.ms - one.ms);
  console.log('\n  What took longest, in seconds:');
  for (const [name, { ms }] of longest.slice(0, LONGEST))
    console.log(`  ${(ms / 1_000).toFixed(1).padStart(6)}  ${name}`);
  const sum = (name) => Object.values(files).reduce((total, one) => total + one[name], 0);
  console.log(`\n${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`);
  return sum('failures') > 0 ? 1 : code;
}

// Four lanes starve each other now and then on a small machine. A file that failed is run once more, alone: what fails again is broken;
// what does not is named, for a test that needs a quiet machine is a fault too.
async function again(failing, files) {
  for (const name of failing) {
    console.log(`\n  once more, alone: ${name}`);
    const run = start([name], { isLane: true });
    await run.ended;
    const result = run.results()?.[name];
    if (!result || result.passes + result.failures === 0) continue;
    files[name] = result;
    if (result.failures === 0) console.log(`\n  !! FAILED BESIDE THE OTHERS, PASSED ALONE: ${name}`);
    else tell(`FAILED AGAIN in ${name}`, result.failed);
  }
}

function tell(heading, failed) {
  console.log(`\n  !! ${heading}`);
  for (const one of failed) console.log(`     ${one.replaceAll('\n', '\n       ')}`);
}

// Most of a test's time is waiting, so the suites run in lanes beside each other; what the later ones say stands below the first.
function start(args, { isLane = false, isHeldBack = false } = {}) {
  const out = isHeldBack ? 'pipe' : 'inherit';
  const child = spawn(process.execPath, ['--enable-source-maps', mocha, ...forbid, ...args], {
    stdio: ['inherit', out, out, 'ipc'],
    env: isLane ? { ...env, VESTNIK_TEST_LANE: '1' } : env,
  });
  running.add(child);
  const held = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => held.push(bytes));
  let told;
  child.on('message', (message) => (told = message));
  const ended = new Promise((resolve) => child.on('close', (exit, signal) => resolve(signal ? 1 : exit)));
  void ended.then(() => running.delete(child));
  return { ended, results: () => told, shown: () => process.stdout.write(Buffer.concat(held)) };
}

// What the tests keep on a disk is gone when they are over. On one made of memory they do not wait for it to be safe there: a mongod makes
// its collections twice as fast. A database, several of them beside each other, takes a few hundred MB.
function inMemory() {
  const folder = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(folder);
    return process.env.TMPDIR || bavail * bsize < ROOM_IN_MEMORY ? {} : { TMPDIR: folder };
  } catch {
    return {}; // not on this system
  }
}

function lanesOf(given) {
  const suites = given.length === 0 ? Object.keys(SUITES) : given;
  if (!suites.every((argument) => argument in SUITES)) return [mochaArguments(given)];
  const parts = suites.flatMap((suite) => SUITES[suite]);
  const used = [...new Set(parts.map(({ lane }) => lane))].sort();
  return used.map((lane) => parts.filter((part) => part.lane === lane).flatMap(({ files }) => files));
}

function mochaArguments(given) {
  const suites = given.filter((argument) => argument in SUITES);
  const others = given.filter((argument) => !(argument in SUITES)).map(compiledPath);
  if (suites.length > 0) return [...filesOf(suites), ...others];
  const namesFile = others.some((argument) => /\.test\.m?js$/.test(argument));
  return namesFile ? others : [...filesOf(Object.keys(SUITES)), ...others];
}

function compiledPath(argument) {
  const source = /^(?:\.\/)?((?:src|webhooks|emulator|test)\/.+\.test)\.ts$/.exec(argument)?.[1];
  return source ? `dist/${source}.js` : argument;
}
