import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NumberRate } from './number-rate.js';

type Event = { readonly afterMs: number; readonly kind: 'reply' | 'notice' | 'inbound'; readonly count: number };

const events = fc.array(
  fc.record({
    // Fractions, since the monotonic clock has them; and exact seconds, where windows begin and end.
    afterMs: fc.oneof(fc.double({ min: 0, max: 400, noNaN: true }), fc.constantFrom(0, 1, 999, 1_000, 1_001)),
    kind: fc.constantFrom('reply' as const, 'notice' as const, 'inbound' as const),
    count: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 200 },
);

describe('The rate of a number', () => {
  it('has no 1,000 ms with more sends and inbound messages than the setting, inbound counted up to half of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), events, (perSecond, list) => {
        const { sends, inbound } = play(perSecond, list);
        for (const { at } of sends) {
          const within = (times: readonly { at: number }[]) =>
            times.filter((other) => other.at <= at && other.at >= at - 1_000).length;
          const heard = inbound.filter((other) => other.at < at && other.at >= at - 1_000).length;
          assert.ok(within(sends) + Math.min(heard, Math.floor(perSecond / 2)) <= perSecond);
        }
      }),
    );
  });

  it('leaves half of the setting to replies, however many messages come in', () => {
    const rate = new NumberRate(80);
    rate.noteInbound(100_000, 0);
    assert.equal(rate.room(10, 'reply'), 40);
  });

  it('lets notices use at most nine tenths of what inbound leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1_000 }), fc.nat(1_000), (perSecond, heard) => {
        const rate = new NumberRate(perSecond);
        rate.noteInbound(heard, 0);
        const left = rate.room(1, 'reply');
        const notices = rate.room(1, 'notice');
        assert.ok(notices <= Math.max(1, left * 0.9) && notices >= Math.floor(left * 0.9));
        for (let sent = 0; sent < notices; sent += 1) assert.ok(rate.take(1, 'notice'));
        assert.equal(rate.take(1, 'notice'), false);
        assert.equal(rate.room(1, 'reply'), left - notices);
      }),
    );
  });

  it('lets a notice leave even at a setting of one, when nothing else does', () => {
    const rate = new NumberRate(1);
    assert.ok(rate.take(0, 'notice'));
    assert.equal(rate.take(999, 'notice'), false);
    assert.ok(rate.take(1_001, 'notice'));
  });

  it('is worth asking again after the time it names, and never lets anybody wait for ever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        events,
        fc.constantFrom('reply' as const, 'notice' as const),
        (n, list, kind) => {
          const { rate, now } = play(n, list);
          let at = now;
          // Every step waits for at least one time to leave the window; there are at most so many of them.
          for (let steps = 0; !rate.take(at, kind); steps += 1) {
            assert.ok(steps <= 2 * n + 1);
            const wait = rate.waitMs(at);
            assert.ok(wait >= 1 && wait <= 1_002);
            at += wait;
          }
        },
      ),
    );
  });

  it('counts what a holder before us sent', () => {
    const rate = new NumberRate(2);
    rate.noteSend(0);
    rate.noteSend(0);
    assert.equal(rate.room(1_000, 'reply'), 0);
    assert.equal(rate.room(1_001, 'reply'), 2);
  });
});

function play(perSecond: number, list: readonly Event[]) {
  const rate = new NumberRate(perSecond);
  const sends: { at: number }[] = [];
  const inbound: { at: number }[] = [];
  let now = 0;
  for (const { afterMs, kind, count } of list) {
    now += afterMs;
    if (kind === 'inbound') {
      rate.noteInbound(count, now);
      for (let index = 0; index < count; index += 1) inbound.push({ at: now });
    } else {
      for (let index = 0; index < count; index += 1) if (rate.take(now, kind)) sends.push({ at: now });
    }
  }
  return { rate, sends, inbound, now };
}
