import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { said, testLedger } from '../consent/ledger.fixture.js';
import { consentGuards } from '../consent/consent-tables.js';
import { Chain, readGuards, type Statement } from '../consent/ledger.js';
import { platformListener, STOPPED_MARKETING } from '../consent/platform-stop.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import type { PhoneNumberId } from '../platform/ids.js';
import type { Engine } from '../storage/engine.js';
import { Calls } from './calls.js';
import { consentFacts, dependsOn } from './consent-facts.js';
import { Bench, dispatcherMigrations } from './dispatcher.fixture.js';
import { NumberRate } from './number-rate.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';

const HOUR = 3_600_000;
const NOTICE = { purpose: 'notice', priority: PRIORITIES.notice, topic: 'maintenance' } as const;
const OPERATOR = { purpose: 'operator', priority: PRIORITIES.reserved } as const;

onBothStores('Consent at the moment of sending', (place) => {
  let engine: Engine;
  let bench: Bench;

  before(async () => (engine = await (await place()).open(dispatcherMigrations)));
  after(() => engine?.close());
  beforeEach(() => (bench = new Bench(engine)));
  afterEach(() => bench.stop());

  const guardOf = async ({ id }: ContactRow) => (await readGuards(engine, [id])).get(id);
  const say = async (person: ContactRow, ...statements: readonly Statement[]) => {
    const chain = new Chain(testLedger, person.id, await guardOf(person));
    for (const statement of statements) chain.say(statement);
    return engine.commit(chain.ops());
  };
  const now = () => bench.clock.now();
  const wrote = (person: ContactRow, at: number) =>
    engine.append(conversations, [
      {
        id: conversationId(bench.number, person.personKey),
        ...{ phoneNumberId: bench.number, personKey: person.personKey, contactId: person.id },
        ...{ session: null, lastInboundAt: at, version: 1 },
      },
    ]);

  it('is asked for every notice: who agreed gets it, who stopped or never agreed does not, and the reason is kept', async () => {
    const people = [await bench.person(), await bench.person(), await bench.person()] as const;
    const [agreed, stopped, other] = people;
    const rows = [];
    for (const person of people) rows.push(await bench.queue(person, NOTICE));
    const [yes, no, wrongTopic] = rows as [OutboxRow, OutboxRow, OutboxRow];
    await say(stopped, said('optOut', null, now() + 1));
    await engine.patchMany(outbox, [{ id: wrongTopic.id, set: { topic: 'news' } }]);
    bench.dispatcher();
    await bench.untilState(yes, 'accepted');
    assert.equal((await bench.untilState(no, 'rejected')).reason, 'stopped');
    assert.equal((await bench.untilState(wrongTopic, 'rejected')).reason, 'noConsent');
    assert.deepEqual(bench.cloudApi.ids, [yes.id]);
    assert.deepEqual([(await guardOf(agreed))?.version, (await guardOf(other))?.version], [2, 1]);
  });

  it('asks nothing for a reply, even to somebody who stopped everything', async () => {
    const person = await bench.person();
    await say(person, said('optOut', null, now()));
    const reply = await bench.queue(person);
    bench.dispatcher();
    await bench.untilState(reply, 'accepted');
    assert.equal((await guardOf(person))?.version, 1);
  });

  it('lets an operator answer while service stands, and whoever wrote after a stop, and nobody else', async () => {
    const [open, silent, wroteOn, never] = [
      await bench.person(),
      await bench.person(),
      await bench.person(),
      await bench.person(),
    ];
    const chain = new Chain(testLedger, open.id, undefined);
    chain.say(said('optIn', 'service', now()));
    chain.openService('case');
    await engine.commit(chain.ops());
    for (const person of [silent, wroteOn]) await say(person, said('optOut', null, now() - HOUR));
    await wrote(silent, now() - 2 * HOUR);
    await wrote(wroteOn, now() - 60_000);
    const rows = [];
    for (const person of [open, silent, wroteOn, never]) rows.push(await bench.queue(person, OPERATOR));
    const [first, second, third, fourth] = rows as [OutboxRow, OutboxRow, OutboxRow, OutboxRow];
    bench.dispatcher();
    await bench.untilState(first, 'accepted');
    await bench.untilState(third, 'accepted');
    assert.equal((await bench.untilState(second, 'rejected')).reason, 'stopped');
    assert.equal((await bench.untilState(fourth, 'rejected')).reason, 'noConsent');
  });

  it('is taken by Meta’s refusal 131050 before that is written, and nothing of the kind leaves any more', async () => {
    const person = await bench.person();
    await say(person, said('optIn', 'offers', now()), said('optIn', 'maintenance', now()));
    bench.cloudApi.then({ kind: 'rejected', code: STOPPED_MARKETING, reason: 'stopped' });
    const first = await bench.queue(person, { ...NOTICE, topic: 'offers' });
    const onRefused = platformListener({ engine, ledger: testLedger, now });
    bench.dispatcher({ onRefused });
    await bench.untilState(first, 'rejected');
    const topics = (await guardOf(person))?.topics;
    assert.deepEqual([topics?.offers.state, topics?.news.state, topics?.maintenance.state], ['out', 'out', 'in']);
    const second = await bench.queue(person, { ...NOTICE, topic: 'offers' });
    assert.equal((await bench.untilState(second, 'rejected')).reason, 'stopped');
    assert.deepEqual(bench.cloudApi.ids, [first.id]);
  });

  /** What the dispatcher does between asking and calling, by hand. */
  const attempter = () => {
    const calls = new Calls({
      ...{ engine, clock: bench.clock, cloudApi: bench.cloudApi, rate: new NumberRate(1_000) },
      phoneNumberId: bench.number as PhoneNumberId,
      mayStart: () => true,
      onStart: () => undefined,
      onOutcome: () => undefined,
      onPoint: () => undefined,
      dress: (content) => Promise.resolve(content),
    });
    return async (row: OutboxRow, person: ContactRow) => {
      const consent = (await consentFacts(engine, [row], new Map([[person.id, person]]))).get(row.id);
      assert.ok(consent);
      const to = { phone: '79000001000' as never };
      return () => calls.attempt([{ row, to, contact: person, together: [dependsOn(consent, person)] }]);
    };
  };
  const claimed = async (person: ContactRow, given: Partial<OutboxRow>) =>
    bench.queue(person, { ...given, state: 'claimed', fence: 1 });

  it('is asked anew when it changed between the question and the attempt, and nothing has left meanwhile', async () => {
    const prepare = attempter();
    const person = await bench.person();
    const row = await claimed(person, NOTICE);
    const attempt = await prepare(row, person);
    assert.equal(await say(person, said('optOut', 'maintenance', now())), 'committed');
    assert.deepEqual(
      (await attempt()).map(({ id }) => id),
      [row.id],
    );
    assert.deepEqual([(await bench.row(row)).state, bench.cloudApi.sent.length], ['claimed', 0]);

    const [stranger, answered] = [await bench.person(), 0];
    const word = await claimed(stranger, OPERATOR);
    await wrote(stranger, now());
    const answer = await prepare(word, stranger);
    assert.equal(await say(stranger, said('optOut', null, now())), 'committed');
    assert.equal((await answer()).length, 1, 'there was no guard when it was asked');
    assert.equal(bench.cloudApi.sent.length, answered);
  });

  it('keeps the person’s order when it changed just then: what is asked anew leaves before what was queued later', async () => {
    const person = await bench.person();
    const chain = new Chain(testLedger, person.id, undefined);
    chain.say(said('optIn', 'service', now()));
    chain.openService('case');
    await engine.commit(chain.ops());
    const first = await bench.queue(person, OPERATOR);
    const { faults } = bench.dispatcher();
    let later: OutboxRow | undefined;
    faults.before = async (method) => {
      if (method !== 'commit') return;
      faults.before = undefined;
      await say(person, said('optIn', 'news', now()));
      later = await bench.queue(person, OPERATOR);
    };
    await bench.until(() => later !== undefined);
    await bench.untilState(later ?? first, 'accepted');
    assert.deepEqual(bench.cloudApi.ids, [first.id, later?.id]);
  });

  it('of a stop and a send that meet, lets one be first, and the other sees it', async () => {
    const prepare = attempter();
    let sent = 0;
    for (let round = 0; round < 40; round += 1) {
      const person = await bench.person();
      const row = await claimed(person, NOTICE);
      const guard = await guardOf(person);
      assert.ok(guard);
      const attempt = await prepare(row, person);
      const stop = new Chain(testLedger, person.id, guard);
      stop.say(said('optOut', null, now()));
      const order = [attempt, () => engine.commit(stop.ops(), person.personKey)];
      if (round % 2 === 1) order.reverse();
      await Promise.all(order.map((act) => act()));
      const [after] = await engine.getMany(consentGuards, [person.id]);
      const isStopped = after?.topics.maintenance.state === 'out';
      const { state } = await bench.row(row);
      assert.equal(after?.version, 2, 'exactly one of them was written');
      assert.equal(state, isStopped ? 'claimed' : 'attempted');
      if (!isStopped) sent += 1;
    }
    assert.equal(bench.cloudApi.sent.length, sent);
  });
});
