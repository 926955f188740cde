import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldStatuses, type StatusSet } from './fold.js';
import type { StatusRow } from './message-tables.js';

const NOTHING: StatusSet = {
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failedAt: null,
  failedCode: null,
  category: null,
};

const event = (status: string, at: number, more: Partial<StatusRow> = {}): StatusRow => ({
  id: `${status}${at}`,
  phoneNumberId: '1000',
  outboxId: null,
  wamidHash: 'hash',
  status,
  at,
  errorCode: null,
  category: null,
  arrival: 0,
  state: 'new',
  ...more,
});
const fold = (before: StatusSet, events: readonly StatusRow[]): StatusSet => ({
  ...before,
  ...foldStatuses(before, events),
});

describe('what status events add up to', () => {
  it('is for each status the earliest time it was said to have happened', () => {
    const all = fold(NOTHING, [
      event('read', 9),
      event('sent', 3),
      event('sent', 2),
      event('delivered', 5),
      event('played', 11),
    ]);
    assert.deepEqual(all, { ...NOTHING, sentAt: 2, deliveredAt: 5, readAt: 9, playedAt: 11 });
  });

  it('says nothing of what does not change', () => {
    assert.equal(foldStatuses({ ...NOTHING, sentAt: 2 }, [event('sent', 2), event('sent', 7)]), undefined);
    assert.deepEqual(foldStatuses({ ...NOTHING, sentAt: 2 }, [event('read', 7)]), { readAt: 7 });
  });

  it('is the code of the earliest failure', () => {
    const failed = (at: number, errorCode: number | null) => event('failed', at, { errorCode });
    assert.equal(fold(NOTHING, [failed(5, 131026), failed(4, 131047)]).failedCode, 131047);
    assert.equal(fold(NOTHING, [failed(4, 131047), failed(4, 131026), failed(4, null)]).failedCode, 131026);
    assert.equal(fold(NOTHING, [failed(5, 131026), failed(4, null)]).failedCode, null);
  });

  it('takes no notice of statuses that it does not know, whatever they are called', () => {
    const names = ['warning', 'deleted', '', 'constructor', '__proto__', 'toString', 'sentAt', 'SENT'];
    assert.equal(
      foldStatuses(
        NOTHING,
        names.map((name) => event(name, 1)),
      ),
      undefined,
    );
  });

  it('is the same whatever the order, however often and in how many rounds they come', () => {
    const events = fc.array(
      fc
        .record({
          status: fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'other', 'constructor'),
          at: fc.integer({ min: 1, max: 5 }),
          errorCode: fc.constantFrom(null, 131026, 131047),
          category: fc.constantFrom(null, 'utility', 'service'),
        })
        .map(({ status, at, ...more }) => event(status, at, more)),
      { maxLength: 12 },
    );
    const shuffled = events.chain((list) =>
      fc.record({
        list: fc.constant(list),
        again: fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
        cuts: fc.array(fc.nat(24), { maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ list, again, cuts }) => {
        let inRounds = NOTHING;
        const ends = [...cuts, again.length].sort((one, other) => one - other);
        ends.forEach((end, index) => (inRounds = fold(inRounds, again.slice(ends[index - 1] ?? 0, end))));
        assert.deepEqual(inRounds, fold(NOTHING, list));
      }),
      { numRuns: 500 },
    );
  });
});
