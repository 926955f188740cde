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

  it('times every answer by itself: the fastest asking of each question, and all of them', () => {
    // Each takes as many ms as the question is long, and the very last one is interrupted.
    let now = 0;
    let asked = 0;
    const answer = (question: string) => {
      asked += 1;
      now += question.length + (asked === 3 + 15 * 3 ? 100 : 0);
    };
    const timed = timeEach(['a', 'bb', 'ccc'], answer, () => now);
    assert.deepEqual(timed, {
      questions: 3,
      askings: 15,
      fastest: { median: 2_000, p99: 3_000, worst: 3_000 },
      all: { median: 2_000, p99: 103_000, worst: 103_000 },
    });
    assert.match(timeLine(timed), /its fastest time: +median 2000 us, 99 % within 3000 us/);
    assert.equal(
      timeEach(
        [],
        () => assert.fail(),
        () => 0,
      ).all.worst,
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
