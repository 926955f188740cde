import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { aliases, contactMigrations, contacts } from '../contacts/contact-tables.js';
import type { ContactId, PersonKey } from '../contacts/identity.js';
import { aContact } from '../messages/thread.fixture.js';
import { deadRoutes } from './dead-routes.js';
import { inbox, inboxMigrations, type InboxRow } from './inbox-tables.js';

const anUpdate = (id: string, more: Partial<InboxRow> = {}): InboxRow => ({
  id,
  phoneNumberId: '1000',
  kind: 'message',
  state: 'dead',
  personKey: 'key-ann' as PersonKey,
  partition: 1,
  postId: 'post',
  postRows: 1,
  at: 1_000,
  arrival: 1_000,
  tries: 5,
  notBefore: 0,
  reason: 'failed',
  raw: Buffer.from('{}'),
  ...more,
});

/** Dead updates through the API. */
export const deadApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let nudges: number;
  beforeEach(async () => {
    nudges = 0;
    const migrations = [...contactMigrations, ...inboxMigrations];
    api = await serveApi(await place(), ({ engine }) => deadRoutes({ engine, nudge: () => (nudges += 1) }), migrations);
    await api.engine.append(contacts, [aContact('ann'), aContact('old', { mergedInto: 'ann' as ContactId })]);
  });
  afterEach(() => api.close());

  it('lists them oldest first with the person they are of, also when many arrived at one moment', async () => {
    const twins = Array.from({ length: 5 }, (_, index) => anUpdate(`twin-${index}`, { personKey: null }));
    await api.engine.append(inbox, [
      ...twins,
      anUpdate('later', { arrival: 2_000, reason: 'unreadable', tries: 3 }),
      anUpdate('of-old', { arrival: 3_000, personKey: 'key-old' as PersonKey }),
      anUpdate('of-alias', { arrival: 4_000, personKey: 'key-gone' as PersonKey }),
      anUpdate('alive', { state: 'waiting' }),
    ]);
    const gone = {
      id: 'key-gone' as PersonKey,
      personKey: 'key-ann' as PersonKey,
      contactId: 'ann' as ContactId,
      since: 1,
    };
    await api.engine.append(aliases, [gone]);
    const seen: { id: string; contactId?: string }[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page = await api.admin.get(`/inbox/dead?limit=2${next === '' ? '' : `&after=${next}`}`).expect(200);
      seen.push(...(page.body.items as typeof seen));
      next = page.body.next as string | undefined;
    }
    assert.deepEqual(
      seen.map(({ id }) => id),
      [...twins.map(({ id }) => id), 'later', 'of-old', 'of-alias'],
    );
    assert.deepEqual(seen[5], {
      id: 'later',
      contactId: 'ann',
      reason: 'unreadable',
      tries: 3,
      at: '1970-01-01T00:00:01.000Z',
    });
    assert.deepEqual(
      seen.slice(4).map(({ contactId }) => contactId),
      [undefined, 'ann', 'ann', 'ann'],
    );
    await api.admin.get('/inbox/dead?after=nonsense').expect(422);
  });

  it('lets one be tried again, wakes the workers and says so in the audit', async () => {
    await api.engine.append(inbox, [anUpdate('one')]);
    await api.admin.post('/inbox/dead/one/retry').expect(200, { id: 'one', state: 'waiting' });
    const row = await api.engine.get(inbox, 'one');
    assert.deepEqual([row?.state, row?.tries, row?.reason, row?.notBefore], ['waiting', 0, null, api.clock.at]);
    assert.equal(nudges, 1);
    await api.admin.post('/inbox/dead/one/retry').expect(200); // the same state twice is a no-op
    assert.equal(nudges, 1);
    const [entry] = (await api.admin.get('/audit')).body.items as Record<string, unknown>[];
    assert.deepEqual(
      [entry?.['action'], entry?.['target'], entry?.['before']],
      ['inbox.retry', 'update:one', { reason: 'failed', tries: 5 }],
    );
  });

  it('retries once when two ask at the same moment', async () => {
    await api.engine.append(inbox, [anUpdate('one')]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.admin.post('/inbox/dead/one/retry')));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(nudges, 1);
    assert.equal((await api.admin.get('/audit')).body.items.length, 1);
  });

  it('refuses what is not dead, or has nothing left to try', async () => {
    await api.engine.append(inbox, [
      anUpdate('done', { state: 'handled' }),
      anUpdate('kept', { state: 'kept' }),
      anUpdate('erased', { raw: null }),
    ]);
    for (const id of ['done', 'kept', 'erased']) await api.admin.post(`/inbox/dead/${id}/retry`).expect(409);
    await api.admin.post('/inbox/dead/nothing/retry').expect(404);
    assert.equal(nudges, 0);
  });
};
