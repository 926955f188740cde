import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DESCRIBED_CODES, knownError } from './error-catalogue.js';
import { effectOf, pauseOf, SEND_EFFECTS, templateStatusOf } from './effects.js';
import { PAUSES } from './number-table.js';

const document = readFileSync(new URL('../../../docs/platform-limits.md', import.meta.url), 'utf8');
const cells = (line: string): string[] => line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore

describe('The effects of errors', () => {
  it('are documented for every code that is described, and for no other', () => {
    const documented = document
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map(cells);
    const described = DESCRIBED_CODES.map(([from, to]) => [
      from === to ? String(from) : `${from}-${to}`,
      knownError(from)?.title,
      effectOf(from),
    ]);
    assert.deepEqual(documented, described);
  });

  it('are six, each of them explained in the same words', () => {
    for (const [effect, words] of Object.entries(SEND_EFFECTS))
      assert.ok(document.includes(`- \`${effect}\`: ${words}.`), effect);
    assert.equal(Object.keys(SEND_EFFECTS).length, 6);
  });

  it('hold something under reasons that are all documented', () => {
    for (const [why, what] of Object.entries(PAUSES)) assert.match(document, new RegExp(`\\| ${what} \`${why}\` +\\|`));
  });

  it('are those that operators rely on', () => {
    const effects = {
      131056: 'later',
      130429: 'later',
      131049: 'final',
      130472: 'final',
      131050: 'final',
      131026: 'final',
    };
    for (const [code, effect] of Object.entries(effects)) assert.equal(effectOf(Number(code)), effect, code);
    assert.deepEqual([132015, 132016, 132001, 132000].map(templateStatusOf), ['PAUSED', 'DISABLED', 'MISSING', 'HELD']);
    assert.deepEqual([131048, 131064, 133010, 368, 131031, 190, 131026].map(pauseOf), [
      'spamLimit',
      'categoryLimit',
      'policy',
      'policy',
      'policy',
      'token',
      undefined,
    ]);
    assert.equal(effectOf(999_999), 'final');
  });
});
