import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldStatuses, type StatusSet } from './fold.js';
import type { StatusRow } from './message-tables.js';
import { shownState } from './shown-state.js';

const NOTHING: StatusSet = {
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failedAt: null,
  failedCode: null,
  category: null,
};

describe('The shown state of a message of ours', () => {
  const shown = (statuses: readonly string[]) => {
    const events = statuses.map(
      (status, index) => ({ status, at: 1_000 + index, errorCode: null, category: null }) as StatusRow,
    );
    // One at a time, as they come in: the order must not matter.
    const set = events.reduce<StatusSet>((row, event) => ({ ...row, ...foldStatuses(row, [event]) }), NOTHING);
    return shownState({ state: 'accepted', ...set });
  };

  it('is what proves the most', () => {
    for (const [statuses, state] of [
      [[], 'accepted'],
      [['sent'], 'sent'],
      [['sent', 'failed'], 'failed'],
      [['failed', 'delivered'], 'delivered'],
      [['sent', 'delivered', 'read'], 'read'],
      [['played'], 'read'],
    ] as const) {
      assert.equal(shown(statuses), state);
    }
  });

  it('is the same for every order of the events, and however often they come', () => {
    const status = fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed');
    fc.assert(
      fc.property(
        fc
          .uniqueArray(status)
          .chain((set) =>
            fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 })),
          ),
        ([set, twice]) => assert.equal(shown(twice), shown(set)),
      ),
    );
  });

  it('is our own word for it until Graph has taken it', () => {
    const of = (state: 'queued' | 'claimed' | 'attempted' | 'rejected' | 'unknown') =>
      shownState({ ...NOTHING, state });
    assert.deepEqual(
      [of('queued'), of('claimed'), of('attempted'), of('rejected'), of('unknown')],
      ['queued', 'queued', 'attempted', 'rejected', 'unknown'],
    );
  });
});
