import { testsOf } from './conditions.js';
import type { Where } from './engine.js';
import { columnOf, storable } from './row-values.js';
import { toSql, type SqlValue } from './sqlite-binding.js';
import { encodeCell } from './sqlite-rows.js';
import { literal, quote, testSql, type Bound } from './sqlite-sql.js';
import type { AnyTable, ColumnType } from './table.js';

/** Updates of single rows as SQL, made for every status and several times a message: what a declaration says of its columns is looked up
 *  once a table, and a text that is made of the same pieces is put together once. */

export type BoundUpdate = Bound & {
  readonly id: string;
  /** The place of the id among the values; what comes before it is set, what comes after it is compared. */
  readonly idAt: number;
};

type Piece = {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
  readonly set: string;
  readonly isNull: string;
  readonly equals: string;
  /** By the values that partial indexes are declared with: SQLite uses such an index only when it sees the value itself. */
  readonly literals: ReadonlyMap<unknown, string>;
};
type Pieces = { readonly start: Text; readonly of: (field: string) => Piece };

/** Far more than there are ways to write to a table; beyond it texts are made anew. */
const MOST_TEXTS = 500;

/** A text, and those that go on from it. */
class Text {
  readonly sql: string;
  readonly #longer = new Map<string, Text>();

  constructor(sql: string) {
    this.sql = sql;
  }

  then(piece: string): Text {
    const known = this.#longer.get(piece);
    if (known) return known;
    const longer = new Text(this.sql + piece);
    if (this.#longer.size < MOST_TEXTS) this.#longer.set(piece, longer);
    return longer;
  }
}

const piecesOfTables = new WeakMap<AnyTable, Pieces>();

function piecesOf(table: AnyTable): Pieces {
  let pieces = piecesOfTables.get(table);
  if (!pieces) piecesOfTables.set(table, (pieces = makePieces(table)));
  return pieces;
}

function makePieces(table: AnyTable): Pieces {
  const byField = new Map<string, Piece>();
  for (const field of Object.keys(table.columns)) {
    const { type, optional = false } = columnOf(table, field);
    const name = quote(field);
    const declared = table.indexes
      .map(({ where }) => (where as Record<string, unknown> | undefined)?.[field])
      .filter((value) => value !== undefined && value !== null);
    byField.set(field, {
      ...{ name: field, type, optional },
      set: `${name} = ?`,
      isNull: ` AND ${name} IS NULL`,
      equals: ` AND ${name} = ?`,
      literals: new Map(declared.map((value) => [value, ` AND ${name} = ${literal(type, value)}`])),
    });
  }
  return {
    start: new Text(`UPDATE ${quote(table.name)} SET `),
    of: (field) => {
      const piece = byField.get(field);
      if (!piece) columnOf(table, field); // says what is wrong with it
      return piece as Piece;
    },
  };
}

/** @throws TypeError when it sets nothing, the id, a column that is not there, or a value that the column cannot hold */
export function updateSql(
  table: AnyTable,
  id: string,
  set: Readonly<Record<string, unknown>>,
  when: Where<Record<string, unknown>>,
): BoundUpdate {
  const pieces = piecesOf(table);
  const values: SqlValue[] = [];
  let text = pieces.start;
  for (const field of Object.keys(set)) {
    const value = set[field];
    if (value === undefined) continue;
    if (field === 'id') throw new TypeError(`the id of a row of ${table.name} cannot be changed`);
    const { name, type, optional, set: piece } = pieces.of(field);
    if (values.length > 0) text = text.then(', ');
    text = text.then(piece);
    values.push(encodeCell(table, name, type, optional, value));
  }
  const idAt = values.length;
  if (idAt === 0) throw new TypeError(`a change of ${table.name} sets nothing`);
  text = text.then(OF_ONE);
  values.push(toSql('text', storable(table, 'id', id)));
  for (const field of Object.keys(when)) text = compared(table, pieces.of(field), when[field], text, values);
  return { id, idAt, sql: text.sql, values };
}

/** What nearly every comparison is, is told at once; the rest, and everything wrong, goes the long way. */
function compared(table: AnyTable, piece: Piece, value: unknown, text: Text, values: SqlValue[]): Text {
  if (value === undefined) return text;
  if (value === null) return text.then(piece.isNull);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (isPlain && piece.type !== 'json' && piece.type !== 'blob') {
    const bound = encodeCell(table, piece.name, piece.type, piece.optional, value);
    const known = piece.literals.get(value);
    if (known !== undefined) return text.then(known);
    values.push(bound);
    return text.then(piece.equals);
  }
  let longer = text;
  for (const [field, test] of testsOf(table, { [piece.name]: value }))
    longer = longer.then(` AND ${testSql(table, field, test, values)}`);
  return longer;
}

const OF_ONE = ' WHERE "id" = ?';
const OF_MANY = ' WHERE "id" IN (SELECT value FROM json_each(?))';
/** Fewer than these are written as fast one by one. */
const MANY = 4;

/** Updates that set and compare the same, as one statement that returns the ids of the rows it changed; undefined when they differ. */
export function manyAtOnce(updates: readonly BoundUpdate[]): Bound | undefined {
  const [first] = updates;
  if (!first || updates.length < MANY) return undefined;
  const ids: SqlValue[] = [];
  for (const { sql, values, idAt } of updates) {
    if (sql !== first.sql || typeof values[idAt] !== 'string') return undefined; // JSON has no bytes
    for (let at = 0; at < values.length; at += 1) if (at !== idAt && values[at] !== first.values[at]) return undefined;
    ids.push(values[idAt]);
  }
  return {
    sql: `${first.sql.replace(OF_ONE, OF_MANY)} RETURNING "id"`,
    values: first.values.with(first.idAt, JSON.stringify(ids)),
  };
}
