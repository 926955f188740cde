import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { temporaryFolder } from '../means/caretaker.js';
import { freePort } from '../means/free-port.js';
import { DOOR, makeAccount, startPair, startServer, type RunningEmulator } from '../means/server.js';
import { needsPrivateMongod, startMongod } from './private-mongod.js';
import { JOURNEY_LIMIT_MS } from './stand.js';

/** An account without an emulator behind it: enough for a start. */
const someAccount = () => ({ account: makeAccount(), url: 'http://127.0.0.1:9' }) as RunningEmulator;

/** What a server that does not start says; without a stack trace, for what is wrong can be mended by whoever started it. */
async function refusal(options: Parameters<typeof startServer>[0]): Promise<string> {
  const started = startServer(options);
  const error = await started.then(
    () => new Error('it started'),
    (complaint: unknown) => complaint as Error,
  );
  assert.match(error.message, /ended \(1\) before it was ready/, 'its exit code is 1');
  const said = error.message.slice(error.message.indexOf('It said:'));
  assert.doesNotMatch(said, /^\s+at /m, 'no stack trace');
  return said;
}

describe('A server that cannot start', function () {
  this.timeout(JOURNEY_LIMIT_MS);

  it('names every one of the WhatsApp settings that are missing', async () => {
    const said = await refusal({ env: { WHATSAPP_ACCESS_TOKEN: 'EAAsecret', WHATSAPP_PHONE_NUMBER_ID: '100200300' } });
    for (const name of ['WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN', 'WHATSAPP_BUSINESS_ACCOUNT_ID'])
      assert.match(said, new RegExp(`${name} is missing`));
    assert.doesNotMatch(said, /WHATSAPP_(ACCESS_TOKEN|PHONE_NUMBER_ID) is missing/);
    assert.doesNotMatch(said, /EAAsecret/, 'and quotes no secret');
  });

  it('names all that is wrong at once', async () => {
    const said = await refusal({
      env: { LOG_LEVEL: 'loud', TIME_ZONE: 'Mars/Olympus', ROLE: 'worker', SECRET_KEY: 'short' },
    });
    for (const name of ['LOG_LEVEL', 'TIME_ZONE', 'SECRET_KEY']) assert.match(said, new RegExp(name));
  });

  it('says how to choose another port when its own is taken', async () => {
    const holder = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    assert.match(await refusal({ port }), new RegExp(`PORT ${port}\\b[^]*choose another[^]*PORT=\\d+`));
    holder.close();
  });

  it('says that another one works with the data folder', async () => {
    const holder = await startServer();
    assert.match(await refusal({ dataDir: holder.dataDir }), /another Vestnik works with the data folder/);
    assert.equal((await fetch(`${holder.url}/readyz`)).status, 200, 'which that one does not even notice');
    await holder.program.kill();
    const next = await startServer({ dataDir: holder.dataDir });
    await next.program.stop();
  });

  it('refuses the store of another number, of the emulator, and of another secret key', async () => {
    const dataDir = temporaryFolder('owned');
    const [one, other] = [someAccount(), someAccount()];
    await (await startServer({ dataDir, emulator: one })).program.stop();
    assert.match(await refusal({ dataDir, emulator: other }), /belongs to the phone number id/);
    const env = { VESTNIK_EMULATOR_PAGE: 'http://127.0.0.1:4000/' };
    assert.match(await refusal({ dataDir, emulator: one, env }), /belongs to .* emulator/s);
    const key = { SECRET_KEY: 'another secret key of thirty-two characters' };
    assert.match(await refusal({ dataDir, emulator: one, env: key }), /SECRET_KEY/);

    const pretended = temporaryFolder('pretended');
    await (await startServer({ dataDir: pretended, emulator: one, env })).program.stop();
    assert.match(await refusal({ dataDir: pretended, emulator: other }), /belongs to the emulator/);
  });

  it('starts without an account: the API is there, the door says 503, and readiness is green', async () => {
    const server = await startServer();
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    assert.equal((await fetch(server.url + DOOR, { method: 'POST', body: '{}' })).status, 503);
    assert.equal((await fetch(`${server.url}/api/v1/openapi.json`)).status, 200);
    assert.equal((await fetch(`${server.url}/api/v1/contacts`)).status, 401);
    assert.deepEqual(await server.program.stop(), { code: 0, signal: null });
  });

  it('says its five lines and no more when it starts, and the address in them is the right one', async () => {
    const port = await freePort();
    const pair = await startPair({ server: { port, env: { LOG_LEVEL: 'error' } } });
    const said = pair.server.program.output.trim().split('\n');
    assert.ok(said.length <= 5, said.join('\n'));
    await pair.stop();
  });
});

describe('A server on a MongoDB that is no replica set', function () {
  this.timeout(JOURNEY_LIMIT_MS);
  needsPrivateMongod();

  it('says so, with the command that makes it one', async () => {
    const mongod = await startMongod({ replicaSet: false });
    const said = await refusal({ mongoUri: mongod.uri });
    assert.match(said, /replica set/);
    assert.match(said, /rs\.initiate|replSetInitiate/);
    await mongod.stop();
  });
});
