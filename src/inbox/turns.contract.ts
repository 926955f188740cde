import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { conversations, inboundMessages } from '../messages/message-tables.js';
import { outbox } from '../delivery/outbox-table.js';
import type { Engine } from '../storage/engine.js';
import { contacts, identities } from '../contacts/contact-tables.js';
import { erasures } from '../contacts/erasure-table.js';
import type { Input, Session } from '../conversation/session.js';
import type { Turn } from '../conversation/turn.js';
import {
  bodyOf,
  change,
  drain,
  heardOf,
  inboxUnderTestMigrations,
  message,
  NOON,
  openInbox,
  OURS,
  phone,
  until,
  user,
  type InboxUnderTest,
} from './inbox.fixture.js';
import { inbox } from './inbox-tables.js';
import type { Turns } from './turns.js';

const ANN = user('RU.ann', '79160000001');
const BOB = user('RU.bob', '79160000002');

/** Turns: who is heard when, and that nobody is heard twice. */
export const turnsContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let test: InboxUnderTest;
  let running: Turns[];
  beforeEach(async () => {
    engine = await (await place()).open(inboxUnderTestMigrations);
    test = await openInbox(engine);
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((turns) => turns.stop()));
    await engine.close();
  });

  const make = (...args: Parameters<InboxUnderTest['makeTurns']>): Turns => {
    const turns = test.makeTurns(...args);
    running.push(turns);
    return turns;
  };
  const replies = () => engine.find(outbox, { where: {}, orderBy: [['id', 'asc']], limit: 1_000 });
  const told = () => test.told.map(({ bodies }) => bodies.join(' '));

  it('hears a person in the platform’s order, then in that of arrival', async () => {
    await test.post(
      message(ANN, 'c', { at: NOON - 1_000 }),
      message(ANN, 'd', { at: NOON - 1_000 }),
      message(ANN, 'a', { at: NOON - 9_000 }),
      message(ANN, 'b', { at: NOON - 5_000 }),
    );
    await drain(test, make());
    assert.deepEqual(told(), ['a b c d']);
  });

  it('hears at most twenty messages in one turn', async () => {
    const bodies = Array.from({ length: 45 }, (_, index) => String(index));
    await test.postTogether(
      bodies.map((body) => message(ANN, body)),
      NOON - 5_000,
    );
    await drain(test, make());
    assert.deepEqual(
      test.told.map((one) => one.bodies.length),
      [20, 20, 5],
    );
    assert.deepEqual(test.bodies(), bodies);
  });

  it('hears many persons at once, each in one turn, and keeps what they said in their thread', async () => {
    const people = Array.from({ length: 700 }, (_, index) => user(`RU.${index}`, String(79160000000 + index)));
    await Promise.all(people.map((sender, index) => test.post(message(sender, `from ${index}`))));
    await drain(test, make({ answers: true }));
    assert.equal(test.told.length, 700);
    assert.equal((await test.contacts()).length, 700);
    assert.equal(await engine.count(inboundMessages, {}), 700);
    assert.equal(await engine.count(outbox, { state: 'queued' }), 700);
  });

  it('keeps the session from turn to turn, and the end of the window with the reply', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one', { at: NOON - 60_000 }));
    await drain(test, turns);
    test.clock.at += 6_000;
    await test.post(message(ANN, 'two', { at: NOON + 99_000_000 }));
    await drain(test, turns);
    assert.deepEqual(heardOf(test.told[1]?.session), ['one']);
    const [conversation] = await engine.find(conversations, { where: {}, limit: 5 });
    assert.deepEqual(heardOf(conversation?.session), ['one', 'two']);
    assert.equal(
      conversation?.lastInboundAt,
      test.clock.at,
      'a clock of the platform’s that is ahead opens no window for longer',
    );
    assert.deepEqual(
      (await replies()).map((row) => row.uselessAfter),
      [NOON - 60_000, test.clock.at].map((at) => at + 86_100_000),
    );
  });

  it('lets the next turn wait until the reply is settled', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one'));
    await drain(test, turns);
    const [reply] = await replies();
    await test.post(message(ANN, 'two'), message(BOB, 'and I'));
    await until(() => (turns.nudge(), told().length === 2));
    assert.deepEqual(told(), ['one', 'and I'], 'others do not wait');
    if (engine.kind === 'sqlite') turns.replySettled(reply?.id ?? '');
    else await engine.patchMany(outbox, [{ id: reply?.id ?? '', set: { state: 'accepted' } }]); // by another process
    test.clock.at += 100;
    await until(() => told().length === 3);
    assert.equal(told()[2], 'two');
  });

  it('lets it wait for five seconds at the most', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one'));
    await drain(test, turns);
    await test.post(message(ANN, 'two'));
    test.clock.at += 4_999;
    for (let round = 0; round < 20; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 2)).then(() => turns.nudge());
    assert.deepEqual(told(), ['one']);
    test.clock.at += 1;
    await until(() => told().length === 2);
  });

  it('lets a stop and a change of identity wait for nothing', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one'));
    await drain(test, turns);
    await test.post(message(ANN, 'two'), message(ANN, 'stop'));
    await drain(test, turns);
    assert.deepEqual(told(), ['one', 'two stop']);
    await test.post(change(ANN, user('RU.ann2', '79160000003')));
    await drain(test, turns);
    assert.equal((await test.owner('userId', 'RU.ann2'))?.id, (await test.owner('phone', '79160000003'))?.id);
  });

  it('hears a stop behind a flood of the same person though a reply is on its way', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one'));
    await drain(test, turns);
    await test.postTogether(
      Array.from({ length: 300 }, () => message(ANN, 'flood')),
      NOON - 5_000,
    );
    await test.post(message(ANN, 'stop'));
    await drain(test, turns);
    assert.equal(test.bodies().at(-1), 'stop');
    assert.equal(test.bodies().length, 302);
  });

  it('hears others while one person has five thousand messages waiting', async () => {
    const slices = Array.from({ length: 10 }, () => Array.from({ length: 500 }, () => message(ANN, 'flood')));
    for (const slice of slices) await test.postTogether(slice, NOON - 5_000);
    await test.post(message(BOB, 'I am here'));
    const turns = make();
    turns.start();
    await until(() => test.told.some(({ bodies }) => bodies.includes('I am here')));
    assert.ok(test.told.length <= 4, `${test.told.length} turns came first`);
    if (engine.kind === 'mongodb') return; // 250 turns one after another are the same there, and take long
    await drain(test, turns, 30_000);
    assert.equal(test.bodies().length, 5_001);
    assert.ok(test.told.filter(({ bodies }) => bodies.length === 20).length >= 240);
  }).timeout(60_000);

  it('takes the messages of one POST for one turn, though their rows appear one after another', async () => {
    const three = ['one', 'two', 'three'].map((body) => message(ANN, body));
    await test.postTogether(three);
    const rows = await test.rows('waiting');
    await engine.removeMany(
      inbox,
      rows.slice(1).map(({ id }) => id),
    );
    const turns = make();
    for (let round = 0; round < 10; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 2)).then(() => turns.nudge());
    assert.deepEqual(told(), []);
    await engine.append(inbox, rows.slice(1));
    await drain(test, turns);
    assert.deepEqual(told(), ['one two three']);
  });

  it('waits a second for the rest of a POST, and no longer', async () => {
    await test.postTogether([message(ANN, 'one'), message(ANN, 'never there')]);
    const [, lost] = await test.rows('waiting');
    await engine.removeMany(inbox, [lost?.id ?? '']);
    test.clock.at += 1_001;
    await drain(test, make());
    assert.deepEqual(told(), ['one']);
  });

  it('starts nothing more once it is told to stop, and ends with nothing left running', async () => {
    const turns = make({ answers: true });
    await test.post(message(ANN, 'one'));
    turns.start();
    const started = performance.now();
    await Promise.all([turns.stop(), turns.stop()]);
    assert.ok(performance.now() - started < 1_000);
    const heard = test.told.length;
    await test.post(message(BOB, 'two'));
    turns.nudge();
    turns.replySettled('nothing');
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(test.told.length, heard);
  });

  it('keeps the numbers of one account apart', async () => {
    assert.equal((await test.rows()).length, 0);
    await test.post(message(ANN, 'for another', { phoneNumberId: '2000' as never }), message(ANN, 'for us'));
    await drain(test, make());
    assert.deepEqual(told(), ['for us']);
    assert.deepEqual(
      (await engine.find(conversations, { where: {}, limit: 5 })).map((row) => row.phoneNumberId),
      [OURS],
    );
  });

  it('hears somebody who is known by a parent BSUID alone', async () => {
    await test.post(
      message({ parentUserId: 'RU.ENT.1' as never }, 'hello'),
      message(phone('79160000007'), 'hello too'),
    );
    await drain(test, make());
    assert.deepEqual(told().sort(), ['hello', 'hello too']);
  });

  describe('of somebody who has everything deleted', () => {
    const leaving = (session: Session | undefined, inputs: readonly Input[]): Turn => {
      const bodies = inputs.map(bodyOf);
      const erases = bodies.includes('delete');
      return {
        session: {
          ...session,
          language: 'en',
          heard: [...heardOf(session), ...bodies],
          ...(erases && { erasedAt: NOON }),
        } as never,
        changes: erases ? [{ kind: 'data.erase', at: NOON }] : [],
        replies: [],
      };
    };
    const makeLeaving = () =>
      make({}, { advance: leaving, endsTurn: (content) => content.type === 'text' && content.body === 'delete' });

    it('end with the confirmation: what comes after it waits until all is gone, and is then a stranger’s', async () => {
      await test.postTogether([message(ANN, 'hello'), message(ANN, 'delete'), message(ANN, 'operator')]);
      const turns = makeLeaving();
      turns.start();
      await until(async () => (await engine.count(erasures, {})) === 1);
      const [before] = await test.contacts();
      assert.ok(before);
      const [request] = await engine.find(erasures, { where: {}, limit: 2 });
      assert.deepEqual([request?.id, request?.state, request?.language], [before.id, 'asked', 'en']);
      assert.ok((request?.sayUntil ?? 0) > NOON);
      const [talk] = await engine.find(conversations, { where: {}, limit: 2 });
      assert.deepEqual(heardOf(talk?.session), ['hello', 'delete']);
      await pause();
      assert.equal(await engine.count(inbox, { state: 'waiting' }), 1);

      // As the erasure does it.
      for (const [table, rows] of [
        [conversations, await engine.find(conversations, { where: {}, limit: 9 })],
        [identities, await engine.find(identities, { where: {}, limit: 9 })],
        [contacts, await engine.find(contacts, { where: {}, limit: 9 })],
      ] as const)
        await engine.removeMany(
          table,
          rows.map(({ id }) => id),
        );
      test.clock.at += 1_000;
      await drain(test, turns);
      const [after] = await test.contacts();
      assert.notEqual(after?.id, before.id);
      const [anew] = await engine.find(conversations, { where: {}, limit: 2 });
      assert.deepEqual(heardOf(anew?.session), ['operator']);
    });

    it('go on after half a minute if the erasure is hindered', async () => {
      await test.post(message(ANN, 'delete'), message(ANN, 'operator'));
      const turns = makeLeaving();
      turns.start();
      await until(async () => (await engine.count(erasures, {})) === 1);
      await pause();
      assert.equal(await engine.count(inbox, { state: 'waiting' }), 1);
      test.clock.at += 30_001;
      await drain(test, turns);
      const [talk] = await engine.find(conversations, { where: {}, limit: 2 });
      assert.deepEqual(heardOf(talk?.session), ['delete', 'operator']);
    });
  });
};

/** Long enough for a turn that should not be. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
