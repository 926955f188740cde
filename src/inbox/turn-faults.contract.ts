import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { conversations, inboundMessages } from '../messages/message-tables.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { retryOp } from './dead.js';
import {
  bodyOf,
  drain,
  heardOf,
  inboxUnderTestMigrations,
  message,
  NOON,
  openInbox,
  until,
  user,
  type InboxUnderTest,
} from './inbox.fixture.js';
import { inbox } from './inbox-tables.js';
import type { Turns } from './turns.js';

const ANN = user('RU.ann', '79160000001');
const BOB = user('RU.bob', '79160000002');

/** Turns that fail, meet another process, or find the store out. */
export const turnFaultsContract = (place: () => Promise<StorePlace>): void => {
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
  const told = () => test.told.map(({ bodies }) => bodies.join(' '));

  it('tries a poisoned message a limited number of times with growing pauses, holds the person’s later ones back, then goes on', async () => {
    const turns = make({
      onInputs: (inputs) => {
        if (inputs.some((one) => bodyOf(one) === 'poison')) throw new RangeError('Canary');
      },
    });
    await test.post(
      message(ANN, 'poison', { at: NOON - 2 }),
      message(ANN, 'after', { at: NOON - 1 }),
      message(BOB, 'I am well'),
    );
    const pauses: number[] = [];
    for (let tries = 1; tries < 5; tries += 1) {
      await until(async () => (turns.nudge(), (await test.rows('waiting'))[0]?.tries === tries));
      const [row] = await test.rows('waiting');
      pauses.push((row?.notBefore ?? 0) - test.clock.at);
      test.clock.at = row?.notBefore ?? 0;
    }
    assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000]);
    assert.deepEqual(told(), ['I am well'], 'what came later is held back');
    await drain(test, turns);
    assert.deepEqual(told(), ['I am well', 'after']);
    const [dead] = await test.rows('dead');
    assert.deepEqual([dead?.reason, dead?.tries, dead?.raw !== null], ['RangeError', 5, true]);
    assert.deepEqual(
      test.lines.map(({ event }) => event),
      [...Array<string>(4).fill('turn.failed'), 'update.dead'],
    );
    assert.ok(!JSON.stringify(test.lines).includes('Canary'));
  });

  it('finds the poisoned one among twenty and hears all the others in their order', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => String(index));
    const turns = make({
      onInputs: (inputs) => {
        if (inputs.some((one) => bodyOf(one) === '13')) throw new Error('no');
      },
    });
    await test.postTogether(
      bodies.map((body) => message(ANN, body)),
      NOON - 5_000,
    );
    for (let tries = 1; tries < 5; tries += 1) {
      await until(async () => (turns.nudge(), (await test.rows('waiting'))[0]?.tries === tries));
      test.clock.at += 10_000;
    }
    await drain(test, turns);
    assert.deepEqual(
      test.bodies(),
      bodies.filter((body) => body !== '13'),
    );
    assert.equal((await test.rows('dead')).length, 1);
  });

  it('keeps nobody waiting over a message of which it cannot even be said how urgent it is', async () => {
    const turns = make(
      { answers: true },
      {
        isUrgent: () => {
          throw new TypeError('no');
        },
      },
    );
    await test.post(message(ANN, 'hello'));
    await drain(test, turns);
    // Her reply is on its way, so it is asked of the next one whether it may overtake.
    await test.post(message(ANN, 'and then'), message(BOB, 'I am well'));
    await until(() => (turns.nudge(), told().includes('I am well')));
    assert.deepEqual(told(), ['hello', 'I am well']);
    test.clock.at += 10_000;
    await drain(test, turns);
    assert.deepEqual(told(), ['hello', 'I am well', 'and then']);
    assert.deepEqual(test.lines, []);
  });

  it('hears a dead one after all once somebody has it tried again', async () => {
    let isBroken = true;
    const turns = make({
      onInputs: () => {
        if (isBroken) throw new Error('no');
      },
    });
    await test.post(message(ANN, 'try me'));
    for (let tries = 1; tries <= 5; tries += 1) {
      await until(async () => (turns.nudge(), (await test.rows())[0]?.tries === tries));
      test.clock.at += 10_000;
    }
    isBroken = false;
    const [dead] = await test.rows('dead');
    assert.equal(await engine.commit([retryOp(dead?.id ?? '', test.clock.at)]), 'committed');
    await drain(test, turns);
    assert.deepEqual(told(), ['try me']);
  });

  it('sets aside at once what cannot be read, and lets go of what was erased while it waited', async () => {
    await test.post(message(ANN, 'unreadable'), message(BOB, 'erased'));
    const [one, other] = await test.rows('waiting');
    await engine.patchMany(inbox, [
      { id: one?.id ?? '', set: { raw: Buffer.from('{not json') } },
      { id: other?.id ?? '', set: { raw: null } },
    ]);
    await drain(test, make());
    assert.deepEqual(
      (await test.rows()).map((row) => [row.state, row.reason]),
      [
        ['dead', 'unreadable'],
        ['handled', null],
      ],
    );
    assert.equal((await test.contacts()).length, 0);
  });

  it('blames nobody while the store is out, and goes on when it is back', async () => {
    let isOut = true;
    const unsure = new Proxy(engine, {
      get: (target, name) =>
        name === 'commit' && isOut
          ? () => Promise.reject(new StoreUnavailable('out'))
          : typeof target[name as keyof Engine] === 'function'
            ? (target[name as keyof Engine] as (...args: unknown[]) => unknown).bind(target)
            : target[name as keyof Engine],
    });
    let rounds = 0;
    const turns = make({ onInputs: () => void (rounds += 1) }, { engine: unsure });
    await test.post(message(ANN, 'hello'));
    turns.start();
    for (let knock = 0; knock < 50; knock += 1)
      await new Promise((resolve) => setTimeout(resolve, 2)).then(() => turns.nudge());
    assert.ok(rounds <= 2, `it was tried ${rounds} times in a tenth of a second`);
    const [row] = await test.rows();
    assert.deepEqual([row?.state, row?.tries], ['waiting', 0]);
    isOut = false;
    test.told.length = 0;
    await until(() => told().length === 1);
    assert.deepEqual(
      test.lines.map(({ event }) => event),
      ['turns.interrupted'],
    );
  });

  it('decides anew when somebody else changed the session meanwhile', async () => {
    const turns = make();
    await test.post(message(ANN, 'one'));
    await drain(test, turns);
    let interferences = 2;
    const other = make(
      {},
      {
        onPoint: () => undefined,
        engine: new Proxy(engine, {
          get: (target, name) => {
            const value = target[name as keyof Engine] as unknown;
            if (typeof value !== 'function') return value;
            if (name !== 'commit') return (value as (...args: unknown[]) => unknown).bind(target);
            return async (...args: Parameters<Engine['commit']>) => {
              const [row] = await target.find(conversations, { where: {}, limit: 1 });
              if (row && (interferences -= 1) >= 0)
                await target.patchMany(conversations, [{ id: row.id, set: { version: row.version + 1 } }]);
              return target.commit(...args);
            };
          },
        }),
      },
    );
    await turns.stop();
    await test.post(message(ANN, 'two'));
    await drain(test, other);
    const [row] = await engine.find(conversations, { where: {}, limit: 1 });
    assert.deepEqual(heardOf(row?.session), ['one', 'two']);
    assert.deepEqual(test.lines, []);
  });

  it('lets two processes that both think they own everybody hear each message once', async () => {
    const second = await openInbox(engine, test.clock);
    const both = [make({ answers: true }), second.makeTurns({ answers: true })];
    running.push(...both.slice(1));
    const people = Array.from({ length: 10 }, (_, index) => user(`RU.${index}`, String(79160000000 + index)));
    const posts = people.flatMap((sender, index) =>
      ['a', 'b', 'c', 'd'].map((body) => message(sender, `${index}${body}`)),
    );
    for (const one of posts) {
      await test.post(one);
      for (const turns of both) turns.nudge();
      test.clock.at += 700;
    }
    await until(async () => {
      test.clock.at += 6_000;
      for (const turns of both) turns.nudge();
      return (await test.rows('waiting')).length === 0;
    });
    await Promise.all(both.map((turns) => turns.stop()));
    const heard = (await engine.find(conversations, { where: {}, limit: 100 })).map(({ session }) =>
      heardOf(session).join(' '),
    );
    assert.deepEqual(
      heard.sort(),
      people.map((_, index) => ['a', 'b', 'c', 'd'].map((body) => `${index}${body}`).join(' ')),
    );
    assert.equal(await engine.count(inboundMessages, {}), 40);
    assert.equal((await test.contacts()).length, 10);
    assert.equal((await test.rows('dead')).length, 0);
    assert.deepEqual([...test.lines, ...second.lines], []);
  }).timeout(60_000);
};
