import assert from 'node:assert/strict';
import fc from 'fast-check';
import { join } from 'node:path';
import { discard, temporaryFolder } from '../../test/means/caretaker.js';
import {
  change,
  drain,
  inboxUnderTestMigrations,
  message,
  openInbox,
  phone,
  user,
  type InboxUnderTest,
} from '../inbox/inbox.fixture.js';
import type { Update } from '../inbox/update.js';
import { conversations, inboundMessages } from '../messages/message-tables.js';
import { openSqlite } from '../storage/sqlite-engine.js';
import { aliases, contacts, identities } from './contact-tables.js';
import { identityKey, type Sender } from './identity.js';

const MINUTE = 60_000;
const ALL = { where: {}, limit: 10_000 };

/** Plays a story on a store of its own; `none` of what must hold may be broken at its end. */
async function play(story: (test: InboxUnderTest) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('people');
  const engine = openSqlite({ dataDir: join(folder, 'data') });
  await engine.migrate(inboxUnderTestMigrations);
  const test = await openInbox(engine);
  try {
    await story(test);
  } finally {
    await engine.close();
    await discard(folder);
  }
}

async function happensAll(test: InboxUnderTest, groups: readonly (readonly Update[])[]): Promise<void> {
  const turns = test.makeTurns();
  for (const updates of groups) {
    test.clock.at += MINUTE;
    await test.post(...updates);
    await drain(test, turns);
  }
  await turns.stop();
}

/** What must hold whatever was said. */
async function checkPeople({ engine, ...test }: InboxUnderTest): Promise<void> {
  const people = new Map((await engine.find(contacts, ALL)).map((row) => [row.id, row]));
  const now = (id: string) => {
    let row = people.get(id as never);
    for (let merges = 0; row?.mergedInto && merges < 50; merges += 1) row = people.get(row.mergedInto);
    assert.ok(row && row.mergedInto === null, 'a merge ends with somebody');
    return row;
  };
  const rows = await engine.find(identities, ALL);
  const standing = rows.filter((row) => !row.former).map((row) => [row.id, now(row.contactId).id]);
  const claimed = [...people.values()].flatMap((one) =>
    one.identities.map((identity) => [identityKey(identity), one.id]),
  );
  assert.deepEqual(standing.sort(), claimed.sort(), 'the two tables say the same, and nobody shares an identity');
  for (const one of people.values()) {
    const kinds = one.identities.map(({ kind }) => kind);
    assert.equal(new Set(kinds).size, kinds.length, 'one of each kind at the most');
    if (one.mergedInto) assert.equal(one.identities.length, 0);
    for (const id of one.mergedIds) assert.equal(now(id).id, one.id);
  }
  const keys = new Map((await engine.find(aliases, ALL)).map((row) => [row.id, row.personKey]));
  for (const first of keys.keys()) {
    let key = first;
    for (let steps = 0; keys.has(key); steps += 1) {
      assert.ok(steps <= keys.size, 'aliases lead nowhere');
      key = keys.get(key) ?? key;
    }
    assert.ok([...people.values()].some((one) => one.personKey === key && one.mergedInto === null));
  }
  for (const { id, personKey, contactId, session } of await engine.find(conversations, ALL)) {
    assert.equal(id.split(':')[1], personKey);
    if (session) assert.equal(now(contactId).personKey, personKey, 'a session stands under its person’s key');
  }
  const said = await engine.find(inboundMessages, ALL);
  assert.deepEqual(said.map(({ text }) => text).sort(), [...new Set(test.bodies())].sort(), 'everybody was heard once');
  for (const { contactId } of said) now(contactId);
  assert.deepEqual(
    (await test.rows()).filter(({ state }) => state !== 'handled'),
    [],
  );
  assert.deepEqual(test.lines, []);
}

describe('people', () => {
  it('are never mixed up in the tables, whatever is said about whom and in which order', async () => {
    const number = fc.constantFrom('7001', '7002', '7003');
    const bsuid = fc.constantFrom('RU.1', 'RU.2', 'RU.3', 'RU.4');
    const sender: fc.Arbitrary<Sender> = fc.oneof(
      number.map(phone),
      bsuid.map((id) => user(id)),
      fc.tuple(bsuid, number).map(([id, value]) => user(id, value)),
      fc.tuple(bsuid, number).map(([id, value]) => ({ ...user(id, value), parentUserId: 'RU.ENT.1' as never })),
    );
    const event = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('says' as const), sender, lateMinutes: fc.constantFrom(0, 0, 0, 3) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('changes' as const), before: sender, after: sender }) },
    );
    // What stands in one group arrives at one moment: its turns run side by side.
    const groups = fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    let words = 0;
    await fc.assert(
      fc.asyncProperty(groups, (list) =>
        play(async (test) => {
          const updates = list.map((group, index) =>
            group.map((one) => {
              const at = test.clock.at + (index + 1) * MINUTE;
              return one.kind === 'says'
                ? message(one.sender, String((words += 1)), { at: at - one.lateMinutes * MINUTE })
                : change(one.before, one.after, at);
            }),
          );
          await happensAll(test, updates);
          await checkPeople(test);
        }),
      ),
      { numRuns: 10 },
    );
  }).timeout(180_000);

  it('keep their own thread through any change of number that is announced in the end, and nobody else’s', async () => {
    const who = fc.constantFrom(0, 1, 2);
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('says' as const), who, showsPhone: fc.boolean() }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('moves' as const),
          who,
          number: fc.constantFrom('7001', '7002', '7003', '7004'),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('announced' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), (steps) =>
        play(async (test) => {
          const people = [0, 1, 2].map((index) => ({ index, moves: 0, number: `700${index + 1}` }));
          const idOf = (one: { index: number; moves: number }) => `RU.${one.index}x${one.moves}`;
          const pending: ((at: number) => Update)[] = [];
          const updates: Update[][] = [];
          let at = test.clock.at;
          const add = (update: Update) => void updates.push([update]);
          for (const one of people)
            add(message(user(idOf(one), one.number), `${one.index}:first`, { at: (at += MINUTE) }));
          for (const [index, one] of steps.entries()) {
            at += MINUTE;
            if (one.kind === 'announced') {
              const next = pending.shift();
              updates.push(next ? [next(at)] : []);
              continue;
            }
            const person = people[one.who];
            if (!person) continue;
            if (one.kind === 'says') {
              add(
                message(user(idOf(person), one.showsPhone ? person.number : undefined), `${person.index}:${index}`, {
                  at,
                }),
              );
            } else {
              // A number belongs to one person at a time: whoever had it has none of these any more.
              for (const other of people)
                if (other !== person && other.number === one.number) other.number = `79${other.index}${index}`;
              const before = user(idOf(person), person.number);
              person.moves += 1;
              person.number = one.number;
              const after = user(idOf(person), person.number);
              pending.push((saidAt) => change(before, after, saidAt));
              updates.push([]);
            }
          }
          for (const announce of pending) add(announce((at += MINUTE)));
          for (const one of people) add(message(user(idOf(one)), `${one.index}:last`, { at: (at += MINUTE) }));
          await happensAll(test, updates);
          await checkPeople(test);
          const threads = await Promise.all(
            (await test.contacts()).map(async ({ id, mergedIds }) => {
              const where = { contactId: { in: [id, ...mergedIds] } };
              const rows = await test.engine.find(inboundMessages, { where, limit: 100 });
              return [...new Set(rows.map(({ text }) => text?.split(':')[0]))];
            }),
          );
          assert.deepEqual(threads.sort(), [['0'], ['1'], ['2']]);
        }),
      ),
      { numRuns: 10 },
    );
  }).timeout(180_000);
});
