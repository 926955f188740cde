import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../means/free-port.js';
import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { DOOR, startEmulator, startPair, startServer } from '../means/server.js';
import type { RunningEmulator, RunningServer } from '../means/server.js';
import { Crowd } from './crowd.js';
import { accountForAll, DRAIN_LIMIT_MS, lapseLeases, SERVER_ENV } from './stand.js';

/** `kill -9` in the middle of load, again and again; afterwards everybody who wrote is accounted for, once.
 *  More rounds: `KILL_ROUNDS=500 npm test -- test/kill/kill.test.ts`. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 20);
const PEOPLE_PER_ROUND = 60;
const LOAD_MS = 900;
const ROUND_LIMIT_MS = 15_000;

describe('A server killed in the middle of load', function () {
  it(`loses nothing and says nothing twice in ${ROUNDS} deaths, on SQLite`, async function () {
    this.timeout(ROUNDS * ROUND_LIMIT_MS + DRAIN_LIMIT_MS);
    const { server, emulator, stop } = await startPair({ server: { env: SERVER_ENV } });
    const crowd = await crowdOf(emulator);
    for (let round = 0; round < ROUNDS; round += 1) await killOnce(server, crowd);
    await accountForAll(crowd, emulator, [server]);
    await stop();
  });

  describe('on MongoDB', () => {
    needsMongo();

    it(`loses nothing and says nothing twice in ${ROUNDS} deaths`, async function () {
      this.timeout(ROUNDS * ROUND_LIMIT_MS + DRAIN_LIMIT_MS);
      const mongoUri = await freshMongoUri('kill');
      const { server, emulator, stop } = await startPair({ mongoUri, server: { env: SERVER_ENV } });
      const crowd = await crowdOf(emulator);
      for (let round = 0; round < ROUNDS; round += 1) await killOnce(server, crowd, () => lapseLeases(mongoUri));
      await accountForAll(crowd, emulator, [server]);
      await stop();
    });

    it('loses nothing and says nothing twice when one of two on one database is killed', async function () {
      const rounds = Math.ceil(ROUNDS * 0.4);
      this.timeout(rounds * ROUND_LIMIT_MS + 2 * DRAIN_LIMIT_MS);
      const mongoUri = await freshMongoUri('kill2');
      const port = await freePort();
      const emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}${DOOR}` });
      const start = (on: number) => startServer({ mongoUri, port: on, emulator, env: SERVER_ENV });
      const servers = [await start(port), await start(await freePort())] as const;
      const crowd = await crowdOf(emulator);
      for (let round = 0; round < rounds; round += 1) {
        const victim = servers[randomInt(2)] ?? servers[0];
        // A balancer in front of them: the platform is sent to the one that lives. What was under way is the test.
        const other = victim === servers[0] ? servers[1] : servers[0];
        await Promise.all([
          killOnce(victim, crowd),
          sleep(LOAD_MS / 2).then(() => crowd.post('/settings', { webhookUrl: `${other.url}${DOOR}` })),
        ]);
      }
      await accountForAll(crowd, emulator, servers);
      for (const { program } of [...servers, emulator]) await program.stop();
    });
  });
});

async function crowdOf(emulator: RunningEmulator): Promise<Crowd> {
  const crowd = new Crowd(emulator);
  await crowd.prepare();
  return crowd;
}

/** People write; at some moment meanwhile the server dies; it is started again while they go on. */
async function killOnce(server: RunningServer, crowd: Crowd, onDead?: () => Promise<void>): Promise<void> {
  const writing = crowd.write(PEOPLE_PER_ROUND, LOAD_MS);
  await sleep(randomInt(LOAD_MS / 4, LOAD_MS * 1.25));
  await server.program.kill();
  await onDead?.();
  await Promise.all([writing, server.program.restart()]);
}
