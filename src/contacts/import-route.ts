import type { CountryCode } from 'libphonenumber-js/min';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/route.js';
import { importContacts, type ImportDeps } from './import-contacts.js';
import {
  CSV_EXAMPLE,
  ImportFile,
  ImportRowShown,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ROWS,
  readImportCsv,
} from './import-file.js';

export type ImportRouteDeps = ImportDeps & {
  /** The company's: a number without a country code is one of its own country; RU where nothing is said. */
  readonly country?: CountryCode;
  /** The company's time zone. */
  readonly timeZone: string;
};

const Report = z
  .object({
    added: z.int().meta({ example: 120 }),
    updated: z.int().meta({ example: 7 }),
    unchanged: z.int().meta({ example: 3, description: 'Known already, or stopped, or erased.' }),
    rejected: z
      .array(z.object({ line: z.int(), reason: z.string() }))
      .meta({ example: [{ line: 14, reason: 'phone: not a telephone number' }] }),
  })
  .meta({ id: 'ImportReport' });

/** `POST /contacts/import`. */
export const importRoute = (deps: ImportRouteDeps): Route =>
  defineRoute({
    method: 'post',
    path: '/contacts/import',
    tag: 'Contacts',
    role: 'broadcaster',
    summary: `Adds people from a list of at most ${MAX_IMPORT_ROWS} rows; wrong rows are reported and hold up no other`,
    body: ImportFile,
    bodyShown: z.object({ rows: z.array(ImportRowShown).max(MAX_IMPORT_ROWS) }),
    csv: { parse: readImportCsv, example: CSV_EXAMPLE },
    maxBodyBytes: MAX_IMPORT_BYTES,
    answers: [{ status: 200, description: 'What came of it', schema: Report }],
    handler: async ({ body, now, audit }) => {
      const context = { country: deps.country ?? 'RU', timeZone: deps.timeZone, now };
      const report = await importContacts(body, context, deps);
      const { rejected, ...counts } = report;
      const act = { action: 'contacts.import', target: 'contacts', after: { ...counts, rejected: rejected.length } };
      return { body: report, ops: [audit(act)] };
    },
  });
