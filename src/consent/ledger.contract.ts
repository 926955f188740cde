import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { contactMigrations, contacts, identities } from '../contacts/contact-tables.js';
import { NO_TOPICS } from '../contacts/contact-shape.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { hashed } from '../keys.js';
import { aContact } from '../messages/thread.fixture.js';
import type { Engine } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { erasePerson, exportPerson } from '../storage/register.js';
import { maySend } from './consent.js';
import {
  consentGuards,
  consentLedger,
  consentMigrations,
  consentTables,
  ledgerSeals,
  stops,
} from './consent-tables.js';
import { eraseConsent } from './erase-consent.js';
import { blockedPeople, consentRecorder } from './import-consent.js';
import { LEDGER_KEY, NOON, person, said, testLedger } from './ledger.fixture.js';
import { Chain, readGuards, sendOp, type Statement } from './ledger.js';
import { consentReader, topicsReader } from './read-consent.js';
import { sealLedger, sealWhenDue, SEAL_EVERY_MS } from './seals.js';
import { verifyLedger } from './verify-ledger.js';

const PEPPER = Buffer.alloc(32, 7);
const [ann, bob] = [person('ann'), person('bob')];
const tables = [contacts, identities, ...consentTables];

/** The ledger on a real store. */
export const ledgerContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...contactMigrations, ...consentMigrations]);
  });
  afterEach(() => engine.close());

  const guardOf = async (id: ContactId) => (await readGuards(engine, [id])).get(id);
  const chainOf = async (id: ContactId) => new Chain(testLedger, id, await guardOf(id));
  const say = async (id: ContactId, ...statements: readonly Statement[]) => {
    const chain = await chainOf(id);
    for (const statement of statements) chain.say(statement);
    assert.equal(await engine.commit(chain.ops()), 'committed');
  };
  const merge = async (survivor: ContactId, loser: ContactId) => {
    const [one, other] = [await chainOf(survivor), await chainOf(loser)];
    one.merge(other, NOON + 5);
    assert.equal(await engine.commit([...one.ops(), ...other.ops()]), 'committed');
  };
  const faults = async () => (await verifyLedger(engine, LEDGER_KEY, 0)).faults;
  const asPerson = (...ids: ContactId[]) => ({ contactIds: ids, personKeys: ids.map((id) => `key-of-${id}`) });

  const meet = async (id: ContactId, phone: string, userId: string, formerPhone?: string) => {
    const list = [
      { kind: 'phone', value: phone },
      { kind: 'userId', value: userId },
    ] as const;
    const mine = { contactId: id, personKey: `key-of-${id}` as PersonKey, since: NOON };
    await engine.append(contacts, [aContact(id, { identities: list })]);
    await engine.append(identities, [
      ...list.map(({ kind, value }) => ({ id: `${kind}:${value}`, ...mine, former: false })),
      ...(formerPhone === undefined ? [] : [{ id: `phone:${formerPhone}`, ...mine, former: true }]),
    ]);
  };
  const erase = async (...ids: ContactId[]) => {
    await eraseConsent({ engine, ledger: testLedger, pepper: PEPPER }, asPerson(...ids), NOON + 9);
    await erasePerson(engine, tables, asPerson(...ids));
  };

  it('grows a chain that is whole, and says who may be sent what', async () => {
    await say(ann, said('optIn', 'news', NOON), said('optIn', 'offers', NOON + 1), said('optOut', 'offers', NOON + 2));
    await say(ann, said('reason', 'offers', NOON + 3, 'chat', { reason: 'tooMany' }));
    assert.deepEqual(await verifyLedger(engine, LEDGER_KEY, 0), {
      ...{ people: 1, entries: 4, seals: 0, lastSealAt: undefined, faults: [] },
    });
    const guard = await guardOf(ann);
    assert.deepEqual([maySend(guard, 'news', NOON), maySend(guard, 'offers', NOON)], [true, false]);
    const topics = (await topicsReader(engine, () => NOON)([ann, bob])).get(ann);
    assert.deepEqual(topics, {
      ...NO_TOPICS,
      news: { state: 'in', since: new Date(NOON).toISOString() },
      offers: { state: 'out', since: new Date(NOON + 2).toISOString() },
    });
  });

  it('never forks: of two that were decided at the same moment one is decided anew', async () => {
    for (const before of [[], [said('optIn', 'news', NOON)]] as const) {
      if (before.length > 0) await say(ann, ...before);
      const [one, other] = [await chainOf(ann), await chainOf(ann)];
      one.say(said('optOut', null, NOON + before.length));
      other.say(said('optIn', 'offers', NOON + 1 + before.length));
      const outcomes = await Promise.all([engine.commit(one.ops(), 'ann'), engine.commit(other.ops(), 'ann')]);
      assert.deepEqual(outcomes.sort(), ['committed', 'conflict']);
    }
    assert.deepEqual(await faults(), []);
  });

  it('makes a send and a stop that meet conflict, whichever comes first', async () => {
    await say(ann, said('optIn', 'news', NOON));
    for (let round = 1; round <= 20; round += 1) {
      const guard = await guardOf(ann);
      assert.ok(guard);
      const stop = new Chain(testLedger, ann, guard);
      stop.say(said(round % 2 === 1 ? 'optOut' : 'optIn', 'news', NOON + round));
      const outcomes = await Promise.all([engine.commit([sendOp(ann, guard)]), engine.commit(stop.ops())]);
      assert.deepEqual([...outcomes].sort(), ['committed', 'conflict']);
      if (outcomes[1] === 'conflict') await say(ann, said(round % 2 === 1 ? 'optOut' : 'optIn', 'news', NOON + round));
    }
    assert.deepEqual(await faults(), []);
  });

  it('names the other head in both chains of a merge, and closes one', async () => {
    await say(ann, said('optIn', 'news', NOON));
    await say(bob, said('optOut', 'news', NOON - 1), said('optIn', 'offers', NOON));
    const [annHead, bobHead] = [(await guardOf(ann))?.head, (await guardOf(bob))?.head];
    await merge(ann, bob);
    const last = async (id: ContactId) =>
      (await engine.find(consentLedger, { where: { contactId: id }, orderBy: [['seq', 'desc']], limit: 1 }))[0];
    assert.deepEqual([(await last(ann))?.otherHead, (await last(bob))?.otherHead], [bobHead, annHead]);
    const topics = (await guardOf(ann))?.topics;
    assert.deepEqual([topics?.news.state, topics?.offers.state], ['out', 'in']);
    assert.deepEqual(await faults(), []);
  });

  it('merges with a person who never said anything', async () => {
    await say(bob, said('optIn', 'offers', NOON));
    await merge(ann, bob);
    assert.equal((await guardOf(ann))?.topics.offers.state, 'in');
    assert.deepEqual(await faults(), []);
    const read = consentReader(engine);
    const contact = aContact(ann, { mergedIds: [bob] });
    const all = await read(contact, { limit: 10, after: undefined });
    assert.deepEqual(
      all.map(({ entry }) => [entry.contactId, entry.act]),
      [
        ['bob', 'optIn'],
        ['bob', 'merged'],
        ['ann', 'merged'],
      ],
    );
    const [first] = await read(contact, { limit: 1, after: undefined });
    const rest = await read(contact, { limit: 10, after: first?.cursor });
    assert.deepEqual([...(first ? [first] : []), ...rest], all);
  });

  it('finds what was altered, removed or added, and a person who is gone from the next seal on', async () => {
    await say(ann, said('optIn', 'news', NOON), said('optIn', 'offers', NOON));
    await say(bob, said('optIn', 'news', NOON));
    const row = await engine.get(consentLedger, 'ann:00000002');
    assert.ok(row);
    const patch = async (set: object) => engine.patchMany(consentLedger, [{ id: row.id, set }]);
    await patch({ topic: 'news' });
    assert.match(String(await faults()), /ann: entry 2: it was altered/);
    await patch({ topic: row.topic, evidence: row.evidence?.replace('chat', 'import') });
    assert.match(String(await faults()), /ann: entry 2: its evidence was altered/);
    await patch({ evidence: row.evidence });
    assert.deepEqual(await faults(), []);
    await engine.removeMany(consentLedger, [row.id]);
    assert.match(String(await faults()), /ann: entries after 1 are missing/);
    await engine.append(consentLedger, [row, { ...row, id: 'ann:00000003', seq: 3 }]);
    assert.match(String(await faults()), /ann: entry 3: it does not follow|ann: there are entries after/);
    await engine.removeMany(consentLedger, ['ann:00000003']);

    await engine.removeMany(consentGuards, [bob]);
    await engine.removeMany(consentLedger, ['bob:00000001']);
    assert.deepEqual(await faults(), [], 'not sealed yet');
    await say(bob, said('optIn', 'news', NOON));
    assert.equal(await sealLedger(engine, LEDGER_KEY, NOON), 2);
    assert.deepEqual(await faults(), []);
    await engine.removeMany(consentGuards, [bob]);
    await engine.removeMany(consentLedger, ['bob:00000001']);
    assert.match(String(await faults()), /bob: entry 1 stands in seal 1/);
  });

  it('is sealed once an hour, and only what grew since', async () => {
    await say(ann, said('optIn', 'news', NOON));
    await sealWhenDue(engine, LEDGER_KEY, NOON);
    await say(ann, said('optOut', 'news', NOON + 1));
    await sealWhenDue(engine, LEDGER_KEY, NOON + SEAL_EVERY_MS - 1);
    await sealWhenDue(engine, LEDGER_KEY, NOON + SEAL_EVERY_MS);
    await sealWhenDue(engine, LEDGER_KEY, NOON + 2 * SEAL_EVERY_MS);
    const seals = await engine.find(ledgerSeals, { where: {}, orderBy: [['id', 'asc']], limit: 9 });
    assert.deepEqual(
      seals.map((seal) => [seal.number, seal.heads.map(([id, seq]) => `${id} ${seq}`)]),
      [
        [1, ['ann 1']],
        [2, ['ann 2']],
        [3, []],
      ],
    );
    assert.equal((await verifyLedger(engine, LEDGER_KEY, 0)).lastSealAt, NOON + 2 * SEAL_EVERY_MS);
    assert.deepEqual(await Promise.all([sealLedger(engine, LEDGER_KEY, 1), sealLedger(engine, LEDGER_KEY, 1)]), [0, 0]);
    assert.deepEqual(await faults(), []);
  });

  it('keeps of the erased a chain that is whole and a stop under every identity, and nothing that speaks of them', async () => {
    await meet(ann, '5219991234567', 'MX.1', '79160000009');
    await say(ann, said('optIn', 'news', NOON, 'chat', { message: 'canary-evidence' }));
    await say(bob, said('optIn', 'offers', NOON, 'import', { source: 'canary-source' }));
    await merge(ann, bob);
    await sealLedger(engine, LEDGER_KEY, NOON);
    const before = await exportPerson(engine, tables, asPerson(ann, bob));
    assert.match(JSON.stringify(before['consentLedger']), /canary-evidence.*canary-source/);
    await erase(ann, bob);
    await erase(ann, bob);
    const rows = await engine.find(consentLedger, { where: {}, orderBy: [['id', 'asc']], limit: 99 });
    assert.deepEqual(
      rows.map((row) => `${row.contactId} ${row.act}`),
      ['ann optIn', 'ann merged', 'ann erased', 'bob optIn', 'bob merged'],
    );
    assert.doesNotMatch(JSON.stringify(rows), /canary/);
    assert.deepEqual(await faults(), []);
    const guard = await guardOf(ann);
    for (const topic of ['maintenance', 'news', 'offers', 'service'] as const)
      assert.equal(maySend(guard, topic, NOON), false);

    const hashes = ['phone:5219991234567', 'phone:529991234567', 'userId:MX.1'].map((key) => hashed(PEPPER, key));
    assert.equal((await engine.getMany(stops, hashes)).length, 3);
    assert.equal(await engine.count(stops, {}), 3, 'the number that they had before is somebody else’s');
    const blocked = await blockedPeople(engine)(
      [...hashes, 'somebody else'].map((hash) => ({ identityHashes: [hash], contactId: null })),
    );
    assert.deepEqual(blocked, [true, true, true, false]);
  });

  it('takes a list’s consent once, and lets it lift no stop', async () => {
    await meet(ann, '79160000001', 'RU.1');
    const record = consentRecorder({ engine, ledger: testLedger, now: () => NOON });
    const take = async (source = 'order form') => {
      const consent = { topics: ['news', 'offers'] as const, source, consentedAt: NOON - 1 };
      const request = { contactId: ann, personKey: 'key' as PersonKey, consent };
      const answers = await record([request, request]);
      assert.equal(await engine.commit(answers.flatMap((answer) => answer.ops)), 'committed');
      return answers.map((answer) => answer.changes);
    };
    assert.deepEqual(await take(), [true, false]);
    assert.deepEqual(await take(), [false, false]);
    await say(ann, said('optOut', 'news', NOON + 1));
    assert.deepEqual(await take(), [false, false]);
    assert.deepEqual(await take('exhibition'), [false, false], 'recorded, and nothing is another');
    assert.deepEqual(await take('exhibition'), [false, false]);
    const entries = await consentReader(engine)(aContact(ann), { limit: 99, after: undefined });
    assert.deepEqual(
      entries.map(({ entry }) => [entry.act, entry.topic, entry.channel, entry.source]),
      [
        ['optIn', 'news', 'import', 'order form'],
        ['optIn', 'offers', 'import', 'order form'],
        ['optOut', 'news', 'chat', null],
        ['optIn', 'news', 'import', 'exhibition'],
      ],
    );
    assert.equal((await guardOf(ann))?.topics.news.state, 'out');
    const asked = [{ identityHashes: [], contactId: ann }];
    assert.deepEqual(await blockedPeople(engine)(asked), [false]);
    await say(ann, said('optOut', null, NOON + 2));
    assert.deepEqual(await blockedPeople(engine)(asked), [true]);
    assert.deepEqual(await faults(), []);
  });
};
