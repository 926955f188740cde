import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openDatabase } from '../../src/storage/sqlite-binding.js';
import { startPair } from '../means/server.js';
import { eventually } from './eventually.js';
import { inbound, Platform } from './platform.js';
import { needsPrivateMongod, startMongod, type PrivateMongod } from './private-mongod.js';
import { JOURNEY_LIMIT_MS, onSqlite, settled, type Stand } from './stand.js';

/** What DESIGN promises, and what a busy machine may add to it. */
const PROMISED_MS = 5_000;
const MARGIN_MS = 2_000;

/** Makes the store unable to take a write. @returns what makes it able again */
type TakeAway = () => Promise<() => void>;

function storeGoesAway(stand: () => Stand, takeAway: TakeAway): void {
  it('says 503 in time, turns red in time, and makes up for everything by itself once the store is back', async () => {
    const { platform, server } = stand();
    const [acquainted, stranger] = [await platform.customer(), await platform.customer()];
    await platform.write(acquainted, 'привет');
    await platform.answered(acquainted);
    await settled(server);

    const giveBack = await takeAway();
    const since = performance.now();
    try {
      const body = platform.body({ messages: [inbound(acquainted, 'меню')] });
      const knocked = (await platform.post('/webhook', { body })) as { outcomes: { answered: number; ms: number }[] };
      assert.deepEqual(
        knocked.outcomes.map(({ answered }) => answered),
        [503],
      );
      assert.ok((knocked.outcomes[0]?.ms ?? 0) <= PROMISED_MS + MARGIN_MS, `${knocked.outcomes[0]?.ms} ms`);
      await eventually(async () => (await fetch(`${server.url}/readyz`)).status === 503);
      assert.ok(performance.now() - since <= PROMISED_MS + MARGIN_MS, 'red in time');
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200, 'the process itself is well');
      await platform.write(stranger, 'привет');
      await eventually(async () => (await platform.thread(stranger)).length === 1);
    } finally {
      giveBack();
    }
    await eventually(async () => (await fetch(`${server.url}/readyz`)).status === 200, 30_000);
    await platform.answered(stranger, 1, 40_000); // the platform comes again by itself
    await settled(server);
    assert.equal((await platform.sends(stranger)).length, 1);
    // Nobody repeats what we posted ourselves; whether it was kept or not, it was answered once at the most.
    assert.ok((await platform.sends(acquainted)).length <= 2);
    await platform.write(acquainted, 'что ты умеешь');
    const said = (await platform.answers(acquainted)).length;
    await platform.answered(acquainted, said + 1);
  });
}

onSqlite('When another program holds the database file', (stand) =>
  storeGoesAway(stand, async () => {
    const database = openDatabase(join(stand().server.dataDir, 'vestnik.sqlite'));
    await eventually(() => {
      database.exec('BEGIN IMMEDIATE');
      return true;
    });
    return () => {
      database.exec('ROLLBACK');
      database.close();
    };
  }),
);

describe('When MongoDB stands still', function () {
  this.timeout(JOURNEY_LIMIT_MS);
  needsPrivateMongod();
  let mongod: PrivateMongod;
  let stand: Stand;
  let stop: () => Promise<void>;

  before(async function () {
    this.timeout(120_000);
    mongod = await startMongod();
    const pair = await startPair({ mongoUri: mongod.uri });
    stop = pair.stop;
    stand = { ...pair, platform: new Platform(pair.emulator), mongoUri: mongod.uri };
    await stand.platform.settings({ retryScheduleMs: [200, 400, 800] });
  });
  after(async function () {
    this.timeout(60_000);
    await stop?.();
    await mongod?.stop();
  });

  storeGoesAway(
    () => stand,
    () => {
      mongod.signal('SIGSTOP');
      return Promise.resolve(() => mongod.signal('SIGCONT'));
    },
  );
});
