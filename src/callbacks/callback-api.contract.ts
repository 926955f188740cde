import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { migrations } from '../composition.js';
import { maySend } from '../consent/consent.js';
import { consentGuards } from '../consent/consent-tables.js';
import { said, testLedger } from '../consent/ledger.fixture.js';
import { Chain, readGuards } from '../consent/ledger.js';
import { contacts } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { loadTexts } from '../load-texts.js';
import { aContact } from '../messages/thread.fixture.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import { remove, set, type Engine } from '../storage/engine.js';
import { callbackRoutes } from './callback-routes.js';
import { callbacks, CALLBACK_STATES, type CallbackState } from './callback-table.js';
import { aCallback } from './callback.fixture.js';

/** The fixture brings the others. */
const ownMigrations = migrations.filter(({ id }) => !/^(operators|api)\//.test(id));
const texts = loadTexts();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Call-backs through the API. */
export const callbackApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let engine: Engine;
  let nudges = 0;
  /** Happens once, between what a handler reads and what it writes. */
  let meanwhile: (() => Promise<unknown>) | undefined;

  const interrupted = (store: Engine): Engine =>
    new Proxy(store, {
      get(target, name) {
        if (name !== 'commit')
          return (...args: never[]) => (target[name as 'get'] as (...all: never[]) => unknown)(...args);
        return async (...args: Parameters<Engine['commit']>) => {
          const first = meanwhile;
          meanwhile = undefined;
          await first?.();
          return target.commit(...args);
        };
      },
    });

  beforeEach(async () => {
    nudges = 0;
    meanwhile = undefined;
    api = await serveApi(
      await place(),
      ({ engine: means }) =>
        callbackRoutes({ engine: means, ledger: testLedger, texts, companyLanguage: 'ru', nudge: () => (nudges += 1) }),
      ownMigrations,
      interrupted,
    );
    engine = api.engine;
    const now = api.clock.now();
    await engine.append(contacts, [
      aContact('ann', { mergedIds: ['old' as ContactId], language: 'en' }),
      aContact('old', { mergedInto: 'ann' as ContactId }),
      aContact('bob'),
    ]);
    await engine.append(callbacks, [
      aCallback('b1', 'old', { startsAt: now + HOUR }),
      aCallback('b2', 'bob', { startsAt: now - 2 * HOUR, phone: '442079460018' }),
      aCallback('b3', 'ann', { startsAt: now - DAY, state: 'done' }),
      aCallback('b4', 'bob', { startsAt: now - 3 * HOUR, state: 'called' }),
    ]);
  });
  afterEach(() => api.close());

  /** They wrote so long ago, and ordered it then. */
  async function ordered(contactId: string, callbackId: string, wroteAgoMs: number): Promise<void> {
    const at = api.clock.now() - wroteAgoMs;
    const chain = new Chain(testLedger, contactId as ContactId, undefined);
    chain.say(said('optIn', 'service', at));
    chain.openService(callbackId);
    await engine.commit(chain.ops());
    await engine.append(conversations, [
      {
        id: conversationId('1000', `key-${contactId}` as never),
        phoneNumberId: '1000',
        personKey: `key-${contactId}` as never,
        contactId: contactId as ContactId,
        session: null,
        lastInboundAt: at,
        version: 1,
      },
    ]);
  }
  const patch = (id: string, state: string) => api.admin.patch(`/callbacks/${id}`).send({ state });
  const list = async (query = '') => {
    const { body } = await api.admin.get(`/callbacks?${query}`).expect(200);
    return [(body.items as { id: string }[]).map(({ id }) => id), body.next];
  };
  const queued = (): Promise<OutboxRow[]> => engine.find(outbox, { where: {}, limit: 10 });
  const wordsOf = (row: OutboxRow | undefined) =>
    row?.content && 'body' in row.content ? row.content.body : undefined;
  const audits = async () => (await api.admin.get('/audit').expect(200)).body.items as Record<string, unknown>[];
  const guardOf = async (contactId: string) =>
    (await readGuards(engine, [contactId as ContactId])).get(contactId as ContactId);

  it('are listed in the order in which they are due, page by page, of merged people too', async () => {
    const { body } = await api.admin.get('/callbacks').expect(200);
    assert.deepEqual(Object.keys((body.items as object[])[0] ?? {}), [
      ...['id', 'contactId', 'phone', 'startsAt', 'endsAt', 'timeZone', 'state', 'overdue', 'orderedAt'],
    ]);
    assert.deepEqual(await list(), [['b3', 'b4', 'b2', 'b1'], undefined]);
    const [first, next] = await list('limit=3');
    assert.deepEqual(first, ['b3', 'b4', 'b2']);
    assert.deepEqual(await list(`limit=3&after=${String(next)}`), [['b1'], undefined]);
    const one = (await api.admin.get('/callbacks/b1').expect(200)).body;
    assert.deepEqual([one.contactId, one.phone, one.state, one.overdue], ['ann', '79161234567', 'new', false]);
    assert.equal(one.startsAt, new Date(api.clock.now() + HOUR).toISOString());
    await api.admin.get('/callbacks/none').expect(404);
  });

  it('are found by state, by person, and by being overdue', async () => {
    assert.deepEqual(await list('state=new'), [['b2', 'b1'], undefined]);
    assert.deepEqual(await list('contactId=ann'), [['b3', 'b1'], undefined]);
    assert.deepEqual(await list('contactId=old&state=new'), [['b1'], undefined]);
    assert.deepEqual(await list('contactId=nobody'), [[], undefined]);
    assert.deepEqual(await list('overdue=true'), [['b2'], undefined]);
    assert.deepEqual(await list('overdue=true&state=called'), [[], undefined]);
    assert.equal((await api.admin.get('/callbacks/b2')).body.overdue, true);
    api.clock.at += 2 * HOUR;
    assert.deepEqual(await list('overdue=true'), [['b2', 'b1'], undefined]);
    await api.admin.get('/callbacks?state=lost').expect(422);
    await api.admin.get('/callbacks?overdue=perhaps').expect(422);
  });

  it('come from one state to another as they may; else 409, and the same state twice changes nothing', async () => {
    const legal: Record<CallbackState, readonly CallbackState[]> = {
      new: ['called', 'missed', 'done', 'cancelled'],
      called: ['missed', 'done', 'cancelled'],
      missed: ['called', 'done', 'cancelled'],
      done: [],
      cancelled: [],
    };
    for (const from of CALLBACK_STATES)
      for (const to of CALLBACK_STATES) {
        const id = `${from}-${to}`;
        await engine.append(callbacks, [aCallback(id, 'bob', { state: from })]);
        const isNoChange = from === to;
        const { body } = await patch(id, to).expect(isNoChange || legal[from].includes(to) ? 200 : 409);
        const row = await engine.get(callbacks, id);
        if (legal[from].includes(to)) assert.deepEqual([body.state, row?.state, row?.version], [to, to, 2]);
        else assert.deepEqual([row?.state, row?.version], [from, 1]);
        assert.equal(
          (await audits()).filter(({ target }) => target === `callback:${id}`).length,
          legal[from].includes(to) ? 1 : 0,
        );
      }
    await patch('b1', 'lost').expect(422);
    await patch('none', 'done').expect(404);
  });

  it('are changed by agents too, and who did it is on record without the number', async () => {
    const agent = await api.asRole('agent');
    await agent.patch('/callbacks/b1').send({ state: 'called' }).expect(200);
    await api.as(undefined).patch('/callbacks/b1').send({ state: 'done' }).expect(401);
    const entry = (await audits()).find(({ target }) => target === 'callback:b1');
    assert.deepEqual(
      [entry?.['action'], entry?.['before'], entry?.['after']],
      ['callback.change', { state: 'new' }, { state: 'called' }],
    );
    assert.ok(!JSON.stringify(entry).includes('79161234567'));
  });

  it('are told of to the person while their window is open, in their language, as a message of the service', async () => {
    await ordered('ann', 'b1', HOUR);
    await patch('b1', 'called').expect(200);
    assert.deepEqual(await queued(), []);
    await patch('b1', 'missed').expect(200);
    const [row] = await queued();
    assert.match(wordsOf(row) ?? '', /^We called you at \+7 916 123 45 67 but could not reach you/);
    assert.deepEqual(
      [row?.purpose, row?.topic, row?.contactId, row?.personKey],
      ['operator', 'service', 'ann', 'key-ann'],
    );
    assert.equal(row?.uselessAfter, api.clock.now() - HOUR + DAY - 300_000);
    assert.match(JSON.stringify(row?.content), /call:start.*menu:open.*menu:human/);
    assert.equal(nudges, 1);
    await patch('b1', 'missed').expect(200);
    await patch('b1', 'done').expect(200);
    assert.deepEqual(
      (await queued()).map(wordsOf).map((words) => words?.slice(0, 9)),
      ['We called', 'Thank you'],
    );
  });

  it('that we cancel are told of with their time, in the company’s language to whoever has shown none', async () => {
    await engine.commit([
      set(callbacks, 'b2', {
        startsAt: Date.parse('2026-03-02T09:00:00Z'),
        endsAt: Date.parse('2026-03-02T10:00:00Z'),
      }),
    ]);
    await ordered('bob', 'b2', HOUR);
    await patch('b2', 'cancelled').expect(200);
    assert.match(
      wordsOf((await queued())[0]) ?? '',
      /пришлось отменить звонок: понедельник, 2 марта, 12:00–13:00 \(GMT\+3\)/,
    );
  });

  it('are not told of outside the window, after a stop, or to whoever has never written', async () => {
    await patch('b2', 'done').expect(200);
    await ordered('ann', 'b1', DAY);
    await patch('b1', 'missed').expect(200);
    await ordered('bob', 'b4', HOUR);
    const chain = new Chain(testLedger, 'bob' as ContactId, await guardOf('bob'));
    chain.say(said('optOut', null, api.clock.now()));
    await engine.commit(chain.ops());
    await patch('b4', 'missed').expect(200);
    assert.deepEqual(await queued(), []);
  });

  it('keep the consent to hear of them until 30 days after they have closed', async () => {
    await ordered('ann', 'b1', HOUR);
    const may = async (at: number) => maySend(await guardOf('ann'), 'service', at);
    const now = api.clock.now();
    assert.equal(await may(now + 300 * DAY), true);
    await patch('b1', 'missed').expect(200);
    assert.deepEqual([await may(now + 30 * DAY - 1), await may(now + 30 * DAY)], [true, false]);
    await patch('b1', 'called').expect(200);
    assert.equal(await may(now + 300 * DAY), true);
    api.clock.at += DAY;
    await patch('b1', 'done').expect(200);
    assert.deepEqual([await may(now + 31 * DAY - 1), await may(now + 31 * DAY)], [true, false]);
  });

  it('that two operators, or the person, change at once are changed once', async () => {
    await ordered('ann', 'b1', HOUR);
    meanwhile = () => engine.commit([set(callbacks, 'b1', { state: 'cancelled', active: false, version: 2 })]);
    await patch('b1', 'done').expect(409);
    assert.deepEqual([(await engine.get(callbacks, 'b1'))?.state, await queued()], ['cancelled', []]);
  });

  it('conflict with a stop that comes meanwhile: nothing is told after it', async () => {
    await ordered('ann', 'b1', HOUR);
    meanwhile = async () => {
      const chain = new Chain(testLedger, 'ann' as ContactId, await guardOf('ann'));
      chain.say(said('optOut', null, api.clock.now()));
      return engine.commit(chain.ops());
    };
    await patch('b1', 'missed').expect(200);
    assert.deepEqual([(await engine.get(callbacks, 'b1'))?.state, await queued()], ['missed', []]);
  });

  it('leave nothing behind of somebody who is erased meanwhile', async () => {
    await ordered('bob', 'b2', HOUR);
    meanwhile = () => engine.commit([remove(callbacks, 'b2'), remove(contacts, 'bob'), remove(consentGuards, 'bob')]);
    await patch('b2', 'done').expect(404);
    assert.deepEqual(await queued(), []);
  });
};
