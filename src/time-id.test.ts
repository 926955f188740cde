import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCallbackData, writeCallbackData } from './delivery/callback-data.js';
import { timeId, timeIdFrom } from './time-id.js';

describe('an id of a time', () => {
  it('comes after every id of an earlier time, and not before the least of its own', () => {
    const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(time, time, (one, other) => {
        assert.ok(one === other || timeId(one) < timeId(other) === one < other);
        assert.ok(timeIdFrom(one) <= timeId(one) && (one === 0 || timeId(one - 1) < timeIdFrom(one)));
      }),
    );
  });

  it('is another each time, of letters and digits that Meta’s echo carries', () => {
    const ids = Array.from({ length: 10_000 }, () => timeId(1));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids.slice(0, 100)) {
      assert.match(id, /^[A-Za-z0-9]{23}$/);
      assert.deepEqual(readCallbackData(writeCallbackData(id, 2)), { outboxId: id, attempt: 2 });
    }
  });
});
