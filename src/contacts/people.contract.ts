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
import { remove, set, type Engine } from '../storage/engine.js';
import { aliases, contacts, identities, type ContactRow } from './contact-tables.js';
import { idsOf } from './find-contacts.js';
import { identityKey } from './identity.js';
import { newContactRow } from './new-contact-row.js';
import { STORIES } from './people-stories.fixture.js';

const MINUTE = 60_000;

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

  for (const { title, story, people } of STORIES) {
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
    assert.equal(new Set(test.bodies()).size, 602, 'each is heard; a turn that met a conflict is decided anew');
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
  }).timeout(60_000);

  for (const asked of ['RU.1', 'RU.2'])
    it(`keeps of two sessions the survivor’s, and when ${asked} was last asked for stars`, async () => {
      await happens(message(user('RU.1', '7001'), 'a'), message(user('RU.2', '7002'), 'b'));
      const contact = await test.owner('userId', asked);
      assert.ok(contact);
      const [row] = await engine.find(conversations, { where: { personKey: contact.personKey }, limit: 1 });
      assert.ok(row?.session);
      const session = { ...row.session, askedToRateAt: NOON };
      await engine.commit([set(conversations, row.id, { session, version: row.version + 1 })]);
      await happens(change(user('RU.1'), user('RU.2')));
      const kept = (await engine.find(conversations, { where: {}, limit: 9 })).filter((one) => one.session !== null);
      assert.deepEqual(
        kept.map((one) => [heardOf(one.session ?? undefined), one.session?.askedToRateAt]),
        [[['a'], NOON]],
      );
    });

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
        owner: null,
        repliedAt: null,
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

const imported = (id: string, kind: 'phone', value: string, createdAt: number): ContactRow =>
  newContactRow({ id: id as never, personKey: `key-${id}` as never, identities: [{ kind, value }], createdAt });
