import type { Files } from './files.js';
import type { AnyRow, AnyTable, Migration, Table } from './table.js';

/** The write that a change comes down to. A commit is a list of them, all or none. Built by `insert`, `set`, `put`, `remove`. */
export type Op =
  /** Add if absent. `conflict`: a row that is there makes the whole commit a conflict; `keep`: it stays as it is. */
  | { readonly op: 'insert'; readonly table: AnyTable; readonly row: AnyRow; readonly ifExists: 'conflict' | 'keep' }
  /** Compare and set: the row must be there with all of `when`; otherwise the whole commit is a conflict, or this op is skipped. */
  | {
      readonly op: 'set';
      readonly table: AnyTable;
      readonly id: string;
      readonly set: Readonly<Record<string, unknown>>;
      readonly when: Readonly<Record<string, unknown>>;
      readonly otherwise: 'conflict' | 'skip';
    }
  /** The row as given, whatever was there. */
  | { readonly op: 'put'; readonly table: AnyTable; readonly row: AnyRow }
  | { readonly op: 'remove'; readonly table: AnyTable; readonly id: string };

export const insert = <Row extends AnyRow>(
  table: Table<Row>,
  row: Row,
  ifExists: 'conflict' | 'keep' = 'conflict',
): Op => ({
  op: 'insert',
  table,
  row,
  ifExists,
});
export const set = <Row extends AnyRow>(
  table: Table<Row>,
  id: string,
  patch: Partial<Omit<Row, 'id'>>,
  when: Partial<Row> = {},
  otherwise: 'conflict' | 'skip' = 'conflict',
): Op => ({
  op: 'set',
  table,
  id,
  set: patch as Record<string, unknown>,
  when: when as Record<string, unknown>,
  otherwise,
});
export const put = <Row extends AnyRow>(table: Table<Row>, row: Row): Op => ({ op: 'put', table, row });
export const remove = (table: AnyTable, id: string): Op => ({ op: 'remove', table, id });

/** A condition on one column. A bare value means "equals"; null means "is absent". JSON and bytes can only be asked whether they are
 *  there. */
export type Condition<Value> =
  | Value
  | { readonly in: readonly Value[] }
  | { readonly notIn: readonly Value[] }
  | { readonly lt?: Value; readonly lte?: Value; readonly gt?: Value; readonly gte?: Value }
  | { readonly not: null };
export type Where<Row> = { readonly [Field in keyof Row]?: Condition<Row[Field]> };
export type Query<Row> = {
  readonly where: Where<Row>;
  readonly orderBy?: readonly (readonly [keyof Row & string, 'asc' | 'desc'])[];
  /** Always stated: no read is without a limit. */
  readonly limit: number;
};

export type Patch<Row> = { readonly id: string; readonly set: Partial<Omit<Row, 'id'>>; readonly when?: Partial<Row> };

/** A patch whose condition says more than "equals". */
export type WherePatch<Row> = Omit<Patch<Row>, 'when'> & { readonly when: Where<Row> };

/** What would be appended, and what it comes to where that can be written at once. */
export type PatchOrRow<Patched, Row> = {
  readonly patch: WherePatch<Patched> | undefined;
  readonly row: () => Row;
};

export type CommitOutcome = 'committed' | 'conflict';

/** The store cannot take or give anything now: it is down, full, locked, or has too much waiting. It heals by itself. A write that ended
 *  so may have been made all the same (its answer was lost): to be told by reading, or by doing it again, which is safe. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** A right to do something alone, granted by the store for a while. */
export type Lease = {
  readonly name: string;
  /** Grows with every holder: a write of an earlier holder can be told by it. */
  readonly fence: number;
  /** How much is left by this process's monotonic clock, counted from before the last renewal was asked for; ≤ 0 when lost. */
  remainingMs(): number;
};

/** A store: SQLite or MongoDB. It knows tables and ops, and no capability. All times are ms; all methods may throw `StoreUnavailable`. */
export interface Engine {
  readonly kind: 'sqlite' | 'mongodb';
  readonly files: Files;

  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined>;
  /** In no order; ids that are not there are left out. At most 1,000 ids. */
  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Promise<Row[]>;
  /** Only these columns of them: reading costs by the column, and a fold of statuses needs a third of a message's. */
  getMany<Row extends AnyRow, Field extends keyof Row & string>(
    table: Table<Row>,
    ids: readonly string[],
    fields: readonly Field[],
  ): Promise<Pick<Row, Field>[]>;
  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]>;
  count<Row extends AnyRow>(table: Table<Row>, where: Where<Row>): Promise<number>;

  /** Append: adds the rows that are not there yet. Durable once resolved; grouped with its neighbours over a few ms.
   *  @returns how many were new */
  append<Row extends AnyRow>(table: Table<Row>, rows: readonly Row[]): Promise<number>;
  /** As `append`, but of each item the patch alone is written if its row is there and meets the `when`. Only where one process writes
   *  (SQLite): elsewhere it would be one more journey to the store, and absent. */
  patchOrAppend?<Patched extends AnyRow, Row extends AnyRow>(
    patched: Table<Patched>,
    table: Table<Row>,
    items: readonly PatchOrRow<Patched, Row>[],
  ): Promise<{ readonly patched: number; readonly added: number }>;

  /** All or none, in their order; durable once it resolves `committed`. Grouped; `serial` (a person's key) keeps two commits of one
   *  person out of one group. A value that must be unique and is another row's makes it a conflict too. */
  commit(ops: readonly Op[], serial?: string): Promise<CommitOutcome>;

  /** Bulk command: each patch by itself, in no order, idempotent; a row at most once; nothing that must be unique is patched.
   *  @returns ids of the rows that were there and met their `when`, in the order given */
  patchMany<Row extends AnyRow>(table: Table<Row>, patches: readonly Patch<Row>[]): Promise<string[]>;
  /** @returns how many went */
  removeMany(table: AnyTable, ids: readonly string[]): Promise<number>;

  /** Takes or renews a lease for `forMs`; undefined while somebody else holds it. On SQLite always granted: the process lock is the lease. */
  lease(name: string, holder: string, forMs: number): Promise<Lease | undefined>;
  release(name: string, holder: string): Promise<void>;

  /** Writes a row of its own: proves that the store can be written now. */
  check(): Promise<void>;
  /** Overwrites what was deleted where it still stands in the store's files, as far as they are ours (SQLite's log and the gaps of its
   *  pages; MongoDB's files and its oplog are the operator's).
   *  @returns false while somebody reads from them (a backup): to be asked again */
  scrub(): Promise<boolean>;
  migrate(migrations: readonly Migration[]): Promise<void>;
  close(): Promise<void>;
}

/** Bulk commands go in slices of this many rows, so that nothing holds the main thread longer than about 10 ms (DESIGN §2). */
export const SLICE = 250;

/** Cuts a list into slices. */
export function* slices<Item>(items: readonly Item[], size = SLICE): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
