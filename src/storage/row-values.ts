import type { AnyTable, ColumnType } from './table.js';

/** What a column takes, checked before either engine sees it: SQLite would coerce and MongoDB would keep anything at all. */

export const MAX_BYTES = 15 * 1024 * 1024; // a MongoDB document ends at 16 MiB
const MAX_JSON_DEPTH = 50;
const LEAST_REAL = 1e-15;

export const columnOf = (table: AnyTable, field: string): { readonly type: ColumnType; readonly optional?: true } => {
  const column = Object.hasOwn(table.columns, field) ? table.columns[field] : undefined;
  if (!column) throw new TypeError(`table ${table.name} has no column ${field}`);
  return column;
};

/** @returns the value to store, null for an absent one. @throws TypeError that names table and column, and never the value */
export function storable(table: AnyTable, field: string, value: unknown): unknown {
  const column = columnOf(table, field);
  if (value === null || value === undefined) {
    if (column.optional) return null;
    throw new TypeError(`${table.name}.${field} may not be empty`);
  }
  try {
    return checked(column.type, value);
  } catch (error) {
    throw new TypeError(`${table.name}.${field}: ${(error as Error).message}`, { cause: error });
  }
}

function checked(type: ColumnType, value: unknown): unknown {
  switch (type) {
    case 'text':
      if (typeof value !== 'string') throw new TypeError(`a text was expected, not ${kindOf(value)}`);
      if (value.length > MAX_BYTES) throw new TypeError('the text is too long to store');
      return value;
    case 'integer':
      if (!Number.isSafeInteger(value)) throw new TypeError(`an integer was expected, not ${kindOf(value)}`);
      return (value as number) + 0; // -0 becomes 0: the engines differ on it
    case 'real':
      if (!Number.isFinite(value)) throw new TypeError(`a number was expected, not ${kindOf(value)}`);
      // SQLite's binding takes what is so close to zero for the integer 0; then MongoDB shall do so too.
      return Math.abs(value as number) < LEAST_REAL ? 0 : value;
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeError(`true or false was expected, not ${kindOf(value)}`);
      return value;
    case 'json':
      return plainJson(value, 0);
    case 'blob':
      if (!(value instanceof Uint8Array)) throw new TypeError(`bytes were expected, not ${kindOf(value)}`);
      if (value.byteLength > MAX_BYTES) throw new TypeError('there are too many bytes to store');
      return value;
  }
}

/** The value as JSON would give it back. What JSON would change without a word (dates, NaN, holes in a list) is refused. */
function plainJson(value: unknown, depth: number): unknown {
  if (depth > MAX_JSON_DEPTH) throw new TypeError('the JSON is nested too deep');
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('JSON has no such number');
      return value + 0;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return mapped(value, (item) => plainJson(item, depth + 1));
      return plainObject(value, depth);
    default:
      throw new TypeError(`JSON cannot hold ${kindOf(value)}`);
  }
}

function plainObject(value: object, depth: number): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`JSON cannot hold ${kindOf(value)}`);
  let same = true;
  const members: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    // Such names mean something to MongoDB.
    if (key.startsWith('$') || key.includes('\0') || key === '_bsontype')
      throw new TypeError('JSON with a member of that name cannot be stored');
    const plain = member === undefined ? undefined : plainJson(member, depth + 1);
    if (plain !== member || member === undefined) same = false;
    if (plain !== undefined) members.push([key, plain]);
  }
  return same ? value : Object.fromEntries(members);
}

/** As `map`, but the list itself when nothing changed: rows are copied only if they must be. */
function mapped(list: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const item = map(list[index]);
    if (item === list[index]) continue;
    copy ??= [...list];
    copy[index] = item;
  }
  return copy ?? list;
}

const kindOf = (value: unknown): string => {
  if (typeof value === 'number') return 'such a number';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  return `a ${(value.constructor as { name?: string } | undefined)?.name ?? 'object'}`;
};

/** What rows written before the column came to be hold in it: nothing, or the type's own zero. */
export const emptyValue = (table: AnyTable, field: string): unknown => {
  const column = columnOf(table, field);
  if (column.optional) return null;
  return { text: '', integer: 0, real: 0, boolean: false, json: null, blob: new Uint8Array(0) }[column.type];
};

/** Fields of a patch with their values. @throws TypeError on an empty one: a commit must write what it depends on (DESIGN §2) */
export function patchValues(table: AnyTable, patch: Readonly<Record<string, unknown>>): [string, unknown][] {
  const values: [string, unknown][] = [];
  for (const [field, value] of Object.entries(patch))
    if (value !== undefined) values.push([field, storable(table, field, value)]);
  if (values.length === 0) throw new TypeError(`a change of ${table.name} sets nothing`);
  if (values.some(([field]) => field === 'id'))
    throw new TypeError(`the id of a row of ${table.name} cannot be changed`);
  return values;
}

/** For bulk patches, whose rows stand alone: one that met a taken value could only be half an answer. */
export function refuseUnique(table: AnyTable, patch: Readonly<Record<string, unknown>>): void {
  for (const index of table.indexes) {
    if (!index.unique) continue;
    const field = [...index.fields, ...Object.keys(index.where ?? {})].find((name) => patch[name] !== undefined);
    if (field) throw new TypeError(`${table.name}.${field} belongs to a unique index: change it in a commit`);
  }
}
