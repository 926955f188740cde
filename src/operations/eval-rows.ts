import { z } from 'zod';

const Row = z.object({
  question: z.string().trim().min(1),
  language: z.enum(['ru', 'en']).optional(),
  article: z.string().nullable(),
});

/** The questions of a file, one JSON object a line, and what is wrong with the lines that are none, by number. Empty lines are passed over. */
export function readRows(
  text: string,
  articles: ReadonlySet<string>,
): { readonly rows: readonly z.infer<typeof Row>[]; readonly faults: readonly string[] } {
  const rows: z.infer<typeof Row>[] = [];
  const faults: string[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === '') return;
    const fault = (what: string) => faults.push(`line ${at + 1}: ${what}`);
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      fault('is no JSON');
      return;
    }
    const row = Row.safeParse(json);
    if (!row.success) for (const { path, message } of row.error.issues) fault(`${path.join('.')} ${message}`.trim());
    else if (row.data.article !== null && !articles.has(row.data.article)) fault(`no article "${row.data.article}"`);
    else rows.push(row.data);
  });
  return { rows, faults };
}
