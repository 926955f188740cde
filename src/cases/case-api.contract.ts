import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { migrations } from '../composition.js';
import { testLedger } from '../consent/ledger.fixture.js';
import { Chain, readGuards } from '../consent/ledger.js';
import { contacts } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import type { Session } from '../conversation/session.js';
import { outbox } from '../delivery/outbox-table.js';
import { aContact, anInbound, anOutbound } from '../messages/thread.fixture.js';
import { conversationId, conversations, inboundMessages } from '../messages/message-tables.js';
import { due } from '../schedule/due-table.js';
import { Schedule } from '../schedule/schedule.js';
import { releaseHoldOps, setHold } from '../storage/hold.js';
import { timeId } from '../time-id.js';
import { CASE_DUE } from './act-on-case.js';
import { caseRoutes } from './case-routes.js';
import { caseNotes, cases, type CaseRow } from './case-table.js';
import { closeQuietCases } from './close-quiet.js';

const HOUR = 3_600_000;
const OURS = '1000';
/** The fixture brings the others. */
const ownMigrations = migrations.filter(({ id }) => !/^(operators|api)\//.test(id));

type Shown = { id: string; state: string; owner: string | null; messages: { id: string; text: string }[] };

const aCase = (id: string, contactId: string, more: Partial<CaseRow> = {}): CaseRow => ({
  id,
  phoneNumberId: OURS,
  contactId: contactId as ContactId,
  state: 'waiting',
  reason: 'asked',
  openedAt: 1_000,
  promisedAt: 2_000,
  owner: null,
  repliedAt: null,
  closedAt: null,
  closedBy: null,
  version: 1,
  ...more,
});

/** Cases through the API, and what time does with them. */
export const caseApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let nudges: number;

  beforeEach(async () => {
    nudges = 0;
    api = await serveApi(
      await place(),
      ({ engine }) => caseRoutes({ engine, ledger: testLedger, newId: timeId, onQueued: () => (nudges += 1) }),
      ownMigrations,
    );
  });
  afterEach(() => api.close());

  const now = () => api.clock.at;
  const caseRow = async (id = 'c') => {
    const row = await api.engine.get(cases, id);
    assert.ok(row);
    return row;
  };
  const queued = () => api.engine.find(outbox, { where: {}, orderBy: [['id', 'asc']], limit: 100 });
  const guardOf = async (id: string) => (await readGuards(api.engine, [id as ContactId])).get(id as ContactId);
  const conversationOf = async (person: string) => {
    const row = await api.engine.get(conversations, conversationId(OURS, `key-${person}`));
    assert.ok(row);
    return row;
  };

  /** Somebody who wrote so long ago and called a human, as a turn would have left it. */
  async function calls(person: string, agoMs = 0, more: Partial<CaseRow> = {}, language: 'ru' | 'en' = 'ru') {
    const contact = aContact(person, { identities: [{ kind: 'userId', value: `RU.${person}` }] });
    await api.engine.append(contacts, [contact]);
    await api.engine.append(conversations, [
      {
        id: conversationId(OURS, contact.personKey),
        phoneNumberId: OURS,
        personKey: contact.personKey,
        contactId: contact.id,
        session: { language } as Session,
        lastInboundAt: now() - agoMs,
        version: 1,
      },
    ]);
    await api.engine.append(inboundMessages, [
      { ...anInbound(now() - agoMs, person, 'оператор'), wamid: `wamid.${person}` },
    ]);
    const row = aCase(more.id ?? 'c', person, { openedAt: now() - agoMs, promisedAt: now() - agoMs + HOUR, ...more });
    await api.engine.append(cases, [row]);
    const chain = new Chain(testLedger, contact.id, undefined);
    chain.say({
      act: 'optIn',
      topic: 'service',
      at: now() - agoMs,
      evidence: { channel: 'chat', source: 'case', recordedAt: now() },
    });
    chain.openService(row.id);
    assert.equal(await api.engine.commit(chain.ops()), 'committed');
  }

  describe('shown', () => {
    beforeEach(async () => {
      await api.engine.append(contacts, [
        aContact('ann', { mergedIds: ['old' as ContactId] }),
        aContact('old', { mergedInto: 'ann' as ContactId }),
      ]);
      await api.engine.append(cases, [
        aCase('c1', 'old'),
        aCase('c2', 'ann', { state: 'closed', owner: 'maria' }),
        aCase('c3', 'bob', { owner: 'admin' }),
      ]);
      await api.engine.append(inboundMessages, [
        anInbound(1, 'old'),
        anInbound(3, 'ann'),
        { ...anInbound(4, 'ann'), phoneNumberId: '2000' },
      ]);
      await api.engine.append(outbox, [anOutbound(2, 'old')]);
    });

    it('with what the person and we said on that number, oldest first', async () => {
      const { body } = await api.admin.get('/cases/c1').expect(200);
      assert.deepEqual([body.contactId, body.state, body.promisedAt], ['ann', 'waiting', '1970-01-01T00:00:02.000Z']);
      assert.deepEqual([body.overdue, body.replyUntil, body.owner, body.notes], [true, null, null, []]);
      assert.deepEqual(
        (body.messages as { text: string; by: string }[]).map(({ text, by }) => [text, by]),
        [
          ['said at 1', 'person'],
          ['answered at 2', 'bot'],
          ['said at 3', 'person'],
        ],
      );
      await api.admin.get('/cases/none').expect(404);
    });

    it('by state and by owner, page by page', async () => {
      const ids = async (query: string) => {
        const { body } = await api.admin.get(`/cases?${query}`).expect(200);
        return [(body.items as { id: string }[]).map(({ id }) => id), body.next];
      };
      assert.deepEqual(await ids('state=waiting'), [['c1', 'c3'], undefined]);
      assert.deepEqual(await ids('owner=maria'), [['c2'], undefined]);
      assert.deepEqual(await ids('owner=me'), [['c3'], undefined]);
      assert.deepEqual(await ids('limit=2'), [['c1', 'c2'], 'c2']);
      assert.deepEqual(await ids('limit=2&after=c2'), [['c3'], undefined]);
      await api.admin.get('/cases?state=lost').expect(422);
    });
  });

  describe('a reply', () => {
    it('takes the case, queues the words as the operator’s, and shows in the case with its state', async () => {
      await calls('ann', HOUR);
      const agent = await api.asRole('agent');
      const { body } = await agent.post('/cases/c/reply').send({ text: '  Здравствуйте!  ' }).expect(201);
      assert.deepEqual(
        [body.text, body.state, body.by, body.contactId],
        ['Здравствуйте!', 'queued', 'operator', 'ann'],
      );
      const [row] = await queued();
      assert.ok(row);
      assert.deepEqual(
        [row.id, row.purpose, row.topic, row.priority, row.contactId, row.personKey, row.answers],
        [body.id, 'operator', 'service', 0, 'ann', 'key-ann', 'wamid.ann'],
      );
      assert.equal(row.uselessAfter, now() - HOUR + 24 * HOUR - 5 * 60_000, 'the end of the window');
      assert.equal(nudges, 1);

      const shown = (await agent.get('/cases/c').expect(200)).body as Shown;
      const { owner } = await caseRow();
      assert.ok(owner && owner !== 'admin');
      assert.deepEqual([shown.state, shown.owner], ['open', owner]);
      assert.deepEqual(
        shown.messages.map(({ text }) => text),
        ['оператор', 'Здравствуйте!'],
      );
      await api.engine.patchMany(outbox, [
        { id: row.id, set: { state: 'rejected', active: false, reason: 'stopped' } },
      ]);
      const [, ours] = ((await agent.get('/cases/c').expect(200)).body as { messages: Record<string, unknown>[] })
        .messages;
      assert.deepEqual([ours?.['state'], ours?.['reason']], ['rejected', 'stopped']);
    });

    it('makes a turn that is being decided meanwhile decide anew: the bot is silent from then on', async () => {
      await calls('ann');
      const before = await conversationOf('ann');
      await api.admin.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      assert.equal((await conversationOf('ann')).version, before.version + 1);
    });

    it('leaves the case to whoever has it, unless somebody takes it over', async () => {
      await calls('ann');
      const [maria, boris] = [await api.asRole('agent'), await api.asRole('agent')];
      await maria.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      const { owner } = await caseRow();
      api.clock.at += 1_000;
      await boris.post('/cases/c/reply').send({ text: 'И я здесь' }).expect(201);
      assert.equal((await caseRow()).owner, owner);
      const taken = (await boris.post('/cases/c/take').expect(200)).body as Shown;
      assert.ok(taken.owner && taken.owner !== owner);
      assert.deepEqual([(await caseRow()).owner, (await caseRow()).state], [taken.owner, 'open']);
      await boris.post('/cases/c/take').expect(200);
      assert.equal((await boris.get('/cases?owner=me').expect(200)).body.items.length, 1);
      assert.deepEqual(
        (await queued()).map(({ content }) => content && 'body' in content && content.body),
        ['Да?', 'И я здесь'],
      );
    });

    it('outside the customer service window is refused, and nothing is queued', async () => {
      await calls('ann', 24 * HOUR - 5 * 60_000);
      const { body } = await api.admin.post('/cases/c/reply').send({ text: 'Поздно' }).expect(409);
      assert.match(body.detail as string, /window is closed/);
      assert.deepEqual([await queued(), (await caseRow()).state, nudges], [[], 'waiting', 0]);
      await api.admin.post('/cases/none/reply').send({ text: 'x' }).expect(404);
    });

    it('to a closed case, or to somebody who stopped everything since, is refused', async () => {
      await calls('ann', HOUR, { state: 'closed' });
      await api.admin.post('/cases/c/reply').send({ text: 'x' }).expect(409);
      await calls('bob', HOUR, { id: 'd' });
      const chain = new Chain(testLedger, 'bob' as ContactId, await guardOf('bob'));
      chain.say({ act: 'optOut', topic: null, at: now(), evidence: { channel: 'chat', recordedAt: now() } });
      await api.engine.commit(chain.ops());
      const { body } = await api.admin.post('/cases/d/reply').send({ text: 'x' }).expect(409);
      assert.match(body.detail as string, /stopped/);
      await api.engine.patchMany(conversations, [
        { id: conversationId(OURS, 'key-bob'), set: { lastInboundAt: now() + 1 } },
      ]);
      await api.admin.post('/cases/d/reply').send({ text: 'Вы написали снова' }).expect(201);
    });

    it('is said once under one Idempotency-Key', async () => {
      await calls('ann');
      const say = () =>
        api.admin.post('/cases/c/reply').set('idempotency-key', 'k1').send({ text: 'Один раз' }).expect(201);
      const [first, second] = [await say(), await say()];
      assert.equal(first.body.id, second.body.id);
      assert.equal((await queued()).length, 1);
    });

    it('is a text that is not empty and fits one message', async () => {
      await calls('ann');
      for (const text of ['', '   ', 'x'.repeat(4_097), 7, undefined])
        await api.admin.post('/cases/c/reply').send({ text }).expect(422);
      await api.admin
        .post('/cases/c/reply')
        .send({ text: 'я'.repeat(4_096) })
        .expect(201);
      await api.as('no-such-token').post('/cases/c/reply').send({ text: 'x' }).expect(401);
    });

    it('goes to whoever the person is after a merge', async () => {
      await calls('ann');
      await api.engine.append(contacts, [aContact('whole', { mergedIds: ['ann' as ContactId] })]);
      await api.engine.patchMany(contacts, [{ id: 'ann', set: { mergedInto: 'whole' as ContactId } }]);
      const theirs = { ...(await conversationOf('ann')), id: conversationId(OURS, 'key-whole') };
      await api.engine.append(conversations, [
        { ...theirs, personKey: 'key-whole' as PersonKey, contactId: 'whole' as ContactId },
      ]);
      await api.admin.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      const [row] = await queued();
      assert.deepEqual([row?.contactId, row?.personKey], ['whole', 'key-whole']);
    });
  });

  it('a note is kept for agents, oldest first, page by page, and never sent', async () => {
    await calls('ann');
    const agent = await api.asRole('agent');
    for (const text of ['первая', 'вторая', 'третья']) {
      api.clock.at += 1_000;
      await agent.post('/cases/c/note').send({ text }).expect(201);
    }
    const notesIn = (body: unknown) => (body as { notes: { text: string }[] }).notes.map(({ text }) => text);
    assert.deepEqual(notesIn((await agent.get('/cases/c').expect(200)).body), ['первая', 'вторая', 'третья']);
    const page = (await agent.get('/cases/c/notes?limit=2').expect(200)).body as {
      items: { text: string; operator: string }[];
      next: string;
    };
    assert.deepEqual(
      page.items.map(({ text }) => text),
      ['первая', 'вторая'],
    );
    const rest = (await agent.get(`/cases/c/notes?limit=2&after=${page.next}`).expect(200)).body as typeof page;
    assert.deepEqual([rest.items.length, rest.next], [1, undefined]);
    assert.deepEqual([await queued(), (await caseRow()).state], [[], 'waiting']);
    await agent.post('/cases/none/note').send({ text: 'x' }).expect(404);
    await agent.get('/cases/none/notes').expect(404);
    assert.equal(await api.engine.count(caseNotes, { contactId: 'ann' as ContactId }), 3);
  });

  describe('closing', () => {
    it('ends the case, lets consent to service run out, and says a last word if one is given', async () => {
      await calls('ann');
      assert.deepEqual((await guardOf('ann'))?.serviceOpen, ['c']);
      const { body } = await api.admin.post('/cases/c/close').send({ text: 'Рады помочь!' }).expect(200);
      assert.deepEqual([body.state, body.closedBy, body.closedAt], ['closed', 'agent', new Date(now()).toISOString()]);
      assert.equal((body as Shown).messages.at(-1)?.text, 'Рады помочь!');
      const guard = await guardOf('ann');
      assert.deepEqual([guard?.serviceOpen, guard?.serviceUntil], [[], now() + 30 * 24 * HOUR]);
      assert.deepEqual(
        (await queued()).map(({ purpose }) => purpose),
        ['operator'],
      );
      assert.equal((await conversationOf('ann')).version, 2);
    });

    it('twice is closing once; a last word that could not leave closes nothing', async () => {
      await calls('ann', 30 * HOUR);
      await api.admin.post('/cases/c/close').send({ text: 'Пока' }).expect(409);
      assert.equal((await caseRow()).state, 'waiting');
      await api.admin.post('/cases/c/close').expect(200);
      const { version } = await caseRow();
      await api.admin.post('/cases/c/close').send({}).expect(200);
      assert.equal((await caseRow()).version, version);
      await api.admin.post('/cases/c/close').send({ text: 'И ещё' }).expect(409);
      await api.admin.post('/cases/c/take').expect(409);
      assert.deepEqual(await queued(), []);
    });
  });

  it('every act stands in the audit, without a word of what was said', async () => {
    await calls('ann');
    const words = 'canary-of-the-words';
    await api.admin.post('/cases/c/reply').send({ text: words }).expect(201);
    await api.admin.post('/cases/c/note').send({ text: words }).expect(201);
    await api.admin.post('/cases/c/close').send({ text: words }).expect(200);
    const { items } = (await api.admin.get('/audit').expect(200)).body as { items: { action: string }[] };
    assert.deepEqual(items.map(({ action }) => action).sort(), ['case.close', 'case.note', 'case.reply']);
    assert.ok(!JSON.stringify(items).includes(words));
  });

  describe('silence', () => {
    const tick = async () => {
      const schedule = new Schedule({
        engine: api.engine,
        clock: api.clock,
        mayRun: () => true,
        handlers: {
          [CASE_DUE]: closeQuietCases({
            engine: api.engine,
            ledger: testLedger,
            newId: timeId,
            companyLanguage: 'ru',
            closingWord: (language, answered) => ({
              type: 'text',
              body: `${language} ${answered ? 'quiet' : 'sorry'}`,
            }),
            onQueued: () => (nudges += 1),
          }),
        },
        log: { warn: () => assert.fail('a tick failed'), error: () => assert.fail('a tick failed') },
      });
      await schedule.tick();
    };
    const bodies = async () => (await queued()).map(({ content }) => content && 'body' in content && content.body);
    const writesAgain = (person: string) =>
      api.engine.patchMany(conversations, [
        { id: conversationId(OURS, `key-${person}`), set: { lastInboundAt: now() } },
      ]);

    it('of 20 hours closes a case that was answered, with a word that says so', async () => {
      await calls('ann');
      await api.admin.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      api.clock.at += 20 * HOUR - 1;
      await tick();
      assert.equal((await caseRow()).state, 'open');
      api.clock.at += 1;
      await tick();
      const { state, closedBy } = await caseRow();
      assert.deepEqual([state, closedBy], ['closed', 'silence']);
      assert.deepEqual(await bodies(), ['Да?', 'ru quiet']);
      const [, word] = await queued();
      assert.ok(word && word.uselessAfter > now());
      assert.deepEqual((await guardOf('ann'))?.serviceOpen, []);
      await tick();
      assert.equal((await queued()).length, 2);
    });

    it('is counted from the person’s last word, and owned up to where it was ours', async () => {
      await calls('ann', 0, {}, 'en');
      await api.admin.post('/cases/c/reply').send({ text: 'Yes?' }).expect(201);
      api.clock.at += 19 * HOUR;
      await writesAgain('ann');
      api.clock.at += HOUR;
      await tick();
      assert.equal((await caseRow()).state, 'open');
      assert.equal((await api.engine.get(due, 'case:c'))?.dueAt, now() + 19 * HOUR);
      api.clock.at += 19 * HOUR;
      await tick();
      assert.deepEqual([(await caseRow()).state, await bodies()], ['closed', ['Yes?', 'en sorry']]);
    });

    it('found out too late closes without a word', async () => {
      await calls('ann');
      await api.admin.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      api.clock.at += 40 * HOUR;
      await tick();
      assert.deepEqual([(await caseRow()).state, await bodies()], ['closed', ['Да?']]);
    });

    it('is believed by a restored store only once somebody has looked at it', async () => {
      await calls('ann');
      await api.admin.post('/cases/c/reply').send({ text: 'Да?' }).expect(201);
      await setHold(api.engine, now());
      api.clock.at += 21 * HOUR;
      await tick();
      assert.equal((await caseRow()).state, 'open');
      await api.engine.commit(await releaseHoldOps(api.engine));
      api.clock.at += 60_000;
      await tick();
      assert.equal((await caseRow()).state, 'closed');
    });

    it('never closes a case that still waits, and finds nothing to do where the person took theirs back', async () => {
      await calls('ann');
      await calls('bob', 0, { id: 'd' });
      await api.admin.post('/cases/d/reply').send({ text: 'Да?' }).expect(201);
      await api.engine.patchMany(cases, [{ id: 'd', set: { state: 'closed', closedBy: 'person' } }]);
      api.clock.at += 40 * HOUR;
      await tick();
      assert.deepEqual([(await caseRow()).state, (await caseRow('d')).closedBy], ['waiting', 'person']);
      assert.equal((await queued()).length, 1);
    });
  });
};
