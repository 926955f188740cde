import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_PEOPLE, PairRate, pairPauseMs } from './pair-rate.js';

const ANNA = 'anna';

describe('The pair rate', () => {
  it('allows a burst of 40 ordinary replies, and 45 with the reserve', () => {
    const pair = new PairRate();
    assert.equal(burst(pair, false), 40);
    assert.equal(burst(pair, true), 5);
    assert.ok(pair.waitMs(ANNA, 0, true) > 0);
  });

  it('gives one message back every 6 s', () => {
    const pair = new PairRate();
    burst(pair, false);
    assert.equal(pair.waitMs(ANNA, 0, false), 6_000);
    assert.equal(pair.waitMs(ANNA, 2_500, false), 3_500);
    assert.equal(pair.waitMs(ANNA, 6_000, false), 0);
    pair.note(ANNA, 6_000);
    assert.equal(pair.waitMs(ANNA, 6_000, false), 6_000);
  });

  it('never lets more leave than the burst and what time gave back, whatever the sequence', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 20_000, noNaN: true }), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (list) => {
        const pair = new PairRate();
        const sent: number[] = [];
        let now = 0;
        for (const [afterMs, reserved] of list) {
          now += afterMs;
          if (pair.waitMs(ANNA, now, reserved) > 0) continue;
          pair.note(ANNA, now);
          sent.push(now);
        }
        sent.forEach((first, from) => {
          sent.slice(from).forEach((last, count) => assert.ok(count + 1 <= 45 + (last - first) / 6_000 + 1e-6));
        });
      }),
    );
  });

  it('may be asked again after the time it names', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9_000, noNaN: true }), { maxLength: 120 }), (gaps) => {
        const pair = new PairRate();
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          pair.note(ANNA, now);
          assert.equal(pair.waitMs(ANNA, now + pair.waitMs(ANNA, now, false), false), 0);
        }
      }),
    );
  });

  it('makes a person wait 4^n s after the nth refusal in a row, reserved messages too', () => {
    const pair = new PairRate();
    const waits = [0, 1, 2, 3].map(() => pair.refused(ANNA, 0));
    assert.deepEqual(waits, [1_000, 4_000, 16_000, 64_000]);
    assert.equal(pair.waitMs(ANNA, 0, true), 64_000);
    assert.equal(pairPauseMs(50), 6 * 3_600_000);
  });

  it('starts over once Meta has taken one', () => {
    const pair = new PairRate();
    pair.refused(ANNA, 0);
    pair.refused(ANNA, 0);
    pair.accepted(ANNA);
    assert.equal(pair.waitMs(ANNA, 0, false), 0);
    assert.equal(pair.refused(ANNA, 0), 1_000);
  });

  it('concerns one person alone', () => {
    const pair = new PairRate();
    burst(pair, true);
    assert.equal(pair.waitMs('boris', 0, false), 0);
  });

  it('remembers 50,000 people at most, and of too many forgets those written to longest ago', () => {
    const pair = new PairRate();
    for (let person = 0; person < MAX_PEOPLE + 1; person += 1)
      for (let message = 0; message < 30; message += 1) pair.note(`p${person}`, 0);
    assert.ok(pair.size <= MAX_PEOPLE);
    for (let message = 0; message < 10; message += 1) pair.note(`p${MAX_PEOPLE}`, 0);
    assert.ok(pair.waitMs(`p${MAX_PEOPLE}`, 0, false) > 0);
  });
});

/** How many leave at once. */
function burst(pair: PairRate, reserved: boolean): number {
  const LIMIT = 100;
  let sent = 0;
  for (; sent < LIMIT && pair.waitMs(ANNA, 0, reserved) === 0; sent += 1) pair.note(ANNA, 0);
  return sent;
}
