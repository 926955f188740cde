import { z } from 'zod';
import { Refusal, wrongFields } from '../api/problem.js';
import { BrokenCsv, csvRecords, type CsvRecord } from './csv.js';
import { IMPORT_COLUMNS, type ImportColumn, type RawRow } from './import-row.js';

/** A row and the line that a report names it by: in JSON its place in the list from 1, in CSV its line in the file. */
export type NumberedRow = { readonly line: number; readonly raw: RawRow | null };

export const MAX_IMPORT_ROWS = 10_000;
export const MAX_IMPORT_BYTES = 4 * 1024 * 1024;

/** The JSON body. Rows are looked at one by one later: a wrong one is reported by its line and holds up no other. */
export const ImportFile = z
  .object({ rows: z.array(z.unknown(), { error: 'a list of rows' }) }, { error: 'an object with rows' })
  .transform(({ rows }): readonly NumberedRow[] => {
    if (rows.length > MAX_IMPORT_ROWS) throw tooManyRows();
    return rows.map((raw, index) => ({ line: index + 1, raw: isRecord(raw) ? raw : null }));
  });

/** A row as the API's description shows it. */
export const ImportRowShown = z
  .object({
    phone: z
      .string()
      .optional()
      .meta({ description: 'With or without the country code.', example: '+7 916 123-45-67' }),
    userId: z
      .string()
      .optional()
      .meta({ description: 'Meta’s business-scoped user id.', example: 'RU.1349234782349823' }),
    name: z.string().optional().meta({ example: 'Анна' }),
    language: z.enum(['ru', 'en']).optional(),
    timeZone: z.string().optional().meta({ example: 'Europe/Moscow' }),
    tags: z
      .array(z.string())
      .optional()
      .meta({ example: ['vip'] }),
    sites: z
      .array(z.string())
      .optional()
      .meta({ example: ['M9'] }),
    topics: z.array(z.enum(['maintenance', 'news', 'offers'])).meta({ example: ['maintenance'] }),
    source: z.string().meta({ description: 'Where they agreed; needed with topics.', example: 'order form' }),
    consentedAt: z
      .string()
      .meta({ description: 'When they agreed; needed with topics.', example: '2026-02-14T10:00:00+03:00' }),
  })
  .meta({ id: 'ImportRow' });

export const CSV_EXAMPLE =
  'phone,userId,name,language,timeZone,tags,sites,topics,source,consentedAt\n' +
  '+79161234567,,Анна,ru,Europe/Moscow,vip;north,M9,maintenance;news,order form,2026-02-14T10:00:00+03:00\n';

const isRecord = (raw: unknown): raw is RawRow => typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const tooManyRows = (): Refusal => new Refusal(413, `at most ${MAX_IMPORT_ROWS} rows at once: send the list in parts`);

const BREATH_MS = 8;

/** The CSV body. It lets others run every few ms.
 *  @throws Refusal 422 when the header or the quoting is wrong, 413 for too many rows; nothing of the file is taken then */
export async function readImportCsv(text: string): Promise<readonly NumberedRow[]> {
  const rows: NumberedRow[] = [];
  let header: readonly (ImportColumn | undefined)[] | undefined;
  let since = performance.now();
  try {
    for (const record of csvRecords(text)) {
      if (header) rows.push({ line: record.line, raw: rowOf(header, record) });
      else header = headerOf(record);
      if (rows.length > MAX_IMPORT_ROWS) throw tooManyRows();
      if (performance.now() - since > BREATH_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        since = performance.now();
      }
    }
  } catch (error) {
    if (error instanceof BrokenCsv) throw wrongFields([{ field: `line ${error.line}`, message: error.message }]);
    throw error;
  }
  if (!header) throw wrongFields([{ field: 'line 1', message: 'a header with the names of the columns' }]);
  return rows;
}

/** Which column each cell belongs to; columns that are not ours are passed over. */
function headerOf({ cells, line }: CsvRecord): readonly (ImportColumn | undefined)[] {
  const names = new Map(IMPORT_COLUMNS.map((column) => [column.toLowerCase(), column]));
  const header = cells.map((cell) => names.get(cell.trim().toLowerCase()));
  const known = header.filter((column) => column !== undefined);
  const field = `line ${line}`;
  if (new Set(known).size < known.length) throw wrongFields([{ field, message: 'a column stands there twice' }]);
  if (!known.includes('phone') && !known.includes('userId')) {
    throw wrongFields([{ field, message: 'a header with phone or userId, columns parted by commas' }]);
  }
  return header;
}

/** @returns null when the row has cells that no column claims: something has shifted */
function rowOf(header: readonly (ImportColumn | undefined)[], { cells }: CsvRecord): RawRow | null {
  if (cells.slice(header.length).some((cell) => cell.trim() !== '')) return null;
  return Object.fromEntries(header.flatMap((column, index) => (column === undefined ? [] : [[column, cells[index]]])));
}
