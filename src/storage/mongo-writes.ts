import type { Op, Patch } from './engine.js';
import { documentFilter, documentOf, updateOf } from './mongo-documents.js';
import type { BulkOperation } from './mongo-driver.js';
import { refuseUnique } from './row-values.js';
import type { AnyRow, AnyTable } from './table.js';

/** Ops of one table, as one `bulkWrite`. */
export type Batch = {
  readonly table: AnyTable;
  readonly operations: BulkOperation[];
  /** How many documents it must match, insert or upsert in all, else somebody met a conflict; undefined when that says nothing. */
  mustHit: number | undefined;
};

type Prepared = { readonly op: Op; readonly operation: BulkOperation; readonly counts: boolean };

/** Ops made ready, so that what a caller got wrong is said to that caller alone. */
export type PreparedCommit = { readonly prepared: readonly Prepared[]; readonly rows: readonly string[] };

export function prepareCommit(ops: readonly Op[]): PreparedCommit {
  const prepared = ops.map((op) => ({
    op,
    operation: operationOf(op),
    // Every other op hits exactly one document when it succeeds; these two may rightly hit none.
    counts: !(op.op === 'remove' || (op.op === 'set' && op.otherwise === 'skip')),
  }));
  return { prepared, rows: [...new Set(ops.map(rowOf))] };
}

const rowOf = (op: Op): string => `${op.table.name}/${op.op === 'insert' || op.op === 'put' ? op.row.id : op.id}`;

/** Few batches, one table each. Ops of a table keep their order, but that skippable ones stand in a batch of their own, after the
 *  others where no row is met twice: a bulk answer counts hits and does not say whose they were. */
export function batchesOf(commits: readonly PreparedCommit[]): Batch[] {
  const byTable = new Map<AnyTable, Prepared[]>();
  for (const { prepared } of commits) {
    for (const one of prepared) {
      const ofTable = byTable.get(one.op.table);
      if (ofTable) ofTable.push(one);
      else byTable.set(one.op.table, [one]);
    }
  }
  return [...byTable].flatMap(([table, ops]) => batchesOfTable(table, ops));
}

function batchesOfTable(table: AnyTable, ops: readonly Prepared[]): Batch[] {
  const isSkippable = (one: Prepared) => one.op.op === 'set' && !one.counts;
  const meetsTwice = new Set(ops.map((one) => rowOf(one.op))).size < ops.length;
  const ordered = meetsTwice ? ops : [...ops.filter((one) => !isSkippable(one)), ...ops.filter(isSkippable)];
  const batches: Batch[] = [];
  for (const one of ordered) {
    const skippable = isSkippable(one);
    let batch = batches.at(-1);
    if (!batch || (batch.mustHit === undefined) !== skippable)
      batches.push((batch = { table, operations: [], mustHit: skippable ? undefined : 0 }));
    batch.operations.push(one.operation);
    if (batch.mustHit !== undefined && one.counts) batch.mustHit += 1;
  }
  return batches;
}

/** MongoDB takes an update that changes nothing for a read: two transactions that meet in such a row alone would not conflict. A
 *  commit must write what it depends on, so every compare-and-set counts itself. */
const COUNT_WRITE = { $inc: { _writes: 1 } };

/** A lone duplicate would abort the whole transaction, so "add if absent" is an upsert that sets only on insert; "add or conflict" is
 *  meant to abort. */
function operationOf(op: Op): BulkOperation {
  switch (op.op) {
    case 'insert': {
      const document = documentOf(op.table, op.row);
      if (op.ifExists === 'conflict') return { insertOne: { document } };
      return {
        updateOne: { filter: documentFilter(op.table, op.row.id), update: { $setOnInsert: document }, upsert: true },
      };
    }
    case 'set': {
      const update = { ...updateOf(op.table, op.set), ...COUNT_WRITE };
      return { updateOne: { filter: documentFilter(op.table, op.id, op.when), update } };
    }
    case 'put': {
      const replacement = documentOf(op.table, op.row);
      return { replaceOne: { filter: documentFilter(op.table, op.row.id), replacement, upsert: true } };
    }
    case 'remove':
      return { deleteOne: { filter: documentFilter(op.table, op.id) } };
  }
}

/** A patch that must say whether it matched. A bulk answer counts matches and does not say whose they were, but it names every
 *  operation that failed: so a patch that matches nothing is made to fail, as an insert of a document with another `_id` than the
 *  one asked for, which MongoDB refuses (code 66). */
export const NO_MATCH = 66;

export function patchOperation<Row extends AnyRow>(table: AnyTable, patch: Patch<Row>): BulkOperation {
  const { id, set, when = {} } = patch as Patch<AnyRow>;
  refuseUnique(table, set as Record<string, unknown>);
  const update = { ...updateOf(table, set as Record<string, unknown>), $setOnInsert: { _id: `${id}\0` } };
  return { updateOne: { filter: documentFilter(table, id, when), update, upsert: true } };
}
