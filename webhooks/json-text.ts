import { LosslessNumber, parse as parseLossless } from 'lossless-json';

/** What JSON may hold, once parsed here. An integer that a double cannot hold stays as it was written. */
export type JsonObject = { readonly [member: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);

/** A list as a list, nothing as an empty one, and a lone thing as a list of one: Meta's samples have had all three. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

// An unquoted integer of 16 digits or more. It may match inside a text: that costs time, not correctness.
const LONG_INTEGER = /[:,[\s]-?\d{16,}(?:[\s,\]}]|$)/;

const keepLongIntegers = (digits: string): number | LosslessNumber => {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d{16,}$/.test(digits) ? value : new LosslessNumber(digits);
};

/** Parses JSON. Ids beyond 2^53 (Meta sends template ids as numbers: reference §0.2) survive as `LosslessNumber`; the
 *  native parser is ten times faster, so it reads everything that holds no such number.
 *  @returns undefined when it is not JSON; never throws, at any depth (the native parser does not recurse) */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  if (LONG_INTEGER.test(text)) {
    try {
      const options = {
        parseNumber: keepLongIntegers,
        onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue,
      };
      return { value: parseLossless(text, undefined, options) };
    } catch {
      // Nested too deep for it, or not JSON: the native parser decides.
    }
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Deeper than any payload of Meta's (about 12), and far from the end of the stack. */
export const MAX_DEPTH = 100;

/** Writes what `parseJson` read, long integers as they were. What is nested deeper than `MAX_DEPTH` becomes null. */
export function writeJson(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return 'null';
  if (Array.isArray(value)) {
    let items = '';
    for (const item of value) items += (items && ',') + writeJson(item, depth + 1);
    return `[${items}]`;
  }
  let members = '';
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members += `${members && ','}${JSON.stringify(name)}:${writeJson(member, depth + 1)}`;
  }
  return `{${members}}`;
}
