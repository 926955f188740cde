/** Comma-separated values as RFC 4180 has them and as spreadsheets write them: a byte-order mark, any line ends, quotes doubled inside
 *  quotes, line ends and commas inside quotes. Empty lines are passed over. */

export type CsvRecord = {
  /** The line of the file where the record begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
};

/** The file breaks off inside quotes, or goes on after them: nothing in it can be trusted from there. */
export class BrokenCsv extends Error {
  override readonly name = 'BrokenCsv';
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws BrokenCsv */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const first = line;
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, line) : plainCell(text, at);
      cells.push(cell.value);
      line += cell.lineEnds;
      at = cell.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    at = afterLineEnd(text, at);
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { line: first, cells };
  }
}

type Cell = { readonly value: string; readonly end: number; readonly lineEnds: number };

const PLAIN = /[^,\r\n]*/y;
function plainCell(text: string, from: number): Cell {
  PLAIN.lastIndex = from;
  const value = PLAIN.exec(text)?.[0] ?? '';
  return { value, end: from + value.length, lineEnds: 0 };
}

function quotedCell(text: string, from: number, line: number): Cell {
  let end = from;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) throw new BrokenCsv(line, 'a quote is opened here and never closed');
    // A doubled quote stands for one, and the cell goes on behind it.
    if (text[end + 1] !== '"') break;
    end += 1;
  } while (end < text.length);
  const value = text.slice(from + 1, end).replaceAll('""', '"');
  const next = text[end + 1];
  const lineEnds = value.match(/\r\n|\r|\n/g)?.length ?? 0;
  if (next !== undefined && !',\r\n'.includes(next))
    throw new BrokenCsv(line + lineEnds, 'a comma is missing after a quote');
  return { value, end: end + 1, lineEnds };
}

const afterLineEnd = (text: string, at: number): number => at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1);
