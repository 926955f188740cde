import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { contactMigrations, contacts } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { deliveryMigrations, outbox } from '../delivery/outbox-table.js';
import { aContact, anInbound, anOutbound } from '../messages/thread.fixture.js';
import { inboundMessages, messageMigrations } from '../messages/message-tables.js';
import { caseRoutes } from './case-routes.js';
import { caseMigrations, cases, type CaseRow } from './case-table.js';

const aCase = (id: string, state: CaseRow['state'], contactId: string): CaseRow => ({
  id,
  phoneNumberId: '1000',
  contactId: contactId as ContactId,
  state,
  reason: 'asked',
  openedAt: 1_000,
  promisedAt: 2_000,
  closedAt: null,
  closedBy: null,
  version: 1,
});

/** Cases through the API. */
export const caseApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    const migrations = [...contactMigrations, ...messageMigrations, ...deliveryMigrations, ...caseMigrations];
    api = await serveApi(await place(), ({ engine }) => caseRoutes({ engine }), migrations);
    await api.engine.append(contacts, [
      aContact('ann', { mergedIds: ['old' as ContactId] }),
      aContact('old', { mergedInto: 'ann' as ContactId }),
    ]);
    await api.engine.append(cases, [
      aCase('c1', 'waiting', 'old'),
      aCase('c2', 'closed', 'ann'),
      aCase('c3', 'waiting', 'bob'),
    ]);
    await api.engine.append(inboundMessages, [
      anInbound(1, 'old'),
      anInbound(3, 'ann'),
      { ...anInbound(4, 'ann'), phoneNumberId: '2000' },
    ]);
    await api.engine.append(outbox, [anOutbound(2, 'old')]);
  });
  afterEach(() => api.close());

  it('shows a case with what the person and we said on that number, oldest first', async () => {
    const { body } = await api.admin.get('/cases/c1').expect(200);
    assert.deepEqual(Object.keys(body as object), ['id', 'contactId', 'state', 'openedAt', 'promisedAt', 'messages']);
    assert.deepEqual([body.contactId, body.state, body.promisedAt], ['ann', 'waiting', '1970-01-01T00:00:02.000Z']);
    assert.deepEqual(
      (body.messages as { text: string }[]).map(({ text }) => text),
      ['said at 1', 'answered at 2', 'said at 3'],
    );
    await api.admin.get('/cases/none').expect(404);
  });

  it('lists cases by state, page by page', async () => {
    const ids = async (query: string) => {
      const { body } = await api.admin.get(`/cases?${query}`).expect(200);
      return [(body.items as { id: string }[]).map(({ id }) => id), body.next];
    };
    assert.deepEqual(await ids('state=waiting'), [['c1', 'c3'], undefined]);
    assert.deepEqual(await ids('limit=2'), [['c1', 'c2'], 'c2']);
    assert.deepEqual(await ids('limit=2&after=c2'), [['c3'], undefined]);
    await api.admin.get('/cases?state=lost').expect(422);
  });
};
