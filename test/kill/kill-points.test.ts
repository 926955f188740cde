import assert from 'node:assert/strict';
import { temporaryFolder } from '../means/caretaker.js';
import { freePort } from '../means/free-port.js';
import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { DOOR, startEmulator, startPair, startServer } from '../means/server.js';
import type { RunningEmulator, RunningServer } from '../means/server.js';
import { Crowd } from './crowd.js';
import { accountForAll, lapseLeases, SERVER_ENV } from './stand.js';

/** Deaths at the very moments at which half of something is done. The server ends itself there, as by `kill -9`
 *  (`VESTNIK_KILL_AT=point:n`, its n-th passing). */
const points = (groups: number) => ({
  'after-append:5': 'with a message on the disk that the platform was not thanked for',
  [`in-group:${groups}`]: 'inside a group of writes, before any of them is durable',
  'before-turn-commit:4': 'with a turn decided and not committed',
  'after-attempted:3': 'with messages attempted and not sent',
  'after-answer:4': 'with an answer of the platform not written down',
});
/** Past the groups of the start itself; a group of MongoDB's holds many more writes than one of SQLite's. */
const GROUPS = { sqlite: 8, mongodb: 3 };
const PEOPLE = 30;
const LOAD_MS = 300;
/** A point inside a group is passed once for many people. */
const MAX_WAVES = 20;
const LIMIT_MS = 180_000;

const killedAt = (point: string) => ({ VESTNIK_KILL_AT: point });

describe('A server killed at a certain point', function () {
  this.timeout(LIMIT_MS);

  describe('on SQLite', () => {
    diesAt(points(GROUPS.sqlite), () => Promise.resolve(undefined));
    it('starts again and works when it died in a migration', async () => {
      const dataDir = temporaryFolder('migration');
      await diesInMigration((env, port, emulator) => startServer({ dataDir, port, emulator, env }));
    });
  });

  describe('on MongoDB', () => {
    needsMongo();
    diesAt(points(GROUPS.mongodb), () => freshMongoUri('points'));
    it('starts again and works when it died in a migration', async () => {
      const mongoUri = await freshMongoUri('migration');
      await diesInMigration(
        (env, port, emulator) => startServer({ mongoUri, port, emulator, env }),
        () => lapseLeases(mongoUri),
      );
    });
  });
});

/** One server dies at all of them, one after another; each time everybody is accounted for. */
function diesAt(places: Readonly<Record<string, string>>, uri: () => Promise<string | undefined>): void {
  let pair: Awaited<ReturnType<typeof startPair>>;
  let mongoUri: string | undefined;
  let crowd: Crowd;

  before(async function () {
    this.timeout(LIMIT_MS);
    mongoUri = await uri();
    pair = await startPair({ ...(mongoUri ? { mongoUri } : {}), server: { env: SERVER_ENV } });
    crowd = new Crowd(pair.emulator);
    await crowd.prepare();
  });
  after(async function () {
    this.timeout(LIMIT_MS);
    await pair?.stop();
  });

  for (const [point, words] of Object.entries(places)) {
    it(`loses nothing and says nothing twice when it died ${words}`, async () => {
      const { server, emulator } = pair;
      await server.program.restart(killedAt(point));
      for (let wave = 0; wave < MAX_WAVES && server.program.isRunning; wave += 1) await crowd.write(PEOPLE, LOAD_MS);
      const ending = await server.program.ending;
      assert.equal(ending.signal, 'SIGKILL', `it ended by itself at ${point}`);
      if (mongoUri) await lapseLeases(mongoUri);
      await server.program.restart();
      await accountForAll(crowd, emulator, [server]);
    });
  }
}

async function diesInMigration(
  start: (env: Record<string, string>, port: number, emulator: RunningEmulator) => Promise<RunningServer>,
  onDead?: () => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const emulator = await startEmulator({ webhookUrl: `http://127.0.0.1:${port}${DOOR}` });
  const crowd = new Crowd(emulator);
  await crowd.prepare();
  const env = { ...SERVER_ENV, ...killedAt('in-migration:3') };
  await assert.rejects(start(env, port, emulator), /ended \(SIGKILL\) before it was ready/);
  await onDead?.();
  const server = await start(SERVER_ENV, port, emulator);
  await crowd.write(PEOPLE, LOAD_MS);
  await accountForAll(crowd, emulator, [server]);
  await server.program.stop();
  await emulator.program.stop();
}
