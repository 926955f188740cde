import type { BulkOperation, Document } from './mongo-driver.js';
import type { Op } from './engine.js';
import { documentOf, filterOf, plainOf } from './mongo-documents.js';
import type { AnyTable } from './table.js';

/** One collection's share of a group of commits. Each of `strict` must hit exactly one document, else the group met a conflict. */
export type CollectionWrites = {
  readonly table: AnyTable;
  readonly strict: readonly BulkOperation[];
  readonly lenient: readonly BulkOperation[];
};

/** Ops as one `bulkWrite` per collection. A lone duplicate would abort the whole transaction, so "add if absent" is an upsert that
 *  sets only on insert; "add or conflict" is meant to abort. */
export function groupOps(ops: readonly Op[]): CollectionWrites[] {
  const byTable = new Map<AnyTable, { strict: BulkOperation[]; lenient: BulkOperation[] }>();
  for (const op of ops) {
    let writes = byTable.get(op.table);
    if (!writes) byTable.set(op.table, (writes = { strict: [], lenient: [] }));
    const strict = (op.op === 'set' && op.otherwise === 'conflict') || (op.op === 'insert' && op.ifExists === 'conflict');
    writes[strict ? 'strict' : 'lenient'].push(operationOf(op));
  }
  return [...byTable].map(([table, writes]) => ({ table, ...writes }));
}

function operationOf(op: Op): BulkOperation {
  switch (op.op) {
    case 'insert': {
      const document = documentOf(op.table, op.row);
      if (op.ifExists === 'conflict') return { insertOne: { document } };
      return { updateOne: { filter: filterOf({ id: op.row.id }), update: { $setOnInsert: document }, upsert: true } };
    }
    case 'set':
      return { updateOne: { filter: filterOf({ ...op.when, id: op.id }), update: { $set: plainOf(op.table, op.set) } } };
    case 'put':
      return { replaceOne: { filter: filterOf({ id: op.row.id }), replacement: documentOf(op.table, op.row), upsert: true } };
    case 'remove':
      return { deleteOne: { filter: filterOf({ id: op.id }) } };
  }
}
