import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { serveApi, type ApiUnderTest } from '../api/api.fixture.js';
import { contactMigrations, contacts } from '../contacts/contact-tables.js';
import type { ContactId } from '../contacts/identity.js';
import { deliveryMigrations, outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { inboundMessages, messageMigrations } from './message-tables.js';
import { messageRoutes } from './message-routes.js';
import { SHOWN_STATES, shownState } from './shown-state.js';
import { aContact, anInbound, anOutbound } from './thread.fixture.js';

type Shown = { id: string; contactId: string; direction: string; text: string | null; state: string; at: string };

/** Messages through the API. */
export const messageApiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    const migrations = [...contactMigrations, ...messageMigrations, ...deliveryMigrations];
    api = await serveApi(await place(), ({ engine }) => messageRoutes({ engine }), migrations);
  });
  afterEach(() => api.close());

  const get = async (query = ''): Promise<{ items: Shown[]; next?: string }> =>
    (await api.admin.get(`/messages?${query}`).expect(200)).body as { items: Shown[]; next?: string };

  it('shows both halves as one list, newest first, page by page', async () => {
    await api.engine.append(contacts, [aContact('ann')]);
    const inbound = Array.from({ length: 7 }, (_, index) => anInbound(2_000 + index * 20, 'ann'));
    const outbound = Array.from({ length: 7 }, (_, index) => anOutbound(2_010 + index * 20, 'ann'));
    await api.engine.append(inboundMessages, inbound);
    await api.engine.append(outbox, outbound);
    const seen: Shown[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page = await get(`limit=3${next === '' ? '' : `&after=${next}`}`);
      assert.ok(page.items.length <= 3);
      seen.push(...page.items);
      next = page.next;
    }
    assert.deepEqual(
      seen.map((message) => Date.parse(message.at)),
      Array.from({ length: 14 }, (_, index) => 2_130 - index * 10),
    );
    assert.deepEqual(seen[0], {
      id: outbound[6]?.id,
      contactId: 'ann',
      direction: 'outbound',
      by: 'bot',
      type: 'text',
      text: 'answered at 2130',
      state: 'accepted',
      at: '1970-01-01T00:00:02.130Z',
    });
    assert.deepEqual([seen[1]?.direction, seen[1]?.state], ['inbound', 'received']);
  });

  it('takes a merged contact’s messages for the person’s', async () => {
    await api.engine.append(contacts, [
      aContact('ann', { mergedIds: ['old' as ContactId] }),
      aContact('old', { mergedInto: 'ann' as ContactId }),
      aContact('bob'),
    ]);
    await api.engine.append(inboundMessages, [anInbound(1, 'old'), anInbound(2, 'ann'), anInbound(3, 'bob')]);
    for (const id of ['ann', 'old']) {
      const { items } = await get(`contactId=${id}`);
      assert.deepEqual(
        items.map((message) => [message.contactId, message.text]),
        [
          ['ann', 'said at 2'],
          ['ann', 'said at 1'],
        ],
      );
    }
    assert.deepEqual(await get('contactId=nobody'), { items: [] });
    assert.equal((await get()).items.length, 3);
  });

  it('filters by the very state that it shows, for every combination that a row can be in', async () => {
    const times = [null, 5] as const;
    const rows: OutboxRow[] = [];
    let at = 100;
    for (const state of ['queued', 'claimed', 'attempted', 'rejected', 'unknown'] as const) {
      rows.push(anOutbound((at += 1), 'ann', { state, active: state !== 'rejected' && state !== 'unknown' }));
    }
    for (const sentAt of times)
      for (const deliveredAt of times)
        for (const readAt of times)
          for (const playedAt of times)
            for (const failedAt of times)
              rows.push(anOutbound((at += 1), 'ann', { sentAt, deliveredAt, readAt, playedAt, failedAt }));
    await api.engine.append(outbox, rows);
    await api.engine.append(inboundMessages, [anInbound(50, 'ann')]);
    let total = 0;
    for (const state of SHOWN_STATES) {
      const { items } = await get(`state=${state}&limit=200`);
      assert.ok(
        items.every((message) => message.state === state),
        state,
      );
      const expected = state === 'received' ? 1 : rows.filter((row) => shownState(row) === state).length;
      assert.equal(items.length, expected, state);
      total += items.length;
    }
    assert.equal(total, rows.length + 1);
    await api.admin.get('/messages?state=lost').expect(422);
  });

  it('shows a message whose body’s time is over without it', async () => {
    await api.engine.append(outbox, [anOutbound(1, 'ann', { content: null })]);
    assert.equal((await get()).items[0]?.text, null);
  });
};
