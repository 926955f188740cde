import assert from 'node:assert/strict';
import { tierLimit, tierName } from './tier.js';

describe('The messaging limit', () => {
  it('is read from names and from numbers', () => {
    assert.deepEqual(
      ['TIER_250', 'TIER_2K', 'TIER_100K', 'TIER_UNLIMITED', 'unlimited', 250, 2_000, -1, '10000', '-1'].map((value) =>
        tierName(value),
      ),
      [
        'TIER_250',
        'TIER_2K',
        'TIER_100K',
        'TIER_UNLIMITED',
        'TIER_UNLIMITED',
        'TIER_250',
        'TIER_2K',
        'TIER_UNLIMITED',
        'TIER_10K',
        'TIER_UNLIMITED',
      ],
    );
    assert.deepEqual(['NOT_SET', 'TIER_NOT_SET', '', 0, null, {}].map(tierName), Array(6).fill(undefined));
  });

  it('is the smallest while nobody knows it', () => {
    assert.deepEqual(
      ['TIER_50', 'TIER_250', 'TIER_2K', 'TIER_100K', 'TIER_UNLIMITED', null, undefined, 'TIER_WHATEVER'].map(
        tierLimit,
      ),
      [50, 250, 2_000, 100_000, Infinity, 250, 250, 250],
    );
  });
});
