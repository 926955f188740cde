import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readUpdates } from '../../webhooks/read-updates.js';
import type { Clock } from '../../src/clock.js';
import { migrations } from '../../src/composition.js';
import type { Input, Session } from '../../src/conversation/session.js';
import { outbox } from '../../src/delivery/outbox-table.js';
import { createLedger } from '../../src/consent/ledger.js';
import { createAppend } from '../../src/inbox/append.js';
import { readDead, retryOp } from '../../src/inbox/dead.js';
import { inbox } from '../../src/inbox/inbox-tables.js';
import { Turns } from '../../src/inbox/turns.js';
import type { Engine } from '../../src/storage/engine.js';
import { timeId } from '../../src/time-id.js';
import { onBothStores } from '../means/stores.js';
import { eventually } from './eventually.js';

const NUMBER = '100200300400500';
const POISON = 'poison';

/** The pauses between tries, in a tenth of the time. */
const SPEED = 10;
const began = Date.now();
const quickClock: Clock = {
  now: () => began + (Date.now() - began) * SPEED,
  monotonic: () => performance.now() * SPEED,
};

// An engine that answers everything and breaks over one word: what no message may be able to do, played for once.
onBothStores('An update over which the engine breaks', (place) => {
  let engine: Engine;
  let turns: Turns;
  let append: ReturnType<typeof createAppend>;
  let mended: boolean;

  before(async function () {
    this.timeout(60_000);
    engine = await (await place()).open(migrations);
    const pepper = randomBytes(32);
    const log = { warn: () => undefined, error: () => undefined };
    turns = new Turns({
      engine,
      clock: quickClock,
      advance: (session, inputs) => answering(session, inputs),
      worldFacts: () => ({}) as never,
      countryOf: () => undefined,
      textHash: (body) => body,
      newId: timeId,
      pepper,
      ledger: createLedger(pepper),
      read: (raw) => {
        const read = readUpdates(raw);
        return read.kind === 'ok' ? read.updates[0] : undefined;
      },
      isUrgent: () => true, // nobody sends here, so nobody waits for a reply to leave
      ownedPartitions: () => 'all',
      onQueued: () => undefined,
      log,
    });
    append = createAppend({ engine, pepper, isOurs: () => true, onAppended: () => turns.nudge() });
    turns.start();
  });
  after(async () => {
    await turns?.stop();
    await engine?.close();
  });
  beforeEach(() => (mended = false));

  function answering(session: Session | undefined, inputs: readonly Input[]) {
    const words = inputs.map(({ content }) => (content.type === 'text' ? content.body : ''));
    if (!mended && words.some((text) => text.includes(POISON))) throw new TypeError(`cannot read ${words.join(' ')}`);
    const reply = { content: { type: 'text', body: words.join(', ') }, priority: 'ordinary' } as const;
    return { session: session ?? ({} as Session), changes: [], replies: [reply] };
  }

  async function write(userId: string, ...texts: string[]): Promise<void> {
    const messages = texts.map((body) => ({
      from_user_id: userId,
      id: `wamid.${randomUUID()}`,
      timestamp: String(Math.floor(quickClock.now() / 1000)),
      type: 'text',
      text: { body },
    }));
    const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: NUMBER }, messages };
    const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] };
    const read = readUpdates(Buffer.from(JSON.stringify(body)));
    assert(read.kind === 'ok');
    await append({ updates: read.updates, receivedAt: quickClock.now() });
  }

  const said = async () =>
    (await engine.find(outbox, { where: {}, limit: 100 })).flatMap(({ content }) =>
      content?.type === 'text' ? content.body : [],
    );
  const answered = (text: string) =>
    eventually(async () => (await said()).includes(text), 40_000, `an answer to ${text}`);
  const dead = () => readDead(engine, undefined, 100);

  it('is set aside as dead, with its reason and none of its words, and the next one of the person goes on', async function () {
    this.timeout(60_000);
    await write('KZ.victim1', POISON);
    const [row, ...others] = await eventually(async () => {
      const rows = await dead();
      return rows.length > 0 && rows;
    }, 40_000);
    assert.deepEqual(others, []);
    assert.equal(row?.reason, 'TypeError');
    assert.ok((row?.tries ?? 0) > 1, 'it was tried more than once');
    await write('KZ.victim1', 'still here');
    await answered('still here');
  });

  it('is made up for when somebody retries it after the fault is mended', async function () {
    this.timeout(60_000);
    const [row] = await dead();
    assert.ok(row);
    mended = true;
    assert.equal(await engine.commit([retryOp(row.id, Date.now())]), 'committed');
    turns.nudge();
    await answered(POISON);
    assert.deepEqual(await dead(), []);
    assert.equal(await engine.commit([retryOp(row.id, Date.now())]), 'conflict', 'and only once');
  });

  it('holds back neither its neighbours of the same POST nor anybody else', async function () {
    this.timeout(60_000);
    await write('KZ.victim2', 'before it', `the ${POISON}`, 'after it');
    await write('KZ.bystander', 'somebody else');
    await answered('somebody else');
    await eventually(async () => (await dead()).length === 1, 40_000);
    await eventually(async () => {
      const all = (await said()).join(' | ');
      return all.includes('before it') && all.includes('after it');
    }, 40_000);
    assert.equal(await engine.count(inbox, { state: 'waiting' }), 0);
    const all = await said();
    assert.equal(all.filter((text) => text.includes('before it')).length, 1);
    assert.equal(all.filter((text) => text.includes('after it')).length, 1);
  });
});
