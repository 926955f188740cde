/** How a table is declared: once, for both engines. The declaration is also the register of personal data: erase, export, purge and
 *  transfer run from it and know no table by name (DESIGN §2 "Register of personal data"). */

export type ColumnType = 'text' | 'integer' | 'real' | 'boolean' | 'json' | 'blob';

export type Column = {
  readonly type: ColumnType;
  /** May hold null. */
  readonly optional?: true;
  /** What personal data it is, in a word or two. A column without it holds none. */
  readonly personal?: string;
};

export type Index<Row> = {
  readonly fields: readonly (keyof Row & string)[];
  readonly unique?: true;
  /** A partial index: only the rows whose fields have these values. */
  readonly where?: Partial<Row>;
};

/** Every row has an `id`: SQLite's primary key, MongoDB's `_id` (so that a collection can be sharded by hashed `_id`). */
export type AnyRow = { readonly id: string };

export type Table<Row extends AnyRow> = {
  readonly name: string;
  /** The folder that owns it. */
  readonly owner: string;
  readonly columns: { readonly [Field in keyof Row & string]: Column };
  readonly indexes: readonly Index<Row>[];
  /** Whose row it is: the column that holds the contact's id or the person's key; null where rows belong to nobody. */
  readonly person: { readonly contactId: keyof Row & string } | { readonly personKey: keyof Row & string } | null;
  /** What an erasure does with the person's rows: delete them, blank these columns, or keep them for the reason given. */
  readonly erase: 'delete' | { readonly blank: readonly (keyof Row & string)[] } | { readonly keep: string };
  /** What "what do you know about me" shows: these columns; an empty list only with a reason. */
  readonly export: readonly (keyof Row & string)[] | { readonly none: string };
  /** When rows go by themselves: the first rule that fits a row counts; or never, for the reason given. */
  readonly retention: Retention<Row> | readonly Retention<Row>[] | { readonly forever: string };
  /** A row may have a file under its id (`Engine.files`): it goes with the row, and moves with it. */
  readonly files?: true;
  /** Rows of a few hundred bytes: SQLite keeps them in the tree of their ids, and so writes one tree less. A table that exists already
   *  stays as it was made. */
  readonly small?: true;
  /** Its rows never leave the machine: `npm run backup` leaves them out (keys whose loss is meant to be final). */
  readonly inBackup?: false;
};

/** So many days after the time in `field` (`bodies`: the setting for message bodies) the row is deleted, or its columns in `blank`
 *  emptied. The purge walks by `field` where an index leads with it, else through the whole table. */
export type Retention<Row> = {
  readonly field: keyof Row & string;
  /** What the field holds: ms; `arrival`: ms times 1000 plus a counter; `timeId`: an id that begins with the time. */
  readonly unit?: 'ms' | 'arrival' | 'timeId';
  readonly days: number | 'bodies';
  readonly blank?: readonly (keyof Row & string)[];
  /** Only rows with these values. */
  readonly only?: Partial<Row>;
};

/** Any table, its row type forgotten: what storage itself handles. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a Table<Row> is invariant in Row; storage treats rows as plain records
export type AnyTable = Table<any>;

/** Declares a table; the identity function, for its types. */
export const defineTable = <Row extends AnyRow>(table: Table<Row>): Table<Row> => table;

/** The same in both engines. */
export const indexName = (table: AnyTable, index: AnyTable['indexes'][number]): string =>
  [
    table.name,
    ...index.fields,
    ...Object.entries(index.where ?? {}).map(([field, value]) => `${field}_${String(value)}`),
  ].join('_');

/** One forward-only step of a capability. It must be safe to run again after it was cut off half-way. */
export type Migration = {
  /** `capability/number`; never changed once released. */
  readonly id: string;
  readonly steps: readonly MigrationStep[];
};

export type MigrationStep =
  /** Makes the table with its indexes, or adds whatever columns and indexes it lacks and drops the indexes it no longer declares. */
  { readonly ensure: AnyTable };
