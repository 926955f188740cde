import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { contacts } from '../contacts/contact-tables.js';
import type { Sender } from '../contacts/identity.js';
import { advance } from '../conversation/advance.js';
import { factsFor, tap } from '../conversation/play.js';
import { queuedRow } from '../delivery/reply-row.js';
import { outbox } from '../delivery/outbox-table.js';
import { message, NOON, openInbox, OURS, PEPPER, phone, status, user, drain } from '../inbox/inbox.fixture.js';
import { inboxUnderTestMigrations, type InboxUnderTest } from '../inbox/inbox.fixture.js';
import type { Content, PreferenceUpdate, Update } from '../inbox/update.js';
import type { Turns } from '../inbox/turns.js';
import { loadTexts } from '../load-texts.js';
import type { PhoneNumberId } from '../platform/ids.js';
import type { Engine } from '../storage/engine.js';
import { storageMigrations } from '../storage/meta-table.js';
import { erasePerson } from '../storage/register.js';
import { maySend } from './consent.js';
import { consentGuards, consentLedger, consentTables, marketedTopics } from './consent-tables.js';
import { eraseConsent } from './erase-consent.js';
import { evidenceOf } from './ledger-entry.js';
import { LEDGER_KEY, testLedger } from './ledger.fixture.js';
import { readGuards } from './ledger.js';
import { platformListener, STOPPED_MARKETING } from './platform-stop.js';
import { verifyLedger } from './verify-ledger.js';

const texts = loadTexts();
const SECOND = 1_000;

let stamps = 0;
function preference(
  sender: Sender,
  value: 'stop' | 'resume',
  at: number,
  category = 'marketing_messages',
): PreferenceUpdate {
  const update = {
    kind: 'preference' as const,
    phoneNumberId: OURS as PhoneNumberId,
    dedupeKey: `preference:${(stamps += 1)}`,
    at,
    sender,
    category,
    value,
  };
  return { ...update, raw: Buffer.from(JSON.stringify(update)) };
}

/** Consent in turns, with the bot's own engine, on a real store. */
export const turnConsentContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let test: InboxUnderTest;
  let turns: Turns;
  let at = NOON;

  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...inboxUnderTestMigrations]);
    test = await openInbox(engine);
    at = NOON;
    // Nobody sends here, so nobody waits for a reply to leave.
    turns = test.makeTurns({}, { advance, worldFacts: (now) => factsFor(texts, now), isUrgent: () => true });
    turns.start();
  });
  afterEach(async () => {
    await turns.stop();
    await engine.close();
  });

  const post = async (...updates: readonly Update[]) => {
    await test.post(...updates);
    await drain(test, turns);
  };
  /** One message a second, each a turn of its own. */
  const says = async (sender: Sender, ...said: readonly (string | Content)[]) => {
    for (const one of said) {
      at += SECOND;
      test.clock.at = Math.max(test.clock.at, at);
      await post(message(sender, one, { at }));
    }
  };
  const prefers = async (sender: Sender, value: 'stop' | 'resume') => {
    at += SECOND;
    test.clock.at = Math.max(test.clock.at, at);
    await post(preference(sender, value, at));
  };
  const anna = phone('79160000001');
  const owner = async () => {
    const contact = await test.owner('phone', '79160000001');
    assert.ok(contact);
    return contact;
  };
  const guard = async () => (await readGuards(engine, [(await owner()).id])).get((await owner()).id);
  const states = async () => {
    const topics = (await guard())?.topics;
    return ['maintenance', 'news', 'offers', 'service'].map((topic) => topics?.[topic as 'news'].state).join(' ');
  };
  const entries = async () => engine.find(consentLedger, { where: {}, orderBy: [['id', 'asc']], limit: 99 });
  const replies = () => engine.count(outbox, {});
  const isWhole = async () => assert.deepEqual((await verifyLedger(engine, LEDGER_KEY, 0)).faults, []);

  it('enters what a person says with the sentence they saw and a hash of the message', async () => {
    await says(
      anna,
      'привет',
      tap('in:news:1.ru'),
      { type: 'button', payload: 'stop:news', text: 'x' },
      tap('why:news:tooMany'),
    );
    const found = await entries();
    assert.deepEqual(
      found.map((row) => [row.seq, row.act, row.topic, row.at - NOON]),
      [
        [1, 'optIn', 'news', 2 * SECOND],
        [2, 'optOut', 'news', 3 * SECOND],
        [3, 'reason', 'news', 4 * SECOND],
      ],
    );
    const [first, , third] = found.map((row) => evidenceOf(row));
    assert.deepEqual([first?.channel, first?.wording, third?.reason], ['chat', 'news.1.ru', 'tooMany']);
    assert.match(first?.message ?? '', /^[\w-]{22}$/);
    assert.ok(!JSON.stringify(found).includes('wamid.'), 'the wamid spells the number');
    await isWhole();
  });

  it('stops everything by the word, and takes that back by one tap', async () => {
    await says(anna, 'привет', tap('in:news:1.ru'), tap('in:maintenance:1.ru'), 'стоп');
    assert.equal(await states(), 'out out out out');
    assert.notEqual((await guard())?.stoppedAll, null);
    const undo = `undo:all:${at.toString(36)}`;
    await says(anna, tap(undo));
    assert.equal(await states(), 'in in none none');
    await says(anna, 'стоп');
    test.clock.at = at = at + 25 * 3_600_000;
    await says(anna, tap(`undo:all:${(at - 25 * 3_600_000).toString(36)}`));
    assert.equal(await states(), 'out out out out', 'later than a day it opens the topics');
    await isWhole();
  });

  for (const [how, asks, lateMs] of [
    ['called', 'оператор', 900],
    ['called for a message that came too late to be answered', 'где мой заказ', 25 * 3_600_000],
  ] as const)
    it(`lets a stop within the second take the service of a human who was ${how}, though the platform counts whole ones`, async () => {
      await says(anna, 'привет');
      at += SECOND;
      test.clock.at = at + lateMs;
      await post(message(anna, asks, { at }));
      assert.equal((await guard())?.topics.service.state, 'in');
      assert.equal((await guard())?.serviceOpen.length, 1);
      test.clock.at += SECOND;
      await post(message(anna, 'стоп', { at }));
      assert.equal(maySend(await guard(), 'service', test.clock.at), false);
      await isWhole();
    });

  it('opens service with a case, until 30 days after it closes, and a stop takes it until the next one', async () => {
    await says(anna, 'оператор');
    const may = async (afterMs = 0) => maySend(await guard(), 'service', test.clock.at + afterMs);
    const DAY = 86_400_000;
    assert.deepEqual([await states(), await may(), await may(90 * DAY)], ['none none none in', true, true]);
    await says(anna, 'меню');
    assert.deepEqual([await may(29 * DAY), await may(31 * DAY)], [true, false]);
    await says(anna, 'стоп');
    assert.equal(await may(), false);
    await says(anna, 'оператор');
    assert.deepEqual([await may(), (await guard())?.stoppedAll !== null], [true, true]);
    at += SECOND;
    await test.postTogether([
      message(anna, 'меню', { at }),
      message(anna, 'оператор', { at }),
      message(anna, 'стоп', { at }),
    ]);
    await drain(test, turns);
    assert.equal(await may(), false, 'the stop came last');
    await isWhole();
  });

  it('hears Meta’s stop and resume without a word, and gives back only what that stop took', async () => {
    await says(anna, 'привет', tap('in:offers:1.ru'), tap('in:maintenance:1.ru'));
    const before = await replies();
    await prefers(anna, 'stop');
    assert.equal(await states(), 'in out out none');
    await prefers(anna, 'resume');
    assert.equal(await states(), 'in out in none');
    await prefers(anna, 'stop');
    await says(anna, 'стоп');
    await prefers(anna, 'resume');
    assert.equal(await states(), 'out out out out');
    assert.equal(await replies(), before + 1, 'the word alone was answered');
    assert.equal(await engine.count(contacts, {}), 1);
    await isWhole();
  });

  it('covers by Meta’s stop whatever was ever sent as marketing, and stays stopped when the resume overtook its stop', async () => {
    await says(anna, 'привет', tap('in:maintenance:1.ru'), tap('in:offers:1.ru'));
    await engine.append(marketedTopics, [{ id: 'maintenance', since: NOON }]);
    await post(preference(anna, 'resume', at + 9 * SECOND));
    await post(preference(anna, 'stop', at + 8 * SECOND));
    assert.equal(await states(), 'out out out none');
    await isWhole();
  });

  it('makes no person of a stop by somebody unknown, and nothing of another category', async () => {
    await post(preference(phone('79160000009'), 'stop', NOON));
    assert.equal(await engine.count(contacts, {}), 0);
    await says(anna, 'привет', tap('in:offers:1.ru'));
    await post(preference(anna, 'stop', at + SECOND, 'something_new'));
    assert.equal(await states(), 'none none in none');
    assert.equal(await engine.count(consentGuards, {}), 1);
  });

  it('takes error 131050 for Meta’s stop, once, and a charge as marketing for what it says of a topic', async () => {
    await says(anna, 'привет', tap('in:offers:1.ru'), tap('in:maintenance:1.ru'));
    const { id: contactId, personKey } = await owner();
    const row = queuedRow({
      ...{ id: 'out1', phoneNumberId: OURS, contactId, personKey, purpose: 'notice', priority: 5, content: null },
      ...{ createdAt: at, dueAt: at, uselessAfter: at, answers: null, topic: 'maintenance' },
    });
    await engine.append(outbox, [row]);
    const listen = platformListener({ engine, ledger: testLedger, now: () => test.clock.at });
    const news = { outboxId: 'out1', at: at + SECOND, errorCode: null, category: null };
    await listen([news, { ...news, outboxId: 'unknown', errorCode: STOPPED_MARKETING }]);
    assert.equal(await states(), 'in none in none');
    test.clock.at = at + 5 * SECOND;
    await listen([{ ...news, errorCode: STOPPED_MARKETING }]);
    assert.equal(await states(), 'out out out none', 'the topic of that message is among what Meta calls marketing');
    const count = (await entries()).length;
    await listen([{ ...news, errorCode: STOPPED_MARKETING }]);
    assert.equal((await entries()).length, count);
    await listen([{ ...news, category: 'marketing_lite' }]);
    assert.equal(await engine.count(marketedTopics, {}), 1);
    await isWhole();
  });

  it('makes the strictest of two people who prove to be one', async () => {
    await says(phone('79160000001'), 'привет', tap('in:news:1.ru'), tap('in:maintenance:1.ru'));
    await says(user('RU.1'), 'привет', tap('in:offers:1.ru'), { type: 'button', payload: 'stop:news', text: 'x' });
    await says(user('RU.1', '79160000001'), 'это я');
    assert.equal((await test.contacts()).length, 1);
    assert.equal(await states(), 'in out in none');
    assert.deepEqual(
      (await entries()).filter((row) => row.act === 'merged').map((row) => (row.otherHead ?? '').length > 0),
      [true, true],
    );
    await isWhole();
  });

  it('says nothing more of the erased: neither a redelivery nor a late status brings anybody back', async () => {
    const last = message(anna, 'стоп', { at: NOON + SECOND });
    await says(anna, 'привет', tap('in:news:1.ru'));
    await post(last);
    const contact = await owner();
    const person = { contactIds: [contact.id], personKeys: [contact.personKey] };
    const tables = [...new Set([...inboxUnderTestMigrations].flatMap(({ steps }) => steps.map((step) => step.ensure)))];
    await eraseConsent({ engine, ledger: testLedger, pepper: PEPPER }, person, test.clock.at);
    await erasePerson(engine, [...tables, ...consentTables.filter((table) => !tables.includes(table))], person);
    await post(last, status('wamid.1', 'delivered'));
    await post(preference(anna, 'resume', at + 50 * SECOND));
    const listen = platformListener({ engine, ledger: testLedger, now: () => test.clock.at });
    await listen([{ outboxId: 'gone', at, errorCode: STOPPED_MARKETING, category: 'marketing' }]);
    assert.equal(await engine.count(contacts, {}), 0);
    assert.deepEqual((await entries()).map((row) => [row.act, row.evidence]).at(-1), ['erased', null]);
    await isWhole();

    // Whoever writes again is somebody new, to whom nothing may be sent before they say so.
    await says(anna, 'снова я');
    assert.notEqual((await owner()).id, contact.id);
    assert.equal(await guard(), undefined);
  });
};
