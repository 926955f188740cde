import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The launcher as it is, beside a server and an emulator that only say what they were given.
const SERVER = `
  const { writeFileSync } = require('node:fs');
  process.on('SIGTERM', () => process.exit(Number(process.env.FAKE_EXIT ?? 0)));
  const timer = setInterval(() => {}, 1000);
  if (process.env.FAKE_CRASH) setTimeout(() => process.exit(3), 100);
  writeFileSync('server.json', JSON.stringify({ pid: process.pid, env: process.env }));`;
const EMULATOR = `
  const { writeFileSync } = require('node:fs');
  process.once('disconnect', () => process.exit(0));
  setInterval(() => {}, 1000);
  writeFileSync('emulator.json', JSON.stringify({ pid: process.pid, env: process.env, args: process.argv.slice(2) }));
  if (process.env.FAKE_EMULATOR_CRASH) setTimeout(() => process.exit(1), 300);
  console.log('{"event":"ready","port":4321}');`;

describe('npm start', function () {
  this.timeout(20_000);
  let root;
  let started;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'vestnik-start-'));
    started = [];
    await cp(import.meta.dirname, join(root, 'src/launch'), { recursive: true });
    await mkdir(join(root, 'dist/src'), { recursive: true });
    await mkdir(join(root, 'dist/emulator'), { recursive: true });
    await writeFile(join(root, 'dist/package.json'), '{"type":"commonjs"}');
    await writeFile(join(root, 'dist/src/main.js'), SERVER);
    await writeFile(join(root, 'dist/emulator/main.js'), EMULATOR);
    const scripts = { start: 'node src/launch/start.mjs' };
    await writeFile(join(root, 'package.json'), JSON.stringify({ engines: { node: '>=20.19.0' }, scripts }));
  });

  afterEach(async () => {
    for (const pid of [...started, (await saidBy('server'))?.pid, (await saidBy('emulator'))?.pid]) endNow(pid);
    await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('hands one account to the server and to the emulator, the same at the next start', async () => {
    const first = await startAndStop({});
    assert.equal(first.code, 0);
    assert.equal(first.output, '', 'the launcher itself says nothing');
    const { server, emulator } = first;
    assert.equal(emulator.env.EMULATOR_APP_SECRET, server.env.WHATSAPP_APP_SECRET);
    assert.equal(emulator.env.EMULATOR_ACCESS_TOKEN, server.env.WHATSAPP_ACCESS_TOKEN);
    assert.equal(emulator.env.EMULATOR_VERIFY_TOKEN, server.env.WHATSAPP_VERIFY_TOKEN);
    assert.equal(flag(emulator, '--phone-number-id'), server.env.WHATSAPP_PHONE_NUMBER_ID);
    assert.equal(flag(emulator, '--waba-id'), server.env.WHATSAPP_BUSINESS_ACCOUNT_ID);
    assert.equal(flag(emulator, '--webhook-url'), 'http://127.0.0.1:3000/webhooks/whatsapp');
    assert.match(flag(emulator, '--data-dir'), /data.emulator-platform$/);
    assert.match(server.env.DATA_DIR, /data.emulator$/);
    assert.equal(server.env.WHATSAPP_GRAPH_URL, 'http://127.0.0.1:4321');
    assert.equal(server.env.VESTNIK_EMULATOR_PAGE, 'http://127.0.0.1:4321/');

    const second = await startAndStop({});
    assert.equal(second.server.env.WHATSAPP_ACCESS_TOKEN, server.env.WHATSAPP_ACCESS_TOKEN);
  });

  it('starts the server alone when an account is set, also in .env', async () => {
    await writeFile(join(root, '.env'), 'WHATSAPP_ACCESS_TOKEN=real\nPORT=3100\n');
    const { server, emulator } = await startAndStop({ PORT: '3200' }, { alone: true });
    assert.equal(emulator, undefined);
    assert.equal(server.env.WHATSAPP_ACCESS_TOKEN, 'real');
    assert.equal(server.env.PORT, '3200', 'the real environment wins');
  });

  it('overrides a real account when the emulator is asked for', async () => {
    const { server, emulator } = await startAndStop({ WHATSAPP_ACCESS_TOKEN: 'real' }, { args: ['--emulator'] });
    assert.equal(server.env.WHATSAPP_ACCESS_TOKEN, emulator.env.EMULATOR_ACCESS_TOKEN);
    assert.equal(emulator.env.WHATSAPP_ACCESS_TOKEN, undefined, 'the emulator never sees the real one');
  });

  it("ends with the server's exit code, and takes the emulator with it", async () => {
    const asked = await startAndStop({ FAKE_EXIT: '5' });
    assert.equal(asked.code, 5);
    await gone(asked.emulator.pid);
    const crashed = await startAndStop({ FAKE_CRASH: '1' }, { end: () => undefined });
    assert.equal(crashed.code, 3);
    await gone(crashed.emulator.pid);
  });

  it('ends the server when the emulator ends, and says so', async () => {
    const { code, output, server } = await startAndStop({ FAKE_EMULATOR_CRASH: '1' }, { end: () => undefined });
    assert.equal(code, 1);
    assert.match(output, /emulator ended/);
    await gone(server.pid);
  });

  it('leaves no child behind, even after kill -9', async () => {
    const { server, emulator } = await startAndStop({}, { end: (launcher) => launcher.kill('SIGKILL') });
    await gone(server.pid);
    await gone(emulator.pid);
  });

  it('ends on Ctrl-C, which a terminal sends to npm and all below it', async () => {
    const { server, emulator } = await startAndStop({}, { npm: true, end: (npm) => process.kill(-npm.pid, 'SIGINT') });
    await gone(server.pid);
    await gone(emulator.pid);
  });

  for (const signal of process.platform === 'linux' ? ['SIGTERM', 'SIGKILL'] : ['SIGTERM']) {
    it(`ends when npm alone gets ${signal}`, async () => {
      const { server, emulator } = await startAndStop({}, { npm: true, end: (npm) => npm.kill(signal) });
      await gone(server.pid);
      await gone(emulator.pid);
    });
  }

  it('says how to choose another port when that of the emulator is busy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    const { launcher, output } = run({ EMULATOR_PORT: String(port) });
    const [code] = await once(launcher, 'close');
    other.close();
    assert.equal(code, 1);
    assert.equal(
      output().trim(),
      `The emulator cannot have port ${port}: choose another, for example EMULATOR_PORT=${port + 1}.`,
    );
  });

  function run(env, { args = [], npm = false } = {}) {
    const own = { PATH: process.env.PATH, HOME: process.env.HOME, EMULATOR_PORT: '0', ...env };
    const [file, ...before] = npm ? ['npm', 'start', '--silent', '--'] : [process.execPath, 'src/launch/start.mjs'];
    const launcher = spawn(file, [...before, ...args], { cwd: root, env: own, detached: npm });
    started.push(launcher.pid);
    let output = '';
    for (const stream of [launcher.stdout, launcher.stderr]) stream.on('data', (bytes) => (output += bytes));
    return { launcher, output: () => output };
  }

  async function startAndStop(env, { args, npm, alone = false, end = (launcher) => launcher.kill('SIGTERM') } = {}) {
    await rm(join(root, 'server.json'), { force: true });
    const { launcher, output } = run(env, { args, npm });
    const exited = once(launcher, 'exit');
    for (;;) {
      const [server, emulator] = [await saidBy('server'), alone ? undefined : await saidBy('emulator')];
      if (server && (alone || emulator)) {
        end(launcher);
        const [code] = await exited;
        return { code, server, emulator: await saidBy('emulator'), output: output() };
      }
      if (launcher.exitCode !== null) assert.fail(`ended early: ${output()}`);
      await sleep(20);
    }
  }

  async function saidBy(program) {
    try {
      return JSON.parse(await readFile(join(root, `${program}.json`), 'utf8'));
    } catch {
      return undefined; // not started, or still writing
    }
  }
});

const flag = ({ args }, name) => args[args.indexOf(name) + 1];

async function gone(pid) {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(20);
  }
}

function endNow(pid) {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended, as it should have
  }
}
