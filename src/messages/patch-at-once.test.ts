import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OutboxRow } from '../delivery/outbox-table.js';
import { foldStatuses, type StatusSet } from './fold.js';
import type { StatusRow } from './message-tables.js';
import { patchAtOnce } from './patch-at-once.js';

type Message = StatusSet & Pick<OutboxRow, 'id' | 'phoneNumberId' | 'state'>;

const time = fc.option(fc.integer({ min: 1, max: 5 }), { nil: null, freq: 1 });
const category = fc.option(fc.constantFrom('marketing', 'service', 'utility'), { nil: null });
const messages: fc.Arbitrary<Message> = fc.record({
  id: fc.constant('one'),
  phoneNumberId: fc.constantFrom('1000', '2000'),
  state: fc.constantFrom<OutboxRow['state'][]>('accepted', 'accepted', 'accepted', 'attempted', 'unknown'),
  sentAt: time,
  deliveredAt: time,
  readAt: time,
  playedAt: time,
  failedAt: time,
  failedCode: fc.constant(null),
  category,
});
const events: fc.Arbitrary<StatusRow> = fc.record({
  id: fc.constant('event'),
  phoneNumberId: fc.constant('1000'),
  outboxId: fc.constantFrom('one', 'one', null),
  wamidHash: fc.constant(''),
  status: fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'warning', 'constructor'),
  at: fc.integer({ min: 1, max: 5 }),
  errorCode: fc.constantFrom(null, null, 131026),
  category,
  arrival: fc.constant(0),
  state: fc.constant('new'),
});

/** The condition as both engines read it. */
const meets = (message: Message, when: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(when).every(([field, condition]) => {
    const value = message[field as keyof Message];
    const isList = typeof condition === 'object' && condition !== null;
    return isList ? (condition as { in: readonly unknown[] }).in.includes(value) : value === condition;
  });

describe('a status written into its message at once', () => {
  it('comes to what folding it comes to, for every message that meets the condition', () => {
    let met = 0;
    fc.assert(
      fc.property(messages, events, (message, event) => {
        const patch = patchAtOnce(event);
        if (!patch || patch.id !== message.id || !meets(message, patch.when)) return;
        met += 1;
        assert.deepEqual({ ...message, ...patch.set }, { ...message, ...foldStatuses(message, [event]) });
        assert.deepEqual([message.state, message.phoneNumberId], ['accepted', event.phoneNumberId]);
      }),
      { numRuns: 5_000 },
    );
    assert.ok(met > 20, `${met} of 5,000 met it`);
  });

  it('is what Meta says of nearly every message', () => {
    const event = { phoneNumberId: '1000', outboxId: 'one', at: 3, errorCode: null, category: 'utility' };
    for (const [status, field] of Object.entries({ sent: 'sentAt', delivered: 'deliveredAt', read: 'readAt' })) {
      const patch = patchAtOnce({ ...event, status });
      assert.deepEqual(patch?.set, { [field]: 3, category: 'utility' });
    }
    assert.deepEqual(patchAtOnce({ ...event, category: null, status: 'played' })?.set, { playedAt: 3 });
  });

  it('is no failure, nothing of an unknown name, and nothing without our own id or with an error', () => {
    const event = { phoneNumberId: '1000', outboxId: 'one', status: 'sent', at: 3, errorCode: null, category: null };
    for (const other of [
      { status: 'failed' },
      { status: 'failed', errorCode: 131026 },
      { status: 'warning' },
      { status: 'constructor' },
      { outboxId: null },
      { errorCode: 131050 },
    ])
      assert.equal(patchAtOnce({ ...event, ...other }), undefined);
  });
});
