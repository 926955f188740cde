import type { CountryCode } from 'libphonenumber-js/min';
import { z } from 'zod';
import { Refusal, wrongFields } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { BrokenCsv } from './csv.js';
import { importContacts, type ImportDeps } from './import-contacts.js';
import { MAX_IMPORT_ROWS, readImportCsv, readImportJson, TooManyRows, type ReadList } from './import-csv.js';
import { IMPORT_COLUMNS } from './import-row.js';

export type ImportRouteDeps = ImportDeps & {
  /** The company's: a number without a country code is one of its own country; RU where nothing is said. */
  readonly country?: CountryCode;
  /** The company's time zone. */
  readonly timeZone: string;
};

const MAX_IMPORT_BYTES = 4 * 1024 * 1024;

const tooLong = (): Refusal => new Refusal(413, `at most ${MAX_IMPORT_ROWS} rows at once: send the list in parts`);

/** The JSON body. Rows are looked at one by one later: a wrong one is reported by its line and holds up no other. */
const JsonList = z
  .object({ rows: z.array(z.unknown(), { error: 'a list of rows' }) }, { error: 'an object with rows' })
  .transform(({ rows }): ReadList => {
    if (rows.length > MAX_IMPORT_ROWS) throw tooLong();
    return readImportJson(rows);
  });

async function csvList(text: string): Promise<ReadList> {
  try {
    return await readImportCsv(text);
  } catch (error) {
    if (error instanceof TooManyRows) throw tooLong();
    if (error instanceof BrokenCsv) throw wrongFields([{ field: `line ${error.line}`, message: error.message }]);
    throw error;
  }
}

/** A row as the API's description shows it. */
const ImportRow = z
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

const CSV_EXAMPLE =
  'phone,userId,name,language,timeZone,tags,sites,topics,source,consentedAt\n' +
  '+79161234567,,Анна,ru,Europe/Moscow,vip;north,M9,maintenance;news,order form,2026-02-14T10:00:00+03:00\n';

const Report = z
  .object({
    added: z.int().meta({ example: 120 }),
    updated: z.int().meta({ example: 7 }),
    unchanged: z.int().meta({ example: 3, description: 'Known already, or stopped, or erased.' }),
    rejected: z
      .array(z.object({ line: z.int(), reason: z.string() }))
      .meta({ example: [{ line: 14, reason: 'phone: not a telephone number' }] }),
    warnings: z
      .array(z.object({ column: z.string(), message: z.string() }))
      .optional()
      .meta({
        description: 'Columns that nobody has read, if there were such; at most 20.',
        example: [{ column: 'site', message: 'no such column' }],
      }),
  })
  .meta({ id: 'ImportReport' });

const NO_SUCH_COLUMN = `not read; there are ${IMPORT_COLUMNS.join(', ')}`;

/** `POST /contacts/import`. */
export const importRoute = (deps: ImportRouteDeps): Route =>
  defineRoute({
    method: 'post',
    path: '/contacts/import',
    tag: 'Contacts',
    role: 'broadcaster',
    summary: `Adds people from a list of at most ${MAX_IMPORT_ROWS} rows; wrong rows are reported and hold up no other`,
    body: JsonList,
    bodyShown: z.object({ rows: z.array(ImportRow).max(MAX_IMPORT_ROWS) }),
    csv: { parse: csvList, example: CSV_EXAMPLE },
    maxBodyBytes: MAX_IMPORT_BYTES,
    answers: [{ status: 200, description: 'What came of it', schema: Report }],
    handler: async ({ body, now, audit }) => {
      const context = { country: deps.country ?? 'RU', timeZone: deps.timeZone, now };
      const { rows, unknownColumns } = body;
      const report = await importContacts(rows, context, deps);
      const { rejected, ...counts } = report;
      const act = { action: 'contacts.import', target: 'contacts', after: { ...counts, rejected: rejected.length } };
      const warnings = unknownColumns.map((column) => ({ column, message: NO_SUCH_COLUMN }));
      return { body: { ...report, ...(warnings.length > 0 && { warnings }) }, ops: [audit(act)] };
    },
  });
