import { BrokenCsv, csvRecords, type CsvRecord } from './csv.js';
import { IMPORT_COLUMNS, type ImportColumn, type RawRow } from './import-row.js';

/** A row and the line that a report names it by: in JSON its place in the list from 1, in CSV its line in the file. */
export type NumberedRow = { readonly line: number; readonly raw: RawRow | null };

export const MAX_IMPORT_ROWS = 10_000;

/** The list is longer than what is taken at once. */
export class TooManyRows extends Error {
  override readonly name = 'TooManyRows';
}

const BREATH_MS = 8;

/** The CSV body. It lets others run every few ms.
 *  @throws BrokenCsv when the header or the quoting is wrong, TooManyRows; nothing of the file is taken then */
export async function readImportCsv(text: string): Promise<readonly NumberedRow[]> {
  const rows: NumberedRow[] = [];
  let header: readonly (ImportColumn | undefined)[] | undefined;
  let since = performance.now();
  for (const record of csvRecords(text)) {
    if (header) rows.push({ line: record.line, raw: rowOf(header, record) });
    else header = headerOf(record);
    if (rows.length > MAX_IMPORT_ROWS) throw new TooManyRows();
    if (performance.now() - since > BREATH_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  }
  if (!header) throw new BrokenCsv(1, 'a header with the names of the columns');
  return rows;
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
