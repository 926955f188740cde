import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { businessCalendar } from '../calendar/opening-hours.js';
import { maySend } from '../consent/consent.js';
import { consentLedger } from '../consent/consent-tables.js';
import { evidenceOf } from '../consent/ledger-entry.js';
import { readGuards } from '../consent/ledger.js';
import type { Sender } from '../contacts/identity.js';
import { personOf } from '../contacts/find-contacts.js';
import { tables } from '../composition.js';
import { advance } from '../conversation/advance.js';
import { factsFor } from '../conversation/play.js';
import { outbox } from '../delivery/outbox-table.js';
import {
  change,
  drain,
  inboxUnderTestMigrations,
  message,
  NOON,
  openInbox,
  phone,
  user,
  type InboxUnderTest,
} from '../inbox/inbox.fixture.js';
import type { Turns } from '../inbox/turns.js';
import type { Content } from '../inbox/update.js';
import { loadTexts } from '../load-texts.js';
import { set, type Engine } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { erasePerson, exportPerson, purge } from '../storage/register.js';
import { callbackOps } from './callback-ops.js';
import { offersAt } from './callback-offers.js';
import { callbacks, type CallbackRow } from './callback-table.js';
import { aCallback } from './callback.fixture.js';

const texts = loadTexts();
const calendar = businessCalendar({ timeZone: 'Europe/Moscow' });
const SECOND = 1_000;
const DAY = 24 * 3_600_000;
const ANN = phone('79160000001');
const BOB = user('RU.bob');
const ORDER = ['перезвоните мне', 'да', 'завтра в 10', 'да'];

/** Call-backs in turns, with the bot's own engine, on a real store. */
export const turnCallbacksContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let test: InboxUnderTest;
  let turns: Turns;
  let at = NOON;

  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...inboxUnderTestMigrations]);
    test = await openInbox(engine);
    at = NOON;
    // Nobody sends here, so nobody waits for a reply to leave.
    turns = test.makeTurns(
      {},
      {
        advance,
        worldFacts: (now) => factsFor(texts, now, { callbacks: offersAt(now, calendar) }),
        countryOf: () => 'RU',
        isUrgent: () => true,
      },
    );
    turns.start();
  });
  afterEach(async () => {
    await turns.stop();
    await engine.close();
  });

  const says = async (sender: Sender, ...contents: readonly (string | Content)[]) => {
    for (const one of contents) {
      at += SECOND;
      test.clock.at = Math.max(test.clock.at, at);
      await test.post(message(sender, one, { at }));
      await drain(test, turns);
    }
  };
  const all = (): Promise<CallbackRow[]> =>
    engine.find(callbacks, { where: {}, orderBy: [['dueKey', 'asc']], limit: 100 });
  const words = async () => {
    const rows = await engine.find(outbox, { where: {}, orderBy: [['id', 'desc']], limit: 1 });
    const content = rows[0]?.content;
    return content && 'body' in content ? content.body : '';
  };
  const guardOf = async (contactId: string) => (await readGuards(engine, [contactId as never])).get(contactId as never);

  it('are ordered by a known number, and are by themselves the consent to hear of them', async () => {
    await says(ANN, ...ORDER);
    const [row, ...others] = await all();
    assert.deepEqual(others, []);
    const contact = await test.owner('phone', '79160000001');
    assert.deepEqual(
      [row?.contactId, row?.phone, row?.state, row?.active, row?.timeZone, row?.startsAt],
      [contact?.id, '79160000001', 'new', true, 'Europe/Moscow', Date.UTC(2026, 10, 3, 7)],
    );
    const guard = await guardOf(contact?.id ?? '');
    assert.deepEqual(guard?.serviceOpen, [row?.id]);
    assert.equal(maySend(guard, 'service', NOON + 300 * DAY), true);
    const [entry] = await engine.find(consentLedger, { where: { contactId: contact?.id as never }, limit: 5 });
    assert.deepEqual([entry?.act, entry?.topic, entry && evidenceOf(entry)?.source], ['optIn', 'service', 'callback']);
  });

  it('are ordered by somebody with a BSUID alone, who shares a number', async () => {
    await says(BOB, 'перезвоните мне');
    const [asked] = await engine.find(outbox, { where: {}, limit: 5 });
    assert.equal(asked?.content?.type, 'contactRequest');
    const shared: Content = {
      type: 'contacts',
      origin: 'contactRequest',
      phones: [{ phone: '+7 701 000 00 09', waId: '77010000009' as never }],
    };
    await says(BOB, shared, 'завтра в 10', 'да');
    const [row] = await all();
    assert.deepEqual([row?.phone, row?.contactId], ['77010000009', (await test.owner('userId', 'RU.bob'))?.id]);
  });

  it('are one at a time: asked for again they are shown, moved and cancelled', async () => {
    await says(ANN, ...ORDER, 'перезвоните мне');
    assert.match(await words(), /^Звонок уже заказан/);
    const [before] = await all();
    await says(ANN, 'перенести', 'в пятницу в 12', 'да');
    const [moved, ...others] = await all();
    assert.deepEqual(
      [moved?.id, moved?.startsAt, moved?.version, others],
      [before?.id, Date.UTC(2026, 10, 6, 9), 2, []],
    );
    await says(ANN, 'отмените звонок');
    const [cancelled] = await all();
    assert.deepEqual([cancelled?.state, cancelled?.active], ['cancelled', false]);
    const guard = await guardOf(cancelled?.contactId ?? '');
    assert.deepEqual([guard?.serviceOpen, guard?.serviceUntil], [[], test.clock.at + 30 * DAY]);
    await says(ANN, ...ORDER);
    assert.equal((await all()).filter(({ active }) => active).length, 1);
  });

  it('of somebody who stops everything afterwards stand, without the consent to write about them', async () => {
    await says(ANN, ...ORDER, 'стоп');
    const [row] = await all();
    assert.equal(row?.state, 'new');
    assert.equal(maySend(await guardOf(row?.contactId ?? ''), 'service', test.clock.at), false);
    await says(ANN, 'перенесите звонок', 'в пятницу в 12', 'да');
    assert.equal(maySend(await guardOf(row?.contactId ?? ''), 'service', test.clock.at), true, 'they ask for it anew');
  });

  it('are no consent any more after a stop within the second, though the platform counts whole ones', async () => {
    await says(ANN, ...ORDER.slice(0, -1));
    at += SECOND;
    test.clock.at = at + 900;
    await test.post(message(ANN, 'да', { at }));
    await drain(test, turns);
    await test.post(message(ANN, 'стоп', { at }));
    await drain(test, turns);
    const [row] = await all();
    assert.equal(maySend(await guardOf(row?.contactId ?? ''), 'service', test.clock.at), false);
  });

  it('that an operator dealt with meanwhile are not moved: it would be ordered anew', async () => {
    await says(ANN, ...ORDER, 'перенести', 'в пятницу в 12');
    const [before] = await all();
    await engine.commit([set(callbacks, before?.id ?? '', { state: 'done', active: false, version: 2 })]);
    await says(ANN, 'да');
    const rows = await all();
    assert.deepEqual(
      rows.map(({ id, state }) => [id === before?.id, state]),
      [
        [true, 'done'],
        [false, 'new'],
      ],
    );
  });

  it('conflict with an operator who deals with them at the same moment', async () => {
    const row = aCallback('b1', 'ann');
    await engine.append(callbacks, [row]);
    const cancel = callbackOps([{ kind: 'callback.cancel', callbackId: 'b1', at: 1 }], row.contactId, '1000', [row]);
    await engine.commit([set(callbacks, 'b1', { state: 'called', version: 2 }, { version: 1 })]);
    assert.equal(await engine.commit(cancel), 'conflict');
  });

  it('are the survivor’s after two people turn out to be one, and can be cancelled by them', async () => {
    await says(ANN, ...ORDER);
    await says(BOB, 'привет');
    await test.post(change(ANN, { userId: 'RU.bob' as never }, (at += SECOND)));
    await drain(test, turns);
    const [survivor, ...others] = await test.contacts();
    assert.deepEqual(others, []);
    await says(BOB, 'перезвоните мне');
    assert.match(await words(), /^Звонок уже заказан/);
    await says(BOB, 'отмените звонок');
    const [row] = await all();
    assert.equal(row?.state, 'cancelled');
    assert.deepEqual((await guardOf(survivor?.id ?? ''))?.serviceOpen, []);
  });

  it('of two people who are one are all cancelled with the word, since it says that nobody will call', async () => {
    await says(ANN, ...ORDER);
    await says(BOB, 'перезвоните мне', '+7 701 000 00 09', 'завтра в 12', 'да');
    assert.equal((await all()).filter(({ active }) => active).length, 2);
    await test.post(change(ANN, { userId: 'RU.bob' as never }, (at += SECOND)));
    await drain(test, turns);
    await says(BOB, 'отмените звонок');
    assert.match(await words(), /^Отменили: звонка не будет/);
    assert.deepEqual(
      (await all()).map(({ state }) => state),
      ['cancelled', 'cancelled'],
    );
    const [survivor] = await test.contacts();
    assert.deepEqual((await guardOf(survivor?.id ?? ''))?.serviceOpen, []);
  });

  it('are shown to the person, go with them, and by themselves 90 days after they were due', async () => {
    await says(ANN, ...ORDER);
    await says(phone('79160000002'), ...ORDER);
    const [contact] = await test.contacts();
    if (!contact) throw new Error('nobody is there');
    const person = await personOf(engine, contact);
    const mine = tables.filter(({ name }) => name === 'callbacks');
    const shown = (await exportPerson(engine, mine, person))['callbacks'];
    assert.deepEqual(
      shown?.map(({ phone: number, state }) => [number, state]),
      [['79160000001', 'new']],
    );
    await erasePerson(engine, mine, person);
    assert.equal((await all()).length, 1);
    const late = test.clock.at + 200 * DAY;
    const options = { bodiesDays: 90, rowsPerTable: 100 };
    await purge(engine, mine, late, options);
    const [left] = await all();
    assert.equal(left?.state, 'new', 'one that is owed stays');
    await engine.commit([set(callbacks, left?.id ?? '', { state: 'done', active: false })]);
    await purge(engine, mine, (left?.endsAt ?? 0) + 89 * DAY, options);
    assert.equal((await all()).length, 1);
    await purge(engine, mine, (left?.endsAt ?? 0) + 91 * DAY, options);
    assert.deepEqual(await all(), []);
  });
};
