import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { readUpdates } from '../../webhooks/read-updates.js';
import { identities } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { partitionOf, personKeyOf } from '../contacts/person-key.js';
import { writeCallbackData } from '../delivery/callback-data.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { statusEvents } from '../messages/message-tables.js';
import {
  change,
  drain,
  inboxUnderTestMigrations,
  message,
  NOON,
  openInbox,
  OURS,
  PEPPER,
  phone,
  status,
  user,
  type InboxUnderTest,
} from './inbox.fixture.js';
import type { StatusUpdate, Update } from './update.js';

const ANN = phone('79160000001');

/** A POST of Meta's, read. */
const post = (value: object): readonly Update[] => {
  const metadata = { display_phone_number: '15550100001', phone_number_id: OURS };
  const body = {
    object: 'whatsapp_business_account',
    entry: [{ id: 'W', changes: [{ field: 'messages', value: { metadata, ...value } }] }],
  };
  const read = readUpdates(Buffer.from(JSON.stringify(body)));
  assert.equal(read.kind, 'ok');
  return read.kind === 'ok' ? read.updates : [];
};

/** Updates made durable and unique. */
export const inboxContract = (place: () => Promise<StorePlace>): void => {
  let test: InboxUnderTest;
  beforeEach(async () => {
    test = await openInbox(await (await place()).open(inboxUnderTestMigrations));
  });
  afterEach(() => test.engine.close());

  const statuses = () => test.engine.find(statusEvents, { where: {}, orderBy: [['arrival', 'asc']], limit: 100 });

  it('keeps an update once, however often it arrives, and tells what was new', async () => {
    const one = message(ANN, 'once');
    await test.post(one, one);
    await test.postTogether([one, one, message(ANN, 'two')]);
    assert.equal((await test.rows('waiting')).length, 2);
    assert.equal(
      test.appended.reduce((sum, { personRows }) => sum + personRows, 0),
      2,
    );
  });

  it('keeps it once when it is delivered twenty times at the same moment, messages and statuses alike', async () => {
    const updates = [message(ANN, 'a'), message(ANN, 'b'), status('wamid.out', 'sent'), status('wamid.out', 'read')];
    await Promise.all(Array.from({ length: 20 }, () => test.postTogether(updates)));
    assert.equal((await test.rows()).length, 2);
    assert.equal((await statuses()).length, 2);
    const count = (what: 'personRows' | 'statusRows') => test.appended.reduce((sum, one) => sum + one[what], 0);
    assert.deepEqual([count('personRows'), count('statusRows')], [2, 2]);
  });

  it('never revives what was handled', async () => {
    const turns = test.makeTurns();
    const one = message(ANN, 'once');
    await test.post(one);
    await drain(test, turns);
    await test.post(one);
    await drain(test, turns);
    await turns.stop();
    assert.deepEqual(test.bodies(), ['once']);
    const [row] = await test.rows('handled');
    assert.equal(row?.raw, null);
  });

  it('keeps one thing once though it says its sender in other ways the second time', async () => {
    const one = message(ANN, 'once');
    await test.post(one, message(user('RU.ann', '79160000001'), 'once', { wamid: one.wamid }));
    assert.equal((await test.rows()).length, 1);
  });

  it('keeps statuses of every name, known or not, with the message that they speak of', async () => {
    const outboxId = 'abcdefghij0123456789';
    await test.postTogether([
      status('wamid.1', 'delivered', { callbackData: writeCallbackData(outboxId, 1) }),
      status('wamid.1', 'warning'),
      status('wamid.1', 'constructor'),
      status('wamid.1', 'failed', { errors: [{ code: 131026 }], pricing: { category: 'utility' } }),
    ]);
    const rows = await statuses();
    assert.deepEqual(
      rows.map((row) => row.status),
      ['delivered', 'warning', 'constructor', 'failed'],
    );
    assert.deepEqual(
      rows.map((row) => row.outboxId),
      [outboxId, null, null, null],
    );
    assert.deepEqual([rows[3]?.errorCode, rows[3]?.category], [131026, 'utility']);
    const [named, ...others] = rows.map((row) => row.wamidHash);
    assert.equal(named, '', 'found by our own id');
    assert.match(others[0] ?? '', /^[\w-]{22}$/);
    assert.equal(new Set(others).size, 1);
    assert.ok(!JSON.stringify(rows).includes('79160000001') && !JSON.stringify(rows).includes('wamid.1'));
  });

  it('writes a status into its message at once where one process writes, and keeps what has to be looked at', async () => {
    const sent = (id: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
      ...queuedRow({
        ...{ id, phoneNumberId: OURS, contactId: 'ann' as ContactId, personKey: 'key' as never, answers: null },
        ...{ purpose: 'reply', priority: 1, content: { type: 'text', body: 'yes' } },
        ...{ createdAt: 1, dueAt: 1, uselessAfter: 9 },
      }),
      ...{ state: 'accepted', active: false, attempt: 1 },
      ...more,
    });
    const [ours, theirs, early] = ['abcdefghij0123456789', 'abcdefghij012345678a', 'abcdefghij012345678b'] as const;
    await test.engine.append(outbox, [
      sent(ours),
      sent(theirs, { phoneNumberId: '2000' }),
      sent(early, { state: 'attempted', active: true }),
    ]);
    const said = (outboxId: string, name: string, more: Partial<StatusUpdate> = {}) =>
      status(`wamid.${outboxId}`, name, { callbackData: writeCallbackData(outboxId, 1), ...more });
    await test.post(said(ours, 'sent', { pricing: { category: 'service' } }));
    await test.postTogether([
      said(ours, 'read', { pricing: { category: 'service' } }),
      said(ours, 'sent'),
      said(ours, 'failed', { errors: [{ code: 131026 }] }),
      said(theirs, 'sent'),
      said(early, 'sent'),
    ]);
    const waiting = await statuses();
    const message = await test.engine.get(outbox, ours);
    const count = (what: 'statusRows' | 'statusesAtOnce') => test.appended.reduce((sum, one) => sum + one[what], 0);
    if (test.engine.patchOrAppend) {
      assert.deepEqual([message?.sentAt, message?.readAt, message?.category], [NOON, NOON, 'service']);
      assert.deepEqual([count('statusesAtOnce'), count('statusRows')], [2, 4]);
    } else {
      assert.deepEqual([message?.sentAt, message?.readAt, message?.category], [null, null, null]);
      // A second "sent" of one wamid is the same event.
      assert.deepEqual([count('statusesAtOnce'), count('statusRows')], [0, 5]);
    }
    assert.ok(waiting.some((row) => row.status === 'failed' && row.errorCode === 131026));
    assert.equal(message?.failedAt, null);
    for (const id of [theirs, early]) assert.equal((await test.engine.get(outbox, id))?.sentAt, null);
  });

  it('keeps what nobody will act on with the reason, and counts it as nobody’s message', async () => {
    await test.postTogether([
      message(ANN, 'x', { phoneNumberId: '2000' as never }),
      message(ANN, 'x', { groupId: 'G' }),
      message({}, 'x'),
      { kind: 'bystander', field: 'standby', phoneNumberId: OURS as never, dedupeKey: 'b', raw: Buffer.from('{}') },
      { kind: 'unknown', field: 'new', reason: 'new', dedupeKey: 'u', raw: Buffer.from('{"kept":true}') },
      { kind: 'account', field: 'account_update', dedupeKey: 'a', raw: Buffer.from('{}') },
      { kind: 'error', errors: [], dedupeKey: 'e', raw: Buffer.from('{}') },
    ]);
    const kept = await test.rows('kept');
    assert.deepEqual(
      kept.map((row) => row.reason),
      ['foreignNumber', 'group', 'noSender', 'bystander', 'unknown', 'account', 'error'],
    );
    assert.equal(Buffer.from(kept[4]?.raw ?? []).toString(), '{"kept":true}');
    assert.deepEqual(test.appended, [{ personRows: 0, statusRows: 0, statusesAtOnce: 0 }]);
    const turns = test.makeTurns();
    await drain(test, turns);
    await turns.stop();
    assert.equal(test.told.length, 0);
  });

  it('lets a placeholder of a message that was not available stand beside the message itself', async () => {
    const head = { from: '79160000001', id: 'wamid.A1', timestamp: '1793610000' };
    const unavailable = { ...head, type: 'unsupported', errors: [{ code: '131060', title: 'unavailable' }] };
    await test.postTogether(post({ messages: [unavailable] }));
    await test.postTogether(post({ messages: [{ ...head, type: 'text', text: { body: 'here I am' } }] }));
    await test.postTogether(post({ messages: [unavailable] }));
    assert.equal((await test.rows('waiting')).length, 2);
  });

  it('keeps nothing of the choice in a tap on a star but the sealed id', async () => {
    const reply = { id: 'star:sealed', title: 'Canary five', description: 'Canary best' };
    const tap = {
      from: '79160000001',
      id: 'wamid.S',
      timestamp: '1793610000',
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: reply },
    };
    await test.postTogether(post({ messages: [tap] }));
    const [row] = await test.rows('waiting');
    const raw = Buffer.from(row?.raw ?? []).toString();
    assert.ok(raw.includes('star:sealed') && !raw.includes('Canary'));
  });

  it('orders by arrival, also within a POST of a thousand', async () => {
    const updates = Array.from({ length: 1_200 }, (_, index) => message(ANN, String(index)));
    await test.postTogether(updates);
    const rows = await test.rows('waiting');
    assert.deepEqual(
      rows.map(
        (row) => (JSON.parse(Buffer.from(row.raw ?? []).toString()) as { content: { body: string } }).content.body,
      ),
      updates.map((_, index) => String(index)),
    );
    assert.ok(rows.every((row) => row.postRows === 1_200 && row.at === NOON));
  });

  it('takes a POST about more people than one read may ask for', async () => {
    const people = Array.from({ length: 1_100 }, (_, index) => user(`RU.${index}`, String(79160000000 + index)));
    await test.postTogether(people.map((sender) => message(sender)));
    assert.equal((await test.rows('waiting')).length, 1_100);
  });

  it('puts a person in one order by any of their identities, and says how many rows of theirs the POST has', async () => {
    const key = personKeyOf(PEPPER, ANN);
    assert.ok(key);
    const row = { contactId: 'ann' as ContactId, personKey: key, former: false, since: NOON };
    await test.engine.append(identities, [
      { id: 'phone:79160000001', ...row },
      { id: 'userId:RU.ann', ...row },
      { id: 'userId:RU.before', ...row, former: true },
      { id: 'phone:79160000009', ...row, former: true },
    ]);
    await test.postTogether([
      message(ANN),
      message(user('RU.ann')),
      message(user('RU.before')),
      change(user('RU.ann'), user('RU.next')),
      message(phone('79160000009')),
      message(user('RU.bob', '79160000009')),
    ]);
    const rows = await test.rows('waiting');
    assert.deepEqual(
      rows.map((one) => one.personKey === key),
      [true, true, true, true, false, false],
    );
    assert.deepEqual(
      rows.map((one) => one.postRows),
      [4, 4, 4, 4, 1, 1],
    );
    assert.equal(rows[5]?.personKey, personKeyOf(PEPPER, user('RU.bob')));
    assert.ok(rows.every((one) => one.personKey && one.partition === partitionOf(one.personKey)));
    assert.equal(new Set(rows.map((one) => one.postId)).size, 1);
  });
};
