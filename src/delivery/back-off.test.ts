import assert from 'node:assert/strict';
import type { Wamid } from '../platform/ids.js';
import { BackOff, isAnswer, pauseFor, UnknownStreak } from './back-off.js';
import type { Outcome } from './settlement.js';

const ACCEPTED: Outcome = { kind: 'accepted', wamid: 'wamid.1' as Wamid, held: false };
const TOO_MANY: Outcome = { kind: 'notSent', scope: 'number', reason: 'rate', code: 130429 };
const REFUSED: Outcome = { kind: 'notSent', scope: 'number', reason: 'refused' };
const NO_PLACE: Outcome = { kind: 'notSent', scope: 'number', reason: 'timeout' };
const SILENCE: Outcome = { kind: 'unknown', reason: 'timeout' };

/** The waits after `count` refusals, each coming as soon as the wait before it is over. */
function waits(outcome: Outcome, count: number): number[] {
  const backOff = new BackOff();
  let now = 0;
  return Array.from({ length: count }, () => {
    backOff.note(outcome, now);
    const wait = backOff.waitMs(now);
    now += wait;
    return wait / 1_000;
  });
}

describe('Holding back', () => {
  it('lasts 1 s after a 130429 without Retry-After, doubling to 60 s', () => {
    assert.deepEqual(waits(TOO_MANY, 9), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('never exceeds 30 s while connections cannot be made', () => {
    assert.deepEqual(waits(REFUSED, 8), [1, 2, 4, 8, 16, 30, 30, 30]);
    assert.deepEqual(waits(NO_PLACE, 7).at(-1), 30);
  });

  it('does as Retry-After says', () => {
    assert.deepEqual(waits({ ...TOO_MANY, retryAfterMs: 300_000 }, 2), [300, 300]);
    assert.deepEqual(waits({ ...TOO_MANY, retryAfterMs: 0 }, 2), [0, 0]);
  });

  it('starts over after a success', () => {
    const backOff = new BackOff();
    for (const now of [0, 1_000, 3_000]) backOff.note(TOO_MANY, now);
    assert.equal(backOff.isTrying, true);
    backOff.note(ACCEPTED, 7_000);
    assert.equal(backOff.isTrying, false);
    backOff.note(TOO_MANY, 8_000);
    assert.equal(backOff.waitMs(8_000), 1_000);
  });

  it('counts calls that were refused together as one refusal', () => {
    const backOff = new BackOff();
    for (let call = 0; call < 50; call += 1) backOff.note(TOO_MANY, call);
    assert.equal(backOff.waitMs(49), 1_000);
  });

  it('is nothing that a refusal for one person asks for', () => {
    const backOff = new BackOff();
    backOff.note({ kind: 'notSent', scope: 'person', reason: 'pairRate', code: 131056 }, 0);
    backOff.note(SILENCE, 0);
    assert.equal(backOff.waitMs(0), 0);
  });
});

describe('Silence', () => {
  it('is too long after five unknowns in a row', () => {
    const streak = new UnknownStreak();
    const tooLong = [SILENCE, SILENCE, SILENCE, SILENCE, SILENCE].map((outcome) => {
      streak.note(outcome, 1);
      return streak.isTooLong;
    });
    assert.deepEqual(tooLong, [false, false, false, false, true]);
  });

  it('is ended by any answer, a refusal included, and not by a connection that was never made', () => {
    for (const [outcome, ends] of [
      [ACCEPTED, true],
      [TOO_MANY, true],
      [{ kind: 'rejected', code: 100, reason: 'invalid' } as const, true],
      [{ kind: 'notSent', scope: 'number', reason: 'rate' } as const, true],
      [REFUSED, false],
      [NO_PLACE, false],
      [{ kind: 'notStarted' } as const, false],
    ] as const) {
      const streak = new UnknownStreak();
      for (let call = 0; call < 4; call += 1) streak.note(SILENCE, 1);
      streak.note(outcome, 2);
      streak.note(SILENCE, 3);
      assert.equal(streak.isTooLong, !ends);
      assert.equal(isAnswer(outcome), ends);
    }
  });
});

describe('Silence that a status ends', () => {
  it('begins anew with what came back after the status had arrived, however late that is read', () => {
    const streak = new UnknownStreak();
    for (const now of [10, 20, 30, 40, 50]) streak.note(SILENCE, now);
    streak.end(9);
    assert.equal(streak.isTooLong, true, 'it arrived before all of them');
    streak.end(30);
    assert.equal(streak.isTooLong, false);
    for (const now of [60, 70]) streak.note(SILENCE, now);
    assert.equal(streak.isTooLong, false, 'four since');
    streak.note(SILENCE, 80);
    assert.equal(streak.isTooLong, true, 'five since');
  });
});

describe('A pause', () => {
  it('follows from a token that is refused, and from an account or number that Meta has shut', () => {
    assert.equal(pauseFor({ kind: 'notSent', scope: 'account', reason: 'token', code: 190 }), 'token');
    assert.equal(pauseFor({ kind: 'notSent', scope: 'account', reason: 'permission', code: 10 }), 'token');
    assert.equal(pauseFor({ kind: 'notSent', scope: 'account', reason: 'policy', code: 368 }), 'policy');
    assert.equal(pauseFor({ kind: 'rejected', code: 131031, reason: 'policy' }), 'policy');
  });

  it('follows from nothing that concerns one message, one person or the rate', () => {
    for (const outcome of [
      ACCEPTED,
      TOO_MANY,
      REFUSED,
      SILENCE,
      { kind: 'rejected', code: 131026, reason: 'undeliverable' } as const,
    ])
      assert.equal(pauseFor(outcome), undefined);
  });
});
