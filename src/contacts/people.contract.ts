import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { cases } from '../cases/case-table.js';
import {
  change,
  drain,
  heardOf,
  inboxUnderTestMigrations,
  message,
  NOON,
  openInbox,
  OURS,
  phone,
  user,
  type InboxUnderTest,
} from '../inbox/inbox.fixture.js';
import type { Turns } from '../inbox/turns.js';
import type { Update } from '../inbox/update.js';
import { conversations, inboundMessages } from '../messages/message-tables.js';
import { outbox } from '../delivery/outbox-table.js';
import { remove, type Engine } from '../storage/engine.js';
import { aliases, contacts, identities, type ContactRow } from './contact-tables.js';
import { idsOf } from './find-contacts.js';
import { identityKey, type Sender } from './identity.js';

const MINUTE = 60_000;
const parent = (sender: Sender, parentUserId: string): Sender => ({ ...sender, parentUserId: parentUserId as never });

/** What happens, one after another, a minute apart; a name in front of a message is its words. Then who there is: each person with their
 *  standing identities, and whose words are whose. */
type Case = {
  readonly title: string;
  readonly story: readonly ((at: number) => Update)[];
  readonly people: readonly { readonly has: readonly string[]; readonly said: readonly string[] }[];
};

const says =
  (sender: Sender, words: string, lateMinutes = 0) =>
  (at: number) =>
    message(sender, words, { at: at - lateMinutes * MINUTE });
const changes = (before: Sender, after: Sender) => (at: number) => change(before, after, at);

const CASES: readonly Case[] = [
  {
    title: 'a known phone with an unknown BSUID is the same person when they had no BSUID',
    story: [says(phone('7001'), 'a'), says(user('RU.1', '7001'), 'b'), says(user('RU.1'), 'c')],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'a known phone with another BSUID was recycled: the new person has it, the old one keeps everything but it',
    story: [says(user('RU.1', '7001'), 'a'), says(user('RU.2', '7001'), 'b'), says(user('RU.1'), 'c')],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.2'], said: ['b'] },
    ],
  },
  {
    title: 'a person without a phone and one without a BSUID are one when a message bears both',
    story: [
      says(phone('7001'), 'a'),
      says(user('RU.1'), 'b'),
      says(user('RU.1', '7001'), 'c'),
      says(phone('7001'), 'd'),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b', 'c', 'd'] }],
  },
  {
    title: 'a change of both that is announced first keeps the person',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.2', '7002'), 'b'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b'] }],
  },
  {
    title: 'a change that is announced after the first message under the new identity makes one person of two',
    story: [
      says(user('RU.1', '7001'), 'a'),
      says(user('RU.2', '7002'), 'b'),
      changes(user('RU.1'), user('RU.2')),
      says(user('RU.2'), 'c'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'a change of number is announced for people who are known by phone alone',
    story: [says(phone('7001'), 'a'), changes(phone('7001'), phone('7002')), says(phone('7002'), 'b')],
    people: [{ has: ['phone:7002'], said: ['a', 'b'] }],
  },
  {
    title: 'a number that was given up is a new person’s, though the old one was known by it alone',
    story: [
      says(phone('7001'), 'a'),
      changes(phone('7001'), phone('7002')),
      says(phone('7001'), 'b'),
      changes(phone('7001'), phone('7003')),
      says(phone('7001'), 'c'),
      says(phone('7002'), 'd'),
      says(phone('7003'), 'e'),
    ],
    people: [
      { has: ['phone:7002'], said: ['a', 'd'] },
      { has: ['phone:7003'], said: ['b', 'e'] },
      { has: ['phone:7001'], said: ['c'] },
    ],
  },
  {
    title: 'a late message under former identities is the person’s and changes nothing',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.1', '7001'), 'b', 5),
      says(phone('7001'), 'c', 5),
      says(user('RU.2'), 'd'),
    ],
    people: [{ has: ['phone:7002', 'userId:RU.2'], said: ['a', 'b', 'c', 'd'] }],
  },
  {
    title: 'a late message takes no number back that is somebody else’s by now',
    story: [says(user('RU.1', '7001'), 'a'), says(user('RU.2', '7001'), 'b'), says(user('RU.1', '7001'), 'c', 5)],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.2'], said: ['b'] },
    ],
  },
  {
    title: 'whoever writes under a former BSUID again has it again',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1', '7001'), user('RU.2', '7002')),
      says(user('RU.1', '7001'), 'b'),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.1'], said: ['a', 'b'] }],
  },
  {
    title: 'a chain of changes ends with the same person',
    story: [
      says(user('RU.1', '7001'), 'a'),
      changes(user('RU.1'), user('RU.2', '7002')),
      changes(user('RU.2'), user('RU.3', '7003')),
      says(user('RU.4', '7004'), 'b'),
      changes(user('RU.3'), user('RU.4')),
      says(user('RU.4'), 'c'),
    ],
    people: [{ has: ['phone:7004', 'userId:RU.4'], said: ['a', 'b', 'c'] }],
  },
  {
    title: 'two people who swap their numbers stay two',
    story: [
      says(user('RU.1', '7001'), 'a'),
      says(user('RU.2', '7002'), 'b'),
      changes(user('RU.1', '7001'), user('RU.3', '7002')),
      changes(user('RU.2', '7002'), user('RU.4', '7001')),
      says(user('RU.3', '7002'), 'c'),
      says(user('RU.4', '7001'), 'd'),
    ],
    people: [
      { has: ['phone:7002', 'userId:RU.3'], said: ['a', 'c'] },
      { has: ['phone:7001', 'userId:RU.4'], said: ['b', 'd'] },
    ],
  },
  {
    title: 'a parent BSUID finds the person when nothing else does',
    story: [
      says(parent(user('RU.1', '7001'), 'RU.ENT.1'), 'a'),
      says(parent(user('RU.2'), 'RU.ENT.1'), 'b'),
      changes(parent({}, 'RU.ENT.1'), phone('7002')),
    ],
    people: [{ has: ['parentUserId:RU.ENT.1', 'phone:7002', 'userId:RU.2'], said: ['a', 'b'] }],
  },
  {
    title: 'whoever takes two identities from one person takes both',
    story: [
      says(parent(user('RU.1', '7001'), 'RU.ENT.1'), 'a'),
      says(user('RU.2'), 'b'),
      says(parent(user('RU.2', '7001'), 'RU.ENT.1'), 'c'),
      says(user('RU.1'), 'd'),
    ],
    people: [
      { has: ['userId:RU.1'], said: ['a', 'd'] },
      { has: ['parentUserId:RU.ENT.1', 'phone:7001', 'userId:RU.2'], said: ['b', 'c'] },
    ],
  },
  {
    title: 'a change of somebody unknown makes nobody; of one whose new identity is known it adds what it says',
    story: [
      changes(user('RU.8', '7008'), user('RU.9', '7009')),
      says(phone('7001'), 'a'),
      changes(user('RU.1'), user('RU.2', '7001')),
    ],
    people: [{ has: ['phone:7001', 'userId:RU.2'], said: ['a'] }],
  },
];

/** Who is who: messages and changes on the way in, people and what they said on the way out. */
export const peopleContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let test: InboxUnderTest;
  let turns: Turns;
  beforeEach(async () => {
    engine = await (await place()).open(inboxUnderTestMigrations);
    test = await openInbox(engine);
    turns = test.makeTurns();
  });
  afterEach(async () => {
    await turns.stop();
    await engine.close();
  });

  const happens = async (...updates: readonly Update[]) => {
    await test.post(...updates);
    await drain(test, turns);
  };
  const saidBy = async (contact: ContactRow) => {
    const where = { contactId: { in: idsOf(contact) } };
    const rows = await engine.find(inboundMessages, { where, limit: 100 });
    return rows.map(({ text }) => text ?? '').sort();
  };
  const keysOf = (contact: ContactRow) => contact.identities.map(identityKey).sort();

  for (const { title, story, people } of CASES) {
    it(title, async () => {
      for (const event of story) {
        test.clock.at += MINUTE;
        await happens(event(test.clock.at));
      }
      const found = await Promise.all(
        (await test.contacts()).map(async (contact) => ({ has: keysOf(contact), said: await saidBy(contact) })),
      );
      const order = (list: readonly { said: readonly string[] }[]) =>
        [...list].sort((one, other) => (one.said.join() < other.said.join() ? -1 : 1));
      assert.deepEqual(order(found), order(people.map(({ has, said }) => ({ has, said }))));
      assert.deepEqual(test.lines, []);
    });
  }

  it('keeps the session when the number changes, however late that is announced', async () => {
    await happens(message(user('RU.1', '7001'), 'a'));
    await happens(change(user('RU.1', '7001'), user('RU.2', '7002')));
    await happens(message(user('RU.2', '7002'), 'b'));
    assert.deepEqual(heardOf(test.told[1]?.session), ['a']);
    await happens(message(user('RU.3', '7003'), 'c'));
    await happens(change(user('RU.2'), user('RU.3')));
    await happens(message(user('RU.3'), 'd'));
    assert.deepEqual(heardOf(test.told.at(-1)?.session), ['a', 'b']);
    const ours = (await engine.find(conversations, { where: {}, limit: 9 })).filter((row) => row.session !== null);
    assert.equal(ours.length, 1);
  });

  it('hands the loser’s session on to somebody who has none', async () => {
    await engine.append(contacts, [imported('first', 'phone', '7001', NOON - MINUTE)]);
    await engine.append(identities, [
      { id: 'phone:7001', contactId: 'first' as never, personKey: 'key-first' as never, former: false, since: 1 },
    ]);
    await happens(message(user('RU.1'), 'a'));
    await happens(message(user('RU.1', '7001'), 'b'));
    assert.deepEqual(heardOf(test.told[1]?.session), ['a']);
    assert.deepEqual(
      (await test.contacts()).map(({ id }) => id),
      ['first'],
      'the older one goes on',
    );
  });

  it('takes what waits and what is not sent along, also more than one commit moves', async () => {
    const answering = test.makeTurns({ answers: true });
    await test.post(message(user('RU.1', '7001'), 'a'), message(user('RU.2', '7002'), 'b'));
    await drain(test, answering);
    await answering.stop();
    const loser = await test.owner('userId', 'RU.2');
    await test.postTogether(
      Array.from({ length: 600 }, (_, index) => message(user('RU.2', '7002'), String(index), { at: NOON + MINUTE })),
      test.clock.at - 5_000,
    );
    await test.post(change(user('RU.1'), user('RU.2'), NOON));
    await drain(test, turns, 15_000);
    assert.equal((await test.rows('dead')).length, 0);
    assert.equal(test.bodies().length, 602);
    const [person, ...others] = await test.contacts();
    assert.equal(others.length, 0);
    assert.ok(loser && person?.mergedIds.includes(loser.id));
    const unsent = await engine.find(outbox, { where: { active: true }, limit: 9 });
    assert.deepEqual(
      unsent.map((row) => row.contactId),
      [person?.id, person?.id],
    );
    assert.equal((await engine.get(aliases, loser?.personKey ?? ''))?.personKey, person?.personKey);
    assert.deepEqual((await engine.get(contacts, loser?.id ?? ''))?.identities, []);
  }).timeout(30_000);

  it('finds the open case of whoever was merged, and tags and sites of both', async () => {
    await happens(message(user('RU.1', '7001'), 'a'), message(user('RU.2', '7002'), 'b'));
    const loser = await test.owner('userId', 'RU.2');
    assert.ok(loser);
    await engine.patchMany(contacts, [{ id: loser.id, set: { tags: ['vip'], sites: ['m9'] } }]);
    await engine.append(cases, [
      {
        id: 'case',
        phoneNumberId: OURS,
        contactId: loser.id,
        state: 'waiting',
        reason: 'asked',
        openedAt: NOON,
        promisedAt: NOON,
        closedAt: null,
        closedBy: null,
        version: 1,
      },
    ]);
    await happens(change(user('RU.1'), user('RU.2')));
    await happens(message(user('RU.2'), 'c'));
    assert.equal(test.told.at(-1)?.facts.openCase?.id, 'case');
    const person = await test.owner('userId', 'RU.2');
    assert.deepEqual([person?.tags, person?.sites], [['vip'], ['m9']]);
  });

  it('knows nothing more of an erased person who comes back', async () => {
    await happens(message(user('RU.1', '7001'), 'a'));
    const [before] = await test.contacts();
    assert.ok(before);
    const [conversation] = await engine.find(conversations, { where: {}, limit: 1 });
    await engine.commit([
      remove(contacts, before.id),
      remove(identities, 'userId:RU.1'),
      remove(identities, 'phone:7001'),
      remove(conversations, conversation?.id ?? ''),
    ]);
    await happens(change(user('RU.1', '7001'), user('RU.2', '7001')));
    assert.deepEqual(await test.contacts(), [], 'an announcement revives nobody');
    await happens(message(user('RU.1', '7001'), 'b'));
    const [after] = await test.contacts();
    assert.notEqual(after?.id, before.id);
    assert.equal(test.told[1]?.session, undefined);
  });

  it('puts together what the messages of one turn say of their sender', async () => {
    await test.postTogether([
      message({ ...phone('7001'), name: 'Ann' }, 'a'),
      message(user('RU.1', '7001'), 'b'),
      message(user('RU.1'), 'c'),
    ]);
    await drain(test, turns);
    const [person, ...others] = await test.contacts();
    assert.equal(others.length, 0);
    assert.deepEqual([person?.name, person && keysOf(person)], ['Ann', ['phone:7001', 'userId:RU.1']]);
  });

  it('takes a turn apart that speaks of two people', async () => {
    await happens(message(user('RU.1', '7001'), 'a'));
    test.clock.at += MINUTE;
    const at = test.clock.at;
    await test.postTogether([
      message(phone('7001'), 'b', { at }),
      message(user('RU.2', '7001'), 'c', { at }),
      message(user('RU.1'), 'd', { at }),
    ]);
    await drain(test, turns);
    const one = await test.owner('userId', 'RU.1');
    const other = await test.owner('userId', 'RU.2');
    assert.ok(one && other);
    assert.deepEqual([await saidBy(one), await saidBy(other)], [['a', 'b', 'd'], ['c']]);
  });
};

const imported = (id: string, kind: 'phone', value: string, createdAt: number): ContactRow => ({
  id: id as never,
  personKey: `key-${id}` as never,
  name: null,
  language: null,
  timeZone: null,
  tags: [],
  sites: [],
  identities: [{ kind, value }],
  mergedIds: [],
  mergedInto: null,
  createdAt,
  version: 1,
});
