import assert from 'node:assert/strict';
import { readRows } from './eval-rows.js';
import { table, timeLine } from './eval-table.js';
import { timeEach } from './eval-time.js';

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

  it('times every answer by itself, often enough to speak of one in a hundred', () => {
    // Each takes as many ms as the question is long; only what is answered takes time.
    let now = 0;
    const timed = timeEach(
      ['a', 'bb', 'ccc'],
      (question) => (now += question.length),
      () => now,
    );
    assert.ok(timed.count >= 2_000 && timed.count % 3 === 0);
    assert.deepEqual([timed.median, timed.p99, timed.worst], [2_000, 3_000, 3_000]);
    assert.match(timeLine(timed), /takes 2000 us \(median\), 3000 us \(99 % of 2001\), 3000 us/);
    assert.equal(
      timeEach(
        [],
        () => assert.fail(),
        () => 0,
      ).count,
      0,
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
