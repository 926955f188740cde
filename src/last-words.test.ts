import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BadConfig } from './config.js';
import { faultFields, wordsFor } from './last-words.js';
import { StoreUnavailable } from './storage/engine.js';

describe('The last words of a start', () => {
  it('are a sentence for what a user can mend', () => {
    for (const error of [new BadConfig(['PORT 80 is taken']), new StoreUnavailable('the database does not answer')])
      assert.equal(wordsFor(error), error.message);
  });

  it('name the file that the system does not give us, without a stack', () => {
    assert.throws(
      () => readFileSync('/nowhere/at/all'),
      (error: Error) => {
        assert.equal(wordsFor(error).split('\n').length, 1);
        return wordsFor(error).startsWith('/nowhere/at/all cannot be used: ENOENT');
      },
    );
  });

  it('keep the stack of a fault of ours', () => {
    assert.match(wordsFor(new TypeError('x is not a function')), /TypeError: x is not a function\n\s+at /);
  });
});

describe('A fault in the log', () => {
  it('is its kind and its place, never its text, which may quote a message', () => {
    const fields = faultFields(new RangeError('привет\nмир'));
    assert.equal(fields.error, 'RangeError');
    assert.match(fields.at, /^at .*last-words\.test/);
    assert.doesNotMatch(JSON.stringify(fields), /привет|мир/);
  });

  it('is as little for what is no error at all', () => {
    assert.deepEqual(faultFields('+79161234567'), { error: 'string', at: '' });
  });
});
