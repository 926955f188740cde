import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NoticePace } from './notice-pace.js';

describe('The pace of notices', () => {
  it('lets the whole rate through, and never more than a tenth of it and a little within a tenth of a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.array(fc.integer({ min: 1, max: 60 })), (perSecond, gaps) => {
        const pace = new NoticePace(perSecond);
        const most = Math.ceil((perSecond * 1.1) / 10) + 1;
        const starts: number[] = [];
        let now = 5_000;
        for (const gap of gaps) {
          const count = Math.max(0, pace.room(now));
          pace.note(count, now);
          for (let index = 0; index < count; index += 1) starts.push(now);
          const within = starts.filter((at) => at > now - 100).length;
          assert.ok(within <= most);
          assert.ok(pace.waitMs(now) > 0 && pace.waitMs(now) <= 100);
          assert.ok(pace.room(now + pace.waitMs(now)) > 0, 'there is room after the time it names');
          now += gap;
        }
        for (let slot = 0; slot < 10; slot += 1, now += 100) {
          const count = pace.room(now);
          pace.note(Math.max(0, count), now);
        }
        assert.ok(most * 10 >= perSecond);
      }),
    );
  });

  it('holds nothing back when nothing was sent', () => {
    const pace = new NoticePace(72);
    assert.deepEqual([pace.room(0), pace.waitMs(0)], [9, 0]);
  });
});
