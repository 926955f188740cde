import assert from 'node:assert/strict';
import { FAULTS } from './faults.js';
import { JOURNEYS } from './journeys.js';
import { readPlan } from './soak-plan.js';

describe('What a soak is asked for', () => {
  it('is everything, a hundred times, where nothing is said', () => {
    const plan = readPlan([]);
    assert.equal(plan.seeds.length, 100);
    assert.deepEqual([plan.faults.length, plan.journeys.length], [FAULTS.length, JOURNEYS.length]);
    assert.deepEqual(plan.stores, ['SQLite', 'MongoDB']);
  });

  it('can be one storm again: seed, fault, journey and store', () => {
    const plan = readPlan('--seed abc --seeds 17-17 --faults 8 --journeys price --stores mongodb'.split(' '));
    assert.deepEqual(plan.seeds, ['abc.17']);
    assert.deepEqual(plan.faults, [{ fault: FAULTS[8], number: 8 }]);
    assert.deepEqual(
      plan.journeys.map(({ name }) => name),
      ['price'],
    );
    assert.deepEqual(plan.stores, ['MongoDB']);
  });

  it('is refused with a sentence where it cannot be', () => {
    for (const [args, complaint] of [
      ['--seeds none', /--seeds/],
      ['--seeds 5-3', /--seeds/],
      ['--faults 99', /no fault 99/],
      ['--journeys walk', /no journey walk/],
      ['--stores redis', /no store redis/],
      ['--minutes 0', /--minutes/],
    ] as const)
      assert.throws(() => readPlan(args.split(' ')), complaint);
  });
});
