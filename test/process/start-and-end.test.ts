import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../src/storage/sqlite-binding.js';
import { eventually } from '../journeys/eventually.js';
import { lookAfter, temporaryFolder } from '../means/caretaker.js';
import { PROJECT_ROOT } from '../means/program.js';
import { startPair, startServer } from '../means/server.js';

const LIMIT_MS = 60_000;

/** A start that is expected to fail. */
async function failedStart(env: Record<string, string>): Promise<string> {
  let words = '';
  await assert.rejects(startServer({ env }), (error: Error) => {
    words = error.message.split('It said:\n')[1] ?? '';
    return /ended \(1\)/.test(error.message);
  });
  assert.doesNotMatch(words, /^\s+at /m, 'words, no stack');
  return words;
}

describe('The process', function () {
  this.timeout(LIMIT_MS);

  it('finishes what is in the air at SIGTERM, and exits 0', async () => {
    const { server, emulator, stop } = await startPair();
    const control = (path: string, body: unknown) =>
      fetch(`${emulator.url}/_emulator${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await control('/faults', { kind: 'delay', ms: 1_500 });
    await control('/people/aigul/messages', { text: 'привет' });
    const outbox = async () => {
      const { counts } = (await (await fetch(`${server.url}/readyz?deep`)).json()) as {
        counts: { outbox: Record<string, number> };
      };
      return counts.outbox;
    };
    await eventually(async () => (await outbox())['attempted'] === 1);
    assert.deepEqual(await server.program.stop(), { code: 0, signal: null });
    await server.program.restart();
    assert.deepEqual(await outbox(), { queued: 0, claimed: 0, attempted: 0, unknown: 0 });
    await stop();
  });

  it('says in words which port is taken, and exits 1', async () => {
    const server = await startServer();
    assert.match(await failedStart({ PORT: String(server.port) }), new RegExp(`PORT=${server.port + 1}`));
    await server.program.stop();
  });

  it('says in words which host it cannot listen on', async () => {
    assert.match(await failedStart({ HOST: '192.0.2.1' }), /HOST 192\.0\.2\.1/);
  });

  it('says in words that the data folder cannot be used, or is somebody else’s at the moment', async () => {
    const file = join(temporaryFolder('process'), 'file');
    writeFileSync(file, '');
    assert.match(await failedStart({ DATA_DIR: join(file, 'data') }), /cannot be used/);
    const server = await startServer();
    assert.match(await failedStart({ DATA_DIR: server.dataDir }), /another Vestnik/);
    await server.program.stop();
  });

  it('says in words that the database does not answer', async () => {
    const words = await failedStart({
      MONGODB_URI: 'mongodb://127.0.0.1:9/vestnik?serverSelectionTimeoutMS=1000',
      SECRET_KEY: 's'.repeat(40),
    });
    assert.ok(words.trim().length > 0);
  });

  it('goes red within 5 s of a store that cannot be written, answers the door 503, and heals by itself', async () => {
    const { server, emulator, stop } = await startPair();
    const ready = async () => (await fetch(`${server.url}/readyz`)).status;
    const lock = openDatabase(join(server.dataDir, 'vestnik.sqlite'));
    lock.exec('BEGIN IMMEDIATE');
    await eventually(async () => (await ready()) === 503, 5_000);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    assert.equal((await fetch(`${server.url}/metrics`)).status, 200);
    const posted = await fetch(`${emulator.url}/_emulator/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ body: oneMessage(emulator.account.phoneNumberId) }),
    });
    assert.match(JSON.stringify(await posted.json()), /"answered":503/);
    lock.exec('ROLLBACK');
    lock.close();
    await eventually(async () => (await ready()) === 200, 5_000);
    await stop();
  });

  it('goes on when nobody reads what it says any more', async () => {
    const server = await startServer(); // lends its settings alone
    const settings = { DATA_DIR: temporaryFolder('epipe'), PORT: '0', HOST: '::1', ADMIN_API_TOKEN: server.adminToken };
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/src/main.js')], {
      env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'debug', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    lookAfter(child);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const port = await eventually(() => /http:\/\/\[::1\]:(\d+)\/api/.exec(said)?.[1]);
    child.stdout.destroy();
    child.stderr.destroy();
    for (let times = 0; times < 3; times += 1)
      assert.equal((await fetch(`http://[::1]:${port}/api/v1/nothing`)).status < 500, true);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    await server.program.stop();
  });

  it('exits 0 when it is told to end before it has begun', async () => {
    const dataDir = temporaryFolder('early');
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/src/main.js')], {
      env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, PORT: '0' },
      stdio: 'ignore',
    });
    lookAfter(child);
    const ended = once(child, 'exit');
    await eventually(() => existsSync(join(dataDir, 'secret-key')));
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });
});

const oneMessage = (phoneNumberId: string) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550100001', phone_number_id: phoneNumberId },
            contacts: [{ wa_id: '79160000009', profile: { name: 'N' } }],
            messages: [
              {
                from: '79160000009',
                id: 'wamid.process',
                timestamp: '1795355544',
                type: 'text',
                text: { body: 'привет' },
              },
            ],
          },
        },
      ],
    },
  ],
});
