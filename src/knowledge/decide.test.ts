import assert from 'node:assert/strict';
import { decide } from './decide.js';
import { outcomeOf, tallyOf } from './outcome.js';

const ranked = (...confidences: number[]) => confidences.map((confidence, at) => ({ id: `a${at}`, confidence }));
const THRESHOLDS = { answer: 0.8, askBack: 0.2, third: 0.05 };
const decided = (...confidences: number[]) => {
  const { kind, articles } = decide(ranked(...confidences), THRESHOLDS);
  return [kind, articles.map(({ id }) => id).join(' ')];
};

describe('deciding', () => {
  it('answers from the upper threshold on, asks back from the lower one on, and else does not know', () => {
    assert.deepEqual(decided(0.8, 0.1), ['answer', 'a0']);
    assert.deepEqual(decided(0.79, 0.1, 0.06), ['askBack', 'a0 a1 a2']);
    assert.deepEqual(decided(0.2, 0.1, 0.06), ['askBack', 'a0 a1 a2']);
    assert.deepEqual(decided(0.19, 0.18), ['unknown', '']);
    assert.deepEqual(decided(), ['unknown', '']);
  });

  it('offers three at the most, and a third only when it is likely enough', () => {
    assert.deepEqual(decided(0.5, 0.3, 0.04), ['askBack', 'a0 a1']);
    assert.deepEqual(decided(0.3, 0.2, 0.2, 0.2), ['askBack', 'a0 a1 a2']);
  });
});

describe('outcomes', () => {
  const outcome = (confidences: number[], article: string | null) =>
    outcomeOf(decide(ranked(...confidences), THRESHOLDS), article);

  it('of a question that an article answers', () => {
    assert.equal(outcome([0.9], 'a0'), 'right');
    assert.equal(outcome([0.9, 0.1], 'a1'), 'wrong');
    assert.equal(outcome([0.5, 0.3], 'a1'), 'askedBackWith');
    assert.equal(outcome([0.5, 0.3], 'other'), 'askedBackWithout');
    assert.equal(outcome([0.1], 'a0'), 'unknown');
  });

  it('of a question off topic: not to know is right, to answer wrong', () => {
    assert.equal(outcome([0.1], null), 'right');
    assert.equal(outcome([0.9], null), 'wrong');
    assert.equal(outcome([0.5, 0.3], null), 'askedBackWithout');
  });

  it('are counted', () => {
    const tally = tallyOf(['right', 'wrong', 'right']);
    assert.deepEqual(tally, { right: 2, askedBackWith: 0, askedBackWithout: 0, wrong: 1, unknown: 0 });
  });
});
