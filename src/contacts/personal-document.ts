import type { Engine } from '../storage/engine.js';
import { exportedRows } from '../storage/register.js';
import type { AnyTable } from '../storage/table.js';
import type { Topic } from './contact-shape.js';
import type { ContactRow } from './contact-tables.js';
import { personOf } from './find-contacts.js';

/** What is known of a person, in numbers: what the summary beside the document is made of. */
export type KnownOfPerson = {
  readonly name: string | null;
  readonly language: string | null;
  readonly phones: readonly string[];
  /** What they agreed to hear about. */
  readonly topics: readonly Topic[];
  /** What was said by either side, and since when, ms. */
  readonly messages: number;
  readonly since: number | null;
  /** How many rows there are of each table. */
  readonly rows: ReadonlyMap<string, number>;
};

export type PersonalDocument = { readonly bytes: Buffer; readonly known: KnownOfPerson };

/** Everything that the register knows of a person as one JSON document, as `GET /contacts/{id}/export` has it. Read and written out row by
 *  row, a slice at a time: of somebody with ten thousand messages nobody else notices. */
export async function personalDocument(
  engine: Engine,
  tables: readonly AnyTable[],
  contact: ContactRow,
  topics: readonly Topic[],
): Promise<PersonalDocument> {
  const pieces: string[] = [];
  const rows = new Map<string, number>();
  let since: number | null = null;
  for await (const { table, row } of exportedRows(engine, tables, await personOf(engine, contact))) {
    const before = rows.get(table) ?? 0;
    if (before === 0) pieces.push(rows.size > 0 ? '\n  ],\n' : '', `  ${JSON.stringify(table)}: [`);
    pieces.push(before === 0 ? '\n' : ',\n', `    ${JSON.stringify(row)}`);
    rows.set(table, before + 1);
    const at = MESSAGE_TIMES.get(table);
    const said = at === undefined ? undefined : row[at];
    if (typeof said === 'string') since = Math.min(since ?? Infinity, Date.parse(said));
  }
  const text = rows.size === 0 ? '{}\n' : `{\n${pieces.join('')}\n  ]\n}\n`;
  const messages = [...MESSAGE_TIMES.keys()].reduce((sum, table) => sum + (rows.get(table) ?? 0), 0);
  const { name, language, identities } = contact;
  const phones = identities.filter(({ kind }) => kind === 'phone').map(({ value }) => `+${value}`);
  return { bytes: Buffer.from(text), known: { name, language, phones, topics, messages, since, rows } };
}

/** The tables that hold what was said, and their columns with the time of it. */
const MESSAGE_TIMES: ReadonlyMap<string, string> = new Map([
  ['inboundMessages', 'at'],
  ['outbox', 'createdAt'],
]);
