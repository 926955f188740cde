import assert from 'node:assert/strict';
import { z } from 'zod';
import { fieldError } from './field-error.js';

const faults = (value: unknown) =>
  (z.strictObject({ age: z.int().optional() }).safeParse(value).error?.issues ?? []).map(fieldError);

describe('a wrong field', () => {
  it('is named by its path with what is expected', () => {
    assert.deepEqual(faults({ age: 'old' }), [
      { field: 'age', message: 'Invalid input: expected number, received string' },
    ]);
    assert.equal(faults(7)[0]?.field, 'body');
  });

  it('that nobody knows is named where it is a name, and never repeated where it may be a text', () => {
    assert.deepEqual(faults({ phoneNumber: 1, site: 2 }), [
      { field: 'body', message: 'there is no such field "phoneNumber", "site"' },
    ]);
    assert.deepEqual(faults({ 'Анна Петрова': 1, '79161234567': 2 }), [
      { field: 'body', message: 'there is no such field' },
    ]);
  });
});
