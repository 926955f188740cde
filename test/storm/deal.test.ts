import assert from 'node:assert/strict';
import { deal } from './deal.js';
import { FAULTS } from './faults.js';
import { JOURNEYS } from './journeys.js';

describe('The storms of one commit', () => {
  const namesOf = (seed: string) =>
    deal(JOURNEYS, { storms: FAULTS.length, each: 2, seed }).map((dealt) => dealt.map(({ name }) => name));

  it('take every journey through some fault, and every fault through some journeys', () => {
    for (const seed of ['a1b2c3', 'd4e5f6', 'no-commit']) {
      const names = namesOf(seed);
      assert.equal(names.length, FAULTS.length);
      assert.ok(names.every((dealt) => new Set(dealt).size === 2));
      assert.deepEqual([...new Set(names.flat())].sort(), JOURNEYS.map(({ name }) => name).sort());
    }
  });

  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(namesOf('a1b2c3'), namesOf('a1b2c3'));
    assert.notDeepEqual(namesOf('a1b2c3'), namesOf('d4e5f6'));
  });
});
