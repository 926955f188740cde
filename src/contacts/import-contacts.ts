import { hashed } from '../keys.js';
import { slices, type Engine, type Op } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { aliases, contacts, identities } from './contact-tables.js';
import { survivorsOf } from './find-contacts.js';
import type { ContactId, PersonKey } from './identity.js';
import type { NumberedRow } from './import-csv.js';
import {
  lookupKeys,
  planImport,
  senderOf,
  type ImportKnown,
  type ImportPlan,
  type PlannedRow,
  type ReadRow,
} from './import-plan.js';
import { readImportRow, type ImportedConsent, type RowContext } from './import-row.js';
import { personKeyOf } from './person-key.js';

/** Takes a list in small slices, each one commit, so that the door never waits for it longer than a few ms. Sent twice, or by two at
 *  once, it comes to the same: people are found by their identities, and a commit that met somebody else's is planned again. */

/** One person's consent as a list has it, to become entries of the ledger in the commit that takes the row. */
export type ConsentRequest = {
  readonly contactId: ContactId;
  readonly personKey: PersonKey;
  readonly consent: ImportedConsent;
};

export type ImportDeps = {
  readonly engine: Engine;
  readonly pepper: Buffer;
  /** Which of these have stopped everything or were erased: nothing about them is taken. One answer for each, in their order. */
  readonly areBlocked: (
    people: readonly { readonly identityHashes: readonly string[]; readonly contactId: ContactId | null }[],
  ) => Promise<readonly boolean[]>;
  /** The writes that enter each consent into the ledger; none where it is known already. One answer for each, in their order. */
  readonly recordConsents: (requests: readonly ConsentRequest[]) => Promise<readonly RecordedConsent[]>;
};

/** `changes` is false where a stop outweighs the consent: it is recorded, and nothing of the person is another. */
export type RecordedConsent = { readonly ops: readonly Op[]; readonly changes: boolean };

export type ImportReport = {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
};

/** Reading, planning and writing these keeps the main thread for less than 10 ms. */
const ROWS_AT_ONCE = 50;
/** Another commit came in between every time: of a single row. */
const ATTEMPTS = 5;

type Tally = {
  added: number;
  updated: number;
  unchanged: number;
  readonly rejected: { line: number; reason: string }[];
};

export async function importContacts(
  rows: readonly NumberedRow[],
  context: RowContext,
  deps: ImportDeps,
): Promise<ImportReport> {
  const tally: Tally = { added: 0, updated: 0, unchanged: 0, rejected: [] };
  for (const slice of slices(rows, ROWS_AT_ONCE)) {
    const read: ReadRow[] = [];
    for (const { line, raw } of slice) {
      const row = raw === null ? { reason: 'not a row' } : readImportRow(raw, context);
      if ('reason' in row) tally.rejected.push({ line, reason: row.reason });
      else read.push({ line, row });
    }
    await takeSlice(read, context.now, deps, tally);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...tally, rejected: tally.rejected.toSorted((one, other) => one.line - other.line) };
}

/** A slice that met a conflict is halved, until the row that somebody else is busy with stands alone. */
async function takeSlice(rows: readonly ReadRow[], now: number, deps: ImportDeps, tally: Tally): Promise<void> {
  if (rows.length === 0) return;
  for (let attempt = 1; attempt <= (rows.length === 1 ? ATTEMPTS : 1); attempt += 1) {
    const taken = await tryOnce(rows, now, deps);
    if (!taken) continue;
    tally.rejected.push(...taken.rejected);
    for (const { outcome } of taken.rows) tally[outcome] += 1;
    return;
  }
  if (rows.length === 1) {
    for (const { line } of rows)
      tally.rejected.push({ line, reason: 'somebody else keeps changing this contact: send the row again' });
    return;
  }
  const middle = Math.ceil(rows.length / 2);
  await takeSlice(rows.slice(0, middle), now, deps, tally);
  await takeSlice(rows.slice(middle), now, deps, tally);
}

/** @returns undefined on a conflict */
async function tryOnce(
  all: readonly ReadRow[],
  now: number,
  deps: ImportDeps,
): Promise<Pick<ImportPlan, 'rows' | 'rejected'> | undefined> {
  const known = await look(deps, all);
  const blocked = await deps.areBlocked(
    all.map(({ row }) => {
      const keys = lookupKeys(row);
      const owner = keys.map((key) => known.identities.get(key)).find((each) => each !== undefined && !each.former);
      return { identityHashes: keys.map((key) => hashed(deps.pepper, key)), contactId: owner?.contactId ?? null };
    }),
  );
  const rows = all.filter((_, index) => !blocked[index]);
  const passedOver = all
    .filter((_, index) => blocked[index])
    .map(({ line }) => ({ line, outcome: 'unchanged' as const }));
  const plan = planImport(rows, known, { now, newId: () => timeId(now) as ContactId, pepper: deps.pepper });
  const consents = await consentOps(plan, deps);
  const ops = [...plan.ops, ...consents.ops];
  if (ops.length > 0 && (await deps.engine.commit(ops)) === 'conflict') return undefined;
  return { rejected: plan.rejected, rows: [...consents.rows, ...passedOver] as readonly PlannedRow[] };
}

/** A consent that the ledger did not know yet is an update of the row, too. */
async function consentOps(
  plan: ImportPlan,
  deps: ImportDeps,
): Promise<{ readonly ops: readonly Op[]; readonly rows: readonly PlannedRow[] }> {
  const asking = plan.rows.flatMap((row) => {
    const contact = plan.contacts.get(row.contactId);
    return row.consent && contact
      ? [{ row, request: { contactId: contact.id, personKey: contact.personKey, consent: row.consent } }]
      : [];
  });
  const answers = await deps.recordConsents(asking.map(({ request }) => request));
  const changed = new Set(asking.flatMap(({ row }, index) => (answers[index]?.changes ? [row] : [])));
  const rows = plan.rows.map((row) =>
    changed.has(row) && row.outcome === 'unchanged' ? { ...row, outcome: 'updated' as const } : row,
  );
  return { ops: answers.flatMap((answer) => answer.ops), rows };
}

async function look({ engine, pepper }: ImportDeps, rows: readonly ReadRow[]): Promise<ImportKnown> {
  const found = await engine.getMany(identities, [...new Set(rows.flatMap(({ row }) => lookupKeys(row)))]);
  const byKey = new Map(found.map((row) => [row.id, row]));
  const strangers = rows.filter(({ row }) => !lookupKeys(row).some((key) => byKey.get(key)?.former === false));
  const keys = [...new Set(strangers.flatMap(({ row }) => personKeyOf(pepper, senderOf(row)) ?? []))];
  const [survivors, owners, left] = await Promise.all([
    survivorsOf(engine, [...new Set(found.map((row) => row.contactId))]),
    keys.length === 0 ? [] : engine.find(contacts, { where: { personKey: { in: keys } }, limit: keys.length }),
    engine.getMany(aliases, keys),
  ]);
  const takenKeys = new Set<string>([...owners.map((row) => row.personKey), ...left.map((row) => row.id)]);
  return { identities: byKey, contacts: survivors, takenKeys };
}
