import assert from 'node:assert/strict';
import fc from 'fast-check';
import { windowUntil } from '../messages/window.js';
import { quietUntil } from './quiet.js';

const HOUR = 3_600_000;
const WROTE = 1_000 * HOUR;
const after = (answeredAfterHours: number) =>
  (quietUntil({ lastInboundAt: WROTE, repliedAt: WROTE + answeredAfterHours * HOUR }) - WROTE) / HOUR;

describe('Silence', () => {
  it('ends a case 20 hours after the person last wrote', () => {
    assert.equal(after(0), 20);
    assert.equal(after(18), 20);
    assert.equal(after(-5), 20, 'answered before they wrote again');
  });

  it('waits two hours more for whoever was answered late', () => {
    assert.equal(after(19), 21);
    assert.equal(after(21), 23);
  });

  it('waits less where the closing word would not fit the window any more', () => {
    assert.equal(after(22.5), 24 - 20 / 60);
  });

  it('waits the two hours without a closing word where none would fit', () => {
    assert.equal(after(23.8), 25.8);
  });

  it('never ends a case within half an hour of an answer, nor within 20 hours of the person’s last word', () => {
    fc.assert(
      fc.property(fc.integer({ min: -48 * HOUR, max: 24 * HOUR }), (late) => {
        const repliedAt = WROTE + late;
        const at = quietUntil({ lastInboundAt: WROTE, repliedAt });
        assert.ok(at >= WROTE + 20 * HOUR && at >= repliedAt + HOUR / 2);
        assert.ok(at <= Math.max(windowUntil(WROTE), repliedAt + 2 * HOUR));
      }),
    );
  });
});
