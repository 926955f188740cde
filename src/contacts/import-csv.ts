import { BrokenCsv, csvRecords, type CsvRecord } from './csv.js';
import { IMPORT_COLUMNS, type ImportColumn, type RawRow } from './import-row.js';

/** What came of reading a list. */
export type ReadList = {
  readonly rows: readonly NumberedRow[];
  /** Names of columns that are not ours, as they were written, each once; not more than `MAX_UNKNOWN` of them. */
  readonly unknownColumns: readonly string[];
};

/** A row and the line that a report names it by: in JSON its place in the list from 1, in CSV its line in the file. */
export type NumberedRow = { readonly line: number; readonly raw: RawRow | null };

export const MAX_IMPORT_ROWS = 10_000;

const MAX_UNKNOWN = 20;
const MAX_NAME = 60;

/** The list is longer than what is taken at once. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}

const BREATH_MS = 8;

/** The CSV body. It lets others run every few ms.
 *  @throws BrokenCsv when the header or the quoting is wrong, TooManyRows; nothing of the file is taken then */
export async function readImportCsv(text: string): Promise<ReadList> {
  const rows: NumberedRow[] = [];
  const unknown = new UnknownColumns();
  let header: readonly (ImportColumn | undefined)[] | undefined;
  let since = performance.now();
  for (const record of csvRecords(text)) {
    if (header) rows.push({ line: record.line, raw: rowOf(header, record) });
    else {
      header = headerOf(record);
      for (const [index, column] of header.entries()) if (!column) unknown.note(record.cells[index] ?? '');
    }
    if (rows.length > MAX_IMPORT_ROWS) throw new TooManyRows();
    if (performance.now() - since > BREATH_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  }
  if (!header) throw new BrokenCsv(1, 'a header with the names of the columns');
  return { rows, unknownColumns: unknown.names };
}

/** A list that was read from JSON. */
export function readImportJson(list: readonly unknown[]): ReadList {
  const unknown = new UnknownColumns();
  const rows = list.map((raw, index): NumberedRow => {
    if (!isRecord(raw)) return { line: index + 1, raw: null };
    for (const name of Object.keys(raw)) if (!isColumn(name)) unknown.note(name);
    return { line: index + 1, raw };
  });
  return { rows, unknownColumns: unknown.names };
}

const isRecord = (raw: unknown): raw is RawRow => typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const isColumn = (name: string): boolean => (IMPORT_COLUMNS as readonly string[]).includes(name);

/** What nobody has read is told: a mistyped "site" would leave people without theirs, and no row would be wrong. */
class UnknownColumns {
  readonly #names = new Set<string>();

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** A column without a name is nobody's mistake: spreadsheets leave such behind. */
  note(name: string): void {
    const shown = name.trim().slice(0, MAX_NAME);
    if (shown !== '' && this.#names.size < MAX_UNKNOWN) this.#names.add(shown);
  }
}

/** Which column each cell belongs to; columns that are not ours are passed over. */
function headerOf({ cells, line }: CsvRecord): readonly (ImportColumn | undefined)[] {
  const names = new Map(IMPORT_COLUMNS.map((column) => [column.toLowerCase(), column]));
  const header = cells.map((cell) => names.get(cell.trim().toLowerCase()));
  const known = header.filter((column) => column !== undefined);
  if (new Set(known).size < known.length) throw new BrokenCsv(line, 'a column stands there twice');
  if (!known.includes('phone') && !known.includes('userId')) {
    throw new BrokenCsv(line, 'a header with phone or userId, columns parted by commas');
  }
  return header;
}

/** @returns null when the row has cells that no column claims: something has shifted */
function rowOf(header: readonly (ImportColumn | undefined)[], { cells }: CsvRecord): RawRow | null {
  if (cells.slice(header.length).some((cell) => cell.trim() !== '')) return null;
  return Object.fromEntries(header.flatMap((column, index) => (column === undefined ? [] : [[column, cells[index]]])));
}
