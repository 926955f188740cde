import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BrokenCsv, csvRecords } from './csv.js';

const read = (text: string) => [...csvRecords(text)];

describe('CSV', () => {
  it('knows the line that each record begins at, past empty lines and line ends in quotes', () => {
    const text = '\uFEFFname,note\r\n\r\nAnn,"one\ntwo, ""three"""\nBob,\n';
    assert.deepEqual(read(text), [
      { line: 1, cells: ['name', 'note'] },
      { line: 3, cells: ['Ann', 'one\ntwo, "three"'] },
      { line: 5, cells: ['Bob', ''] },
    ]);
  });

  it('says at which line a quote breaks the file', () => {
    for (const [text, line] of [
      ['a,b\n1,"2', 2],
      ['a\n"x\ny"z\n', 3],
    ] as const) {
      assert.throws(
        () => read(text),
        (error: unknown) => error instanceof BrokenCsv && error.line === line,
      );
    }
  });

  it('reads back whatever a spreadsheet may write', () => {
    const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n;x ]*$/));
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    const quoted = (value: string) =>
      /[",\r\n\uFEFF]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
    fc.assert(
      fc.property(rows, ends, fc.boolean(), (table, end, lastEnd) => {
        const kept = table.filter((row) => row.length > 1 || row[0] !== '');
        const text = kept.map((row) => row.map(quoted).join(',')).join(end) + (lastEnd ? end : '');
        assert.deepEqual(
          read(text).map((record) => record.cells),
          kept,
        );
      }),
    );
  });

  it('either reads a text or says that it is broken, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a",\r\n]{0,30}$/), (text) => {
        try {
          const lines = read(text).map((record) => record.line);
          assert.deepEqual(
            lines,
            lines.toSorted((one, other) => one - other),
          );
        } catch (error) {
          assert.ok(error instanceof BrokenCsv);
        }
      }),
    );
  });
});
