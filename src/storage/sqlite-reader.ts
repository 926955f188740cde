import type { Query } from './engine.js';
import { fromSql, openDatabase, prepareRows } from './sqlite-binding.js';
import { selectFromSql, selectSql } from './sqlite-sql.js';
import type { AnyRow, AnyTable, Table } from './table.js';

/** Reads a SQLite store beside the server that writes it: one snapshot, as the store was at the first read. */
export type StoreReader = {
  get<Row extends AnyRow>(table: Table<Row>, id: string): Promise<Row | undefined>;
  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Promise<Row[]>;
  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]>;
  close(): void;
};

export function readSqlite(file: string): StoreReader {
  const database = openDatabase(file, { readOnly: true });
  database.exec('BEGIN');
  const all = (table: AnyTable, query: Query<Record<string, unknown>>): AnyRow[] => {
    const columns = Object.entries(table.columns);
    const bound = selectSql(table, query, selectFromSql(table, Object.keys(table.columns)));
    return prepareRows(database, bound.sql)
      .all(...bound.values)
      .map(
        (values) =>
          Object.fromEntries(
            columns.map(([name, { type }], index) => [name, fromSql(type, values[index])]),
          ) as unknown as AnyRow,
      );
  };
  const find = <Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Row[] =>
    all(table, query as unknown as Query<Record<string, unknown>>) as unknown as Row[];
  const byIds = <Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Row[] =>
    ids.length === 0
      ? []
      : find(table, { where: { id: { in: [...ids] } }, limit: ids.length } as unknown as Query<Row>);
  return {
    get: (table, id) => Promise.resolve(byIds(table, [id])[0]),
    getMany: (table, ids) => Promise.resolve(byIds(table, ids)),
    find: (table, query) => Promise.resolve(find(table, query)),
    close: () => database.close(),
  };
}
