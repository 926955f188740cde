import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { changeNumber, withChanges } from '../platform/change-number.js';
import type { SendResult } from '../platform/cloud-api.js';
import { countMessaged } from '../platform/messaging-limit.js';
import { numbers } from '../platform/number-table.js';
import { noteTemplate } from '../platform/template-status.js';
import { templateKey, templateStatuses } from '../platform/template-table.js';
import type { Engine } from '../storage/engine.js';
import { accepted, Bench, dispatcherMigrations, rejected, unknown } from './dispatcher.fixture.js';
import { hearErrors } from './hear-errors.js';
import { PRIORITIES, type OutboxRow } from './outbox-table.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

onBothStores('What the platform’s limits hold back', (place) => {
  let engine: Engine;
  let bench: Bench;
  let templates = 0;
  let template: { readonly name: string; readonly language: string };

  before(async () => {
    engine = await (await place()).open(dispatcherMigrations);
  });
  after(() => engine.close());
  beforeEach(async () => {
    bench = new Bench(engine);
    template = { name: `word${(templates += 1)}`, language: 'ru' };
    // People are counted for all numbers together: each test begins days later than the one before it.
    bench.clock.advance(templates * 96 * HOUR_MS);
  });
  afterEach(() => bench.stop());

  const content = (): OutboxRow['content'] => ({
    type: 'template',
    ...template,
    bodyParameters: [],
    buttonPayloads: [],
  });
  const notice = (person: ContactRow, given: Partial<OutboxRow> = {}) =>
    bench.queue(person, {
      ...{ purpose: 'notice', priority: PRIORITIES.notice, content: content() },
      uselessAfter: bench.clock.now() + 72 * HOUR_MS,
      ...given,
    });
  const tier = (name: string) => changeNumber(engine, bench.number, () => ({ tier: name }));
  const used = () => countMessaged(engine, bench.clock.now());
  const refusal = (code: number): SendResult => ({ kind: 'rejected', code, reason: 'template' });
  const paused = async () => (await engine.get(numbers, bench.number))?.paused.map(({ what, why }) => `${what} ${why}`);
  const wroteNow = (person: ContactRow) =>
    engine.append(conversations, [
      {
        id: conversationId(bench.number, person.personKey),
        ...{ phoneNumberId: bench.number, personKey: person.personKey, contactId: person.id },
        ...{ session: null, lastInboundAt: bench.clock.now(), version: 1 },
      },
    ]);

  describe('the messaging limit', () => {
    it('lets templates out to so many different people a day, and whoever is over it waits', async () => {
      await tier('TIER_2');
      const people = [await bench.person(), await bench.person(), await bench.person()] as const;
      const rows = [await notice(people[0]), await notice(people[1]), await notice(people[2])] as const;
      bench.dispatcher();
      await bench.untilState(rows[1], 'accepted');
      await bench.until(async () => (await bench.row(rows[2])).reason === 'overTier');
      assert.deepEqual([bench.cloudApi.ids, (await bench.row(rows[2])).state], [[rows[0].id, rows[1].id], 'queued']);
      assert.equal(await used(), 2);
      // Who is counted already counts no second time.
      const again = await notice(people[0]);
      await bench.untilState(again, 'accepted');
      assert.equal(await used(), 2);
      // A day after the last message somebody’s place is free.
      await bench.pass(24 * HOUR_MS + MINUTE_MS);
      await bench.untilState(rows[2], 'accepted');
    });

    it('is the smallest while nobody knows it, and follows the webhook at once', async () => {
      await tier('TIER_1');
      const [first, second] = [await notice(await bench.person()), await notice(await bench.person())];
      bench.dispatcher();
      await bench.untilState(first, 'accepted');
      await bench.until(async () => (await bench.row(second)).reason === 'overTier');
      await tier('TIER_UNLIMITED');
      await bench.pass(2_000);
      await bench.untilState(second, 'accepted');
    });

    it('gives a place back when a refusal is proven, and not when nobody knows', async () => {
      await tier('TIER_1');
      bench.cloudApi.then(rejected, unknown);
      const first = await notice(await bench.person());
      bench.dispatcher();
      await bench.untilState(first, 'rejected');
      await bench.until(async () => (await used()) === 0);
      const second = await notice(await bench.person());
      await bench.untilState(second, 'unknown');
      assert.equal(await used(), 1);
      const third = await notice(await bench.person());
      await bench.until(async () => (await bench.row(third)).reason === 'overTier');
      assert.equal(bench.cloudApi.sent.length, 2);
    });

    it('gives back no more than the refused message took: an earlier one of the day still counts', async () => {
      await tier('TIER_1');
      const person = await bench.person();
      const first = await notice(person);
      bench.dispatcher();
      await bench.untilState(first, 'accepted');
      bench.cloudApi.then(rejected);
      await bench.untilState(await notice(person), 'rejected');
      await bench.quiet();
      assert.equal(await used(), 1);
    });

    it('does not count a template to somebody who may be written to freely', async () => {
      await tier('TIER_1');
      const [writer, other] = [await bench.person(), await bench.person()];
      await wroteNow(writer);
      const rows = [await notice(writer), await notice(other)];
      bench.dispatcher();
      for (const row of rows) await bench.untilState(row, 'accepted');
      assert.equal(await used(), 1);
    });

    it('is told as the reason where a message waited for it until it was useless', async () => {
      await tier('TIER_1');
      const first = await notice(await bench.person());
      const second = await notice(await bench.person(), { uselessAfter: bench.clock.now() + HOUR_MS });
      bench.dispatcher();
      await bench.untilState(first, 'accepted');
      await bench.until(async () => (await bench.row(second)).reason === 'overTier');
      for (let minute = 0; minute < 61; minute += 15) await bench.pass(16 * MINUTE_MS);
      assert.deepEqual(
        [(await bench.untilState(second, 'rejected')).reason, bench.cloudApi.sent.length],
        ['overTier', 1],
      );
    });
  });

  describe('a template', () => {
    const standing = async () => (await engine.get(templateStatuses, templateKey(template.name, 'ru')))?.status;

    it('that Meta has paused holds its messages until it is approved again, and others leave', async () => {
      bench.cloudApi.then(refusal(132015));
      const first = await notice(await bench.person());
      bench.dispatcher();
      await bench.untilState(first, 'rejected');
      await bench.until(async () => (await standing()) === 'PAUSED');
      await bench.pass(1_500);
      const held = await notice(await bench.person());
      await bench.until(async () => (await bench.row(held)).reason === 'template');
      const other = await bench.queue(await bench.person(), {
        ...{ purpose: 'notice', priority: PRIORITIES.notice },
        content: { type: 'template', name: 'another', language: 'ru', bodyParameters: [], buttonPayloads: [] },
      });
      await bench.untilState(other, 'accepted');
      assert.deepEqual(bench.cloudApi.ids, [first.id, other.id]);
      await noteTemplate(engine, { ...template, status: 'APPROVED', at: bench.clock.now() });
      await bench.pass(6 * MINUTE_MS);
      await bench.untilState(held, 'accepted');
    });

    it('that is gone for good ends its messages', async () => {
      await noteTemplate(engine, { ...template, status: 'DISABLED', at: bench.clock.now() });
      const row = await notice(await bench.person());
      bench.dispatcher();
      assert.equal((await bench.untilState(row, 'rejected')).reason, 'template');
      assert.equal(bench.cloudApi.sent.length, 0);
    });

    it('is held as well when the refusal comes by webhook alone', async () => {
      const row = await notice(await bench.person());
      await hear(row, 132015);
      assert.equal(await standing(), 'PAUSED');
    });
  });

  const hear = (row: OutboxRow, errorCode: number) =>
    hearErrors({
      ...{ engine, phoneNumberId: bench.number, now: () => bench.clock.now(), onChange: () => undefined },
      log: { warn: () => undefined, error: (event) => bench.warnings.push(event) },
    })([{ outboxId: row.id, at: bench.clock.now(), errorCode, category: null }]);

  describe('the class of what nobody asked for', () => {
    it('stops at 131048 until an operator resumes, while replies go on', async () => {
      bench.cloudApi.then({ kind: 'rejected', code: 131048, reason: 'policy' });
      const first = await notice(await bench.person());
      bench.dispatcher();
      await bench.untilState(first, 'rejected');
      await bench.until(async () => (await paused())?.includes('notices spamLimit') ?? false);
      const held = await notice(await bench.person());
      const reply = await bench.queue(await bench.person());
      await bench.untilState(reply, 'accepted');
      await bench.pass(10 * MINUTE_MS);
      assert.deepEqual([(await bench.row(held)).state, bench.cloudApi.ids], ['queued', [first.id, reply.id]]);
      assert.deepEqual(bench.warnings, ['notices.paused']);
      await changeNumber(engine, bench.number, () => ({ paused: [] }));
      await bench.pass(6 * MINUTE_MS);
      await bench.untilState(held, 'accepted');
    });

    it('stops too when Meta says so in a failed status, and is not stopped anew by the next one', async () => {
      const row = await notice(await bench.person());
      await hear(row, 131048);
      await hear(row, 131064);
      await hear(row, 131048);
      assert.deepEqual(await paused(), ['notices spamLimit', 'notices categoryLimit']);
      await hear(row, 190);
      assert.equal((await paused())?.length, 2);
    });

    it('holds an operator’s template as well, though it comes before notices', async () => {
      await changeNumber(engine, bench.number, ({ paused: before }) => ({
        paused: withChanges(before, [['quality', true]], bench.clock.now()),
      }));
      const person = await bench.person();
      await bench.agree(person);
      const row = await bench.queue(person, { purpose: 'operator', topic: 'maintenance', content: content() });
      bench.dispatcher();
      await bench.until(async () => (await bench.row(row)).dueAt > bench.clock.now());
      assert.deepEqual([(await bench.row(row)).state, bench.cloudApi.sent.length], ['queued', 0]);
    });
  });

  it('never writes to more different people than the limit, however the calls end', async () => {
    await tier('TIER_5');
    bench.cloudApi.always(
      ({ id }) => ([accepted(), rejected, unknown] as const)[id.charCodeAt(id.length - 1) % 3] ?? unknown,
    );
    const rows: OutboxRow[] = [];
    for (let at = 0; at < 24; at += 1) rows.push(await notice(await bench.person()));
    bench.dispatcher();
    await bench.until(async () => {
      const now = await Promise.all(rows.map((row) => bench.row(row)));
      return now.every(
        ({ state, reason }) =>
          state !== 'claimed' && state !== 'attempted' && (state !== 'queued' || reason === 'overTier'),
      );
    });
    const ended = await Promise.all(rows.map((row) => bench.row(row)));
    const counting = ended.filter(({ state }) => state === 'accepted' || state === 'unknown').length;
    assert.ok(counting <= 5, `${counting} people`);
    await bench.until(async () => (await used()) === counting);
  });
});
