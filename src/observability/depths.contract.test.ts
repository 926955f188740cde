import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { outbox, type OutboxState } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { inboxUnderTestMigrations, message, openInbox, phone, type InboxUnderTest } from '../inbox/inbox.fixture.js';
import { inbox } from '../inbox/inbox-tables.js';
import { readDepths } from './depths.js';

onBothStores('depths', (place) => {
  let test: InboxUnderTest;
  beforeEach(async () => {
    test = await openInbox(await (await place()).open(inboxUnderTestMigrations));
  });
  afterEach(() => test.engine.close());

  it('are nothing in an empty store', async () => {
    assert.deepEqual(await readDepths(test.engine, test.clock.at), {
      inboxDepth: 0,
      inboxOldestSeconds: 0,
      deadUpdates: 0,
      outbox: { queued: 0, claimed: 0, attempted: 0, unknown: 0 },
    });
  });

  it('count what waits, how long the oldest does, what is dead, and what is on its way out', async () => {
    const ann = phone('79160000001');
    await test.post(message(ann), message(ann), message(ann), message(ann, 'x', { groupId: 'G' }));
    const [first] = await test.rows('waiting');
    await test.engine.patchMany(inbox, [{ id: first?.id ?? '', set: { state: 'dead' } }]);
    const states: readonly (readonly [OutboxState, boolean])[] = [
      ['queued', true],
      ['queued', true],
      ['attempted', true],
      ['unknown', true],
      ['unknown', false],
      ['accepted', false],
    ];
    await test.engine.append(
      outbox,
      states.map(([state, active], index) => ({ ...row(String(index)), state, active })),
    );
    assert.deepEqual(await readDepths(test.engine, test.clock.at + 12_500), {
      inboxDepth: 2,
      inboxOldestSeconds: 12.5,
      deadUpdates: 1,
      outbox: { queued: 2, claimed: 0, attempted: 1, unknown: 1 },
    });
  });
});

const row = (id: string) =>
  queuedRow({
    id,
    phoneNumberId: '1000',
    contactId: 'ann' as never,
    personKey: 'key' as never,
    purpose: 'reply',
    priority: 1,
    content: null,
    createdAt: 1,
    dueAt: 1,
    uselessAfter: 9,
    answers: null,
  });
