import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numberVariants } from './number-variants.js';

describe('Number variants', () => {
  it('pair the two ways in which Mexico, Argentina and Brazil write a mobile number', () => {
    for (const [one, other] of [
      ['5215512345678', '525512345678'],
      ['5491112345678', '541112345678'],
      ['5511987654321', '551187654321'],
    ] as const) {
      assert.deepEqual(numberVariants(one), [one, other]);
      assert.deepEqual(numberVariants(other), [other, one]);
    }
  });

  it('leave a Brazilian landline and every other country alone', () => {
    for (const digits of ['551131234567', '79161234567', '4915112345678', '12025550123', '5219', '54']) {
      assert.deepEqual(numberVariants(digits), [digits]);
    }
  });

  it('are mutual: whoever is found by one form is found by the other', () => {
    const digits = fc.oneof(
      fc
        .tuple(fc.constantFrom('52', '521', '54', '549', '55', '5511', '55119', '7'), fc.stringMatching(/^\d{6,11}$/))
        .map((p) => p.join('')),
      fc.stringMatching(/^\d{5,20}$/),
    );
    fc.assert(
      fc.property(digits, (number) => {
        for (const variant of numberVariants(number)) {
          assert.deepEqual(numberVariants(variant).toSorted(), numberVariants(number).toSorted());
        }
      }),
    );
  });
});
