// `npm test`: builds, finds or fetches the server and the browser, then hands over to mocha.
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
const args = [...forbid, ...mochaArguments(process.argv.slice(2))];
const child = spawn(process.execPath, ['--enable-source-maps', mocha, ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env,
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));

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
