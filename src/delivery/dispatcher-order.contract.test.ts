import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { contacts } from '../contacts/contact-tables.js';
import type { PersonKey } from '../contacts/identity.js';
import { inbox, type InboxRow } from '../inbox/inbox-tables.js';
import { putRight } from './take-over.js';
import type { Engine } from '../storage/engine.js';
import {
  Bench,
  dispatcherMigrations,
  tooManyForPerson,
  tooManyOfNumber,
  refusedConnection,
} from './dispatcher.fixture.js';
import { outbox, PRIORITIES, type OutboxRow } from './outbox-table.js';

onBothStores('What leaves, and in which order', (place) => {
  let engine: Engine;
  let bench: Bench;

  before(async () => (engine = await (await place()).open(dispatcherMigrations)));
  after(() => engine?.close());
  beforeEach(() => (bench = new Bench(engine)));
  afterEach(() => bench.stop());

  const inboundAt = (at: number) =>
    Array.from({ length: 100 }, (_, index): InboxRow => ({
      ...{ id: `${bench.number}-${index}`, phoneNumberId: bench.number, kind: 'message', state: 'handled' },
      ...{
        personKey: 'somebody' as PersonKey,
        partition: 0,
        postId: 'post',
        postRows: 1,
        at,
        arrival: at * 1_000 + index,
      },
      ...{ tries: 0, notBefore: 0, reason: null, raw: null },
    }));

  describe('the order', () => {
    it('is replies before notices, and older before newer', async () => {
      const [anna, boris, vera] = [await bench.person(), await bench.person(), await bench.person()];
      const notice = await bench.queue(anna, { purpose: 'notice', priority: PRIORITIES.notice });
      const first = await bench.queue(boris);
      const second = await bench.queue(vera);
      bench.dispatcher();
      await bench.until(() => bench.cloudApi.sent.length === 3);
      assert.deepEqual(bench.cloudApi.ids, [first.id, second.id, notice.id]);
    });

    it('keeps a person’s next message until the one before it is settled', async () => {
      const anna = await bench.person();
      const answer = bench.cloudApi.holdNext();
      const first = await bench.queue(anna);
      const second = await bench.queue(anna);
      bench.dispatcher();
      await bench.quiet();
      assert.deepEqual(bench.cloudApi.ids, [first.id]);
      answer({ kind: 'unknown', reason: 'timeout' });
      await bench.untilState(second, 'accepted');
      assert.deepEqual(bench.cloudApi.ids, [first.id, second.id]);
    });

    it('leaves a message alone until it is due', async () => {
      const row = await bench.queue(await bench.person(), { dueAt: bench.clock.now() + 60_000 });
      bench.dispatcher();
      await bench.quiet();
      assert.deepEqual([bench.cloudApi.ids, (await bench.row(row)).state], [[], 'queued']);
      await bench.pass(60_000);
      assert.deepEqual(bench.cloudApi.ids, [row.id]);
    });

    it('sends nothing of another number', async () => {
      const row = await bench.queue(await bench.person(), { phoneNumberId: 'another' });
      bench.dispatcher();
      await bench.quiet();
      assert.equal((await bench.row(row)).state, 'queued');
    });

    for (const [words, refusal, waitMs] of [
      ['the pair rate (131056)', tooManyForPerson, 1_000],
      ['the number’s rate (130429)', tooManyOfNumber, 1_000],
      ['a connection that was refused', refusedConnection, 1_000],
    ] as const)
      it(`keeps the place of a message that went back to the queue after ${words}`, async () => {
        const anna = await bench.person();
        bench.cloudApi.then(refusal);
        const rows = [await bench.queue(anna), await bench.queue(anna)];
        bench.dispatcher();
        await bench.quiet();
        rows.push(await bench.queue(anna));
        await bench.quiet();
        assert.deepEqual(bench.cloudApi.ids, [rows[0]?.id]);
        await bench.pass(waitMs);
        await bench.until(() => bench.cloudApi.sent.length === 4);
        assert.deepEqual(bench.cloudApi.ids, [rows[0]?.id, ...rows.map(({ id }) => id)]);
      });

    it('is kept by the next process for people whose replies wait', async () => {
      const anna = await bench.person();
      bench.cloudApi.then(tooManyForPerson);
      const first = await bench.queue(anna);
      bench.dispatcher();
      await bench.untilState(first, 'queued');
      await bench.quiet();
      await bench.stop();
      const second = await bench.queue(anna);
      bench.dispatcher();
      await bench.quiet();
      assert.equal(bench.cloudApi.sent.length, 1);
      await bench.pass(1_000);
      await bench.until(() => bench.cloudApi.sent.length === 3);
      assert.deepEqual(bench.cloudApi.ids, [first.id, first.id, second.id]);
    });
  });

  describe('the rates', () => {
    it('put off the forty-first reply of a burst, and let a stop’s confirmation pass', async () => {
      const anna = await bench.person();
      const burst = [];
      for (let index = 0; index < 41; index += 1) burst.push(await bench.queue(anna));
      bench.dispatcher();
      await bench.until(() => bench.cloudApi.sent.length === 40);
      const stop = await bench.queue(anna, { priority: PRIORITIES.reserved });
      await bench.untilState(stop, 'accepted');
      assert.equal((await bench.row(burst[40] ?? stop)).state, 'queued');
      await bench.pass(12_000);
      assert.deepEqual(bench.cloudApi.ids.slice(40), [stop.id, burst[40]?.id]);
    });

    it('remember after a restart what was sent to a person of late', async () => {
      const anna = await bench.person();
      for (let index = 0; index < 40; index += 1)
        await bench.queue(anna, { state: 'accepted', active: false, attempt: 1, attemptedAt: bench.clock.now() });
      const next = await bench.queue(anna);
      bench.dispatcher();
      await bench.quiet();
      assert.equal((await bench.row(next)).state, 'queued');
      await bench.pass(6_001);
      await bench.untilState(next, 'accepted');
    });

    it('start no more calls within a second than the setting, half of it during a flood of inbound', async () => {
      for (let index = 0; index < 12; index += 1) await bench.queue(await bench.person());
      const dispatcher = bench.dispatcher({ messagesPerSecond: 4 });
      await bench.until(() => bench.cloudApi.sent.length === 4);
      await bench.quiet();
      assert.equal(bench.cloudApi.sent.length, 4);
      // On MongoDB another process may have taken them in: they are counted where they lie.
      if (engine.kind === 'mongodb') await engine.append(inbox, inboundAt(bench.clock.now() + 500));
      bench.clock.advance(1_001);
      if (engine.kind === 'sqlite') dispatcher.noteInbound(100);
      await bench.quiet();
      assert.equal(bench.cloudApi.sent.length, 6);
      await bench.pass(1_001);
      await bench.pass(1_001);
      assert.equal(bench.cloudApi.sent.length, 12);
    });
  });

  describe('who it goes to', () => {
    it('is the phone when it is known, else the BSUID', async () => {
      const both = await bench.person([
        { kind: 'userId', value: 'RU.1a' },
        { kind: 'phone', value: '79161234567' },
      ]);
      const noPhone = await bench.person([{ kind: 'userId', value: 'RU.2b' }]);
      const rows = [await bench.queue(both), await bench.queue(noPhone)];
      bench.dispatcher();
      for (const row of rows) await bench.untilState(row, 'accepted');
      assert.deepEqual(
        bench.cloudApi.sent.map((sent) => sent.message.to),
        [{ phone: '79161234567' }, { userId: 'RU.2b' }],
      );
    });

    it('is the number that the person has now, not the one they had when it was queued', async () => {
      const anna = await bench.person([{ kind: 'phone', value: '79160000001' }]);
      const row = await bench.queue(anna);
      await engine.patchMany(contacts, [
        { id: anna.id, set: { identities: [{ kind: 'phone', value: '79160000002' }] } },
      ]);
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
      assert.deepEqual(bench.cloudApi.sent[0]?.message.to, { phone: '79160000002' });
    });

    it('is the one person that two turned out to be', async () => {
      const [anna, old] = [await bench.person([{ kind: 'phone', value: '79160000003' }]), await bench.person([])];
      await engine.patchMany(contacts, [{ id: old.id, set: { mergedInto: anna.id } }]);
      const row = await bench.queue(old);
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
      assert.deepEqual(bench.cloudApi.sent[0]?.message.to, { phone: '79160000003' });
    });
  });

  describe('what does not leave', () => {
    it('is a message to somebody who was erased, one that stopped being true, and one to nobody', async () => {
      const [gone, late, nobody] = [await bench.person(), await bench.person(), await bench.person([])];
      await engine.removeMany(contacts, [gone.id]);
      const rows = [
        await bench.queue(gone),
        await bench.queue(late, { uselessAfter: bench.clock.now() }),
        await bench.queue(nobody),
      ];
      bench.dispatcher();
      const ended = [];
      for (const row of rows) ended.push(await bench.untilState(row, 'rejected'));
      assert.deepEqual(
        ended.map(({ reason, active }) => [reason, active]),
        [
          ['erased', false],
          ['tooLate', false],
          ['undeliverable', false],
        ],
      );
      assert.deepEqual(bench.cloudApi.sent, []);
      // It stands in the store a moment before anybody is told.
      await bench.until(() => bench.settled.length >= rows.length);
      assert.deepEqual(new Set(bench.settled), new Set(rows.map(({ id }) => id)));
    });

    it('is marked as read with the call that answers it, and only then', async () => {
      const [anna, late] = [await bench.person(), await bench.person()];
      const row = await bench.queue(anna, { answers: 'wamid.question' });
      await bench.queue(late, { answers: 'wamid.late', uselessAfter: bench.clock.now() });
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
      await bench.quiet();
      assert.deepEqual(bench.cloudApi.readMarks, ['wamid.question']);
    });

    it('is never kept by a process that is gone: what it had claimed is due again', async () => {
      const row = await bench.queue(await bench.person(), { state: 'claimed', fence: 7 });
      bench.dispatcher();
      await bench.untilState(row, 'accepted');
    });

    it('is what somebody attempted before us: it may have gone out, and what a status speaks of has', async () => {
      const attempted = { state: 'attempted', attempt: 1, fence: 7, attemptedAt: bench.clock.now() } as const;
      const doubtful = await bench.queue(await bench.person(), attempted);
      const certain = await bench.queue(await bench.person(), { ...attempted, sentAt: bench.clock.now() });
      bench.dispatcher();
      assert.equal((await bench.untilState(doubtful, 'unknown')).active, true);
      assert.equal((await bench.untilState(certain, 'accepted')).active, false);
      assert.deepEqual(bench.cloudApi.sent, []);
    });

    it('is put right page by page, and not what is in one’s own hands', async () => {
      const anna = await bench.person();
      const rows: OutboxRow[] = [];
      for (let index = 0; index < 3; index += 1) rows.push(await bench.queue(anna, { state: 'claimed', fence: 1 }));
      await putRight(engine, bench.number, bench.clock.now(), (id) => id === rows[1]?.id);
      const states = await engine.getMany(
        outbox,
        rows.map(({ id }) => id),
      );
      assert.deepEqual(new Map(states.map((row) => [row.id, row.state])).get(rows[1]?.id ?? ''), 'claimed');
      assert.equal(states.filter((row) => row.state === 'queued').length, 2);
    });
  });
});
