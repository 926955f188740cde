import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { startPair, startServer, type RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { inbound, Platform } from './platform.js';
import { api, settled } from './stand.js';

const PEOPLE = 60;
/** Slow enough that the first worker still has most of them in its hands when it is stopped. */
const PER_SECOND = 10;
const LEASE_MS = 15_000;
const TAKEN_OVER_MS = 20_000;
const MARGIN_MS = 5_000;

describe('A worker that is paused past its lease and woken again', () => {
  needsMongo();
  let first: RunningServer;
  let second: RunningServer;
  let platform: Platform;
  let stop: () => Promise<void>;

  before(async function () {
    this.timeout(120_000);
    const mongoUri = await freshMongoUri('paused');
    const env = { WHATSAPP_MESSAGES_PER_SECOND: String(PER_SECOND) };
    const pair = await startPair({ mongoUri, server: { env } }); // the first to come holds the sending lease
    first = pair.server;
    second = await startServer({ mongoUri, emulator: pair.emulator, env });
    platform = new Platform(pair.emulator);
    stop = async () => void (await Promise.all([pair.stop(), second.program.stop()]));
  });
  after(async function () {
    this.timeout(60_000);
    first.program.signal('SIGCONT');
    await stop?.();
  });

  it('starts no call that the other has made meanwhile, and nobody is answered twice', async function () {
    this.timeout(120_000);
    const people = await platform.crowd(PEOPLE);
    const posts = people.map((person, index) =>
      platform.knock(index % 2 ? first : second, platform.body({ messages: [inbound(person, 'привет')] })),
    );
    assert.deepEqual(new Set(await Promise.all(posts)), new Set([200]));
    await eventually(async () => (await platform.log('event=send')).length >= PER_SECOND);
    first.program.signal('SIGSTOP');
    const stoppedAt = performance.now();
    await sleep(500); // what was on the wire has arrived
    const before = await platform.log('event=send');
    assert.ok(before.length < PEOPLE, 'it was stopped in the middle of its work');

    await eventually(async () => (await platform.log('event=send')).length > before.length, 40_000);
    assert.ok(performance.now() - stoppedAt <= TAKEN_OVER_MS + MARGIN_MS, 'the other has taken over in time');
    await settled(second, 40_000);
    await sleep(Math.max(0, LEASE_MS + 1_000 - (performance.now() - stoppedAt)));
    const meanwhile = await platform.log('event=send');

    first.program.signal('SIGCONT');
    const late = await platform.crowd(10);
    for (const [index, person] of late.entries())
      await platform.knock(index % 2 ? first : second, platform.body({ messages: [inbound(person, 'привет')] }));
    for (const person of late) await platform.answered(person, 1, 40_000);
    await settled(second, 40_000);

    const sends = await platform.log('event=send');
    const known = new Set(meanwhile.map(({ callback }) => callback?.split(':')[1]));
    const woken = sends.slice(meanwhile.length);
    assert.deepEqual(
      woken.filter(({ callback }) => known.has(callback?.split(':')[1])),
      [],
      'no message that was already sent is sent after the waking',
    );
    const perPerson = new Map<string, number>();
    for (const { person, accepted } of sends)
      if (person && accepted) perPerson.set(person, (perPerson.get(person) ?? 0) + 1);
    assert.deepEqual(
      [...perPerson].filter(([, count]) => count > 1),
      [],
      'nobody is answered twice',
    );
    const unanswered = [...people, ...late].filter(({ id }) => !perPerson.has(id));
    // Statuses went to the door of the paused one too: what they settle is settled once the platform has come again.
    await eventually(async () => {
      const { items } = (await api(second, '/messages?state=unknown&limit=100')) as { items: unknown[] };
      assert.equal(unanswered.length, items.length, 'whoever has no answer yet is shown as unknown');
      return true;
    }, 30_000);
  });
});
