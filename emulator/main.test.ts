import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const GOOD = ['--port', '0', '--webhook-url', 'http://127.0.0.1:9/w', '--phone-number-id', '1', '--waba-id', '2'];
const SECRETS = { EMULATOR_APP_SECRET: 'a', EMULATOR_VERIFY_TOKEN: 'v', EMULATOR_ACCESS_TOKEN: 't' };

describe('the emulator as a program', function () {
  this.timeout(60_000);
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  const run = (args: readonly string[], env: Record<string, string> = {}) => {
    const started = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: 'pipe',
    });
    child = started;
    const said = { out: '', err: '' };
    started.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    return { started, said };
  };

  it('names every fault of its arguments at once and exits 1 without a stack trace', async () => {
    const { started, said } = run(['--port', 'x', '--nonsense', 'y', '--webhook-url', 'ftp://a']);
    const [code] = (await once(started, 'exit')) as [number];
    assert.equal(code, 1);
    for (const part of ['--port x', '--nonsense', '--webhook-url is not', '--app-secret', '--waba-id']) {
      assert.ok(said.err.includes(part), part);
    }
    assert.doesNotMatch(said.err, /\n\s+at /);
  });

  it('takes its secrets from the environment, says one line when ready, and exits 0 on SIGTERM', async () => {
    const { started, said } = run(GOOD, SECRETS);
    await once(started.stdout, 'data');
    const { event, port } = JSON.parse(said.out) as { event: string; port: number };
    assert.equal(event, 'ready');
    assert.equal((await fetch(`http://127.0.0.1:${port}/_emulator/state`)).status, 200);
    started.kill('SIGTERM');
    const [code] = (await once(started, 'exit')) as [number];
    assert.deepEqual([code, said.out.trim().split('\n').length, said.err], [0, 1, '']);
  });

  it('ends when its parent lets go of its standard input', async () => {
    const { started } = run([...GOOD, '--end-with-parent'], SECRETS);
    await once(started.stdout, 'data');
    started.stdin.end();
    const [code] = (await once(started, 'exit')) as [number];
    assert.equal(code, 0);
  });

  it('says how to choose another port when its own is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { started, said } = run([...GOOD, '--port', String(port)], SECRETS);
    const [code] = (await once(started, 'exit')) as [number];
    taken.close();
    assert.equal(code, 1);
    assert.match(said.err, /port \d+ is in use. Choose another with --port/);
  });
});
