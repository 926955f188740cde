import assert from 'node:assert/strict';
import { readRows } from './eval-rows.js';
import { table } from './eval-table.js';

describe('npm run eval', () => {
  it('reads a question a line and names the bad lines by number', () => {
    const text = [
      '{"question": "how much", "language": "en", "article": "price"}',
      '',
      '{"question": "погода", "article": null}',
      '{"question": "x", "article": "nowhere"}',
      '{"question": ""}',
      'nonsense',
    ].join('\r\n');
    const { rows, faults } = readRows(text, new Set(['price']));
    assert.deepEqual(rows, [
      { question: 'how much', language: 'en', article: 'price' },
      { question: 'погода', article: null },
    ]);
    assert.deepEqual(
      faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')),
      ['line 4:', 'line 5:', 'line 5:', 'line 6:'],
    );
  });

  it('prints a line in per cent for every group that has questions', () => {
    const lines = table([
      ['all', [{ outcome: 'right' }, { outcome: 'wrong' }]],
      ['none', []],
    ]).split('\n');
    assert.equal(lines.length, 2);
    assert.deepEqual(lines[1]?.trim().split(/\s+/), ['all', '2', '50.0', '0.0', '0.0', '50.0', '0.0']);
  });
});
