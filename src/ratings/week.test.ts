import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WEEK_MS, weekAfter, weekEnd, weekOf, weekStart } from './week.js';

const aTime = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2199, 0, 1) });

describe('a week of ratings', () => {
  it('is ISO 8601’s, in UTC: a year’s first days may belong to the last week of the year before', () => {
    assert.equal(weekOf(Date.parse('2026-11-22T23:59:59.999Z')), '2026-W47');
    assert.equal(weekOf(Date.parse('2026-11-23T00:00:00Z')), '2026-W48');
    assert.equal(weekOf(Date.parse('2021-01-03T12:00:00Z')), '2020-W53');
    assert.equal(weekOf(Date.parse('2024-12-30T00:00:00Z')), '2025-W01');
    assert.equal(weekStart('2025-W01'), Date.parse('2024-12-30T00:00:00Z'));
    assert.equal(weekEnd('2026-W47'), Date.parse('2026-11-23T00:00:00Z'));
  });

  it('that there is not is none', () => {
    for (const text of ['2025-W53', '2026-W00', '2026-W54', '2026-47', '', 'W1', '2026-W1'])
      assert.equal(weekStart(text), undefined, text);
    assert.throws(() => weekEnd('2025-W53'), RangeError);
  });

  it('holds every moment once, begins on a Monday, and a later one is a greater text', () =>
    fc.assert(
      fc.property(aTime, fc.integer({ min: 0, max: 2000 }), (at, weeks) => {
        const week = weekOf(at);
        const start = weekStart(week) ?? NaN;
        assert.ok(start <= at && at < weekEnd(week) && weekEnd(week) - start === WEEK_MS);
        assert.equal(new Date(start).getUTCDay(), 1);
        const later = weekAfter(week, weeks);
        assert.equal(later, weekOf(at + weeks * WEEK_MS));
        assert.equal(weeks === 0, later === week);
        assert.ok(later >= week);
        assert.equal(weekAfter(later, -weeks), week);
      }),
    ));
});
