import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';

// Meta sends the same member now as a number, now as a string (reference §1.5, §2.8, §5).
const looseString = z.union([
  z.string(),
  z.number().transform(String),
  z.instanceof(LosslessNumber).transform((number) => number.value),
]);
const looseNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d{1,15}(\.\d{1,15})?\s*$/)
    .transform(Number),
]);
const looseBoolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

/** The same schema, lenient: numbers may come as strings and strings as numbers, an optional member that makes no sense is
 *  taken as absent, a list loses its bad items and keeps the good ones, extra members are ignored.
 *  So that the schemas of whatsapp-cloud-api-types stay the source of names and types while reality may differ. */
export function loosen<S extends z.ZodType>(schema: S): Loose<z.output<S>> {
  const lenient = loosened(schema) as unknown as z.ZodType<z.output<S>>;
  const plain = plainReader(schema);
  return {
    safeParse(item) {
      const read = plain?.(item);
      return read === undefined ? lenient.safeParse(item) : { success: true, data: read as z.output<S> };
    },
  };
}

/** What reads one shape of Meta's. */
export type Loose<Output> = {
  safeParse(
    item: unknown,
  ): { readonly success: true; readonly data: Output } | { readonly success: false; readonly data?: undefined };
};

/** Reads what needs no leniency, as nearly all that Meta sends: each member has the very type that the schema names. Undefined for anything
 *  else, which then goes the long way; at 4,000 webhooks a second the short one saves a tenth of their cost. */
type PlainReader = (item: unknown) => unknown;

function plainReader(schema: unknown): PlainReader | undefined {
  if (schema instanceof z.ZodString) return ofType('string');
  if (schema instanceof z.ZodNumber) return (item) => (Number.isFinite(item) ? item : undefined);
  if (schema instanceof z.ZodBoolean) return ofType('boolean');
  if (!(schema instanceof z.ZodObject)) return undefined;
  const members: { name: string; isOptional: boolean; read: PlainReader | undefined }[] = Object.entries(
    schema.shape as Record<string, unknown>,
  ).map(([name, member]) => {
    const isOptional = member instanceof z.ZodOptional;
    return { name, isOptional, read: plainReader(isOptional ? member.unwrap() : member) };
  });
  return (item) => {
    if (typeof item !== 'object' || item === null || Object.getPrototypeOf(item) !== Object.prototype) return undefined;
    const record: Record<string, unknown> = {};
    for (const { name, isOptional, read } of members) {
      const value = (item as Record<string, unknown>)[name];
      if (value === undefined && isOptional) continue;
      const member = read?.(value);
      if (member === undefined) return undefined;
      record[name] = member;
    }
    return record;
  };
}

const ofType =
  (type: 'string' | 'boolean'): PlainReader =>
  (item) =>
    typeof item === type ? item : undefined;

function loosened(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodString) return looseString;
  if (schema instanceof z.ZodNumber) return looseNumber;
  if (schema instanceof z.ZodBoolean) return looseBoolean;
  if (schema instanceof z.ZodOptional) return loosened(schema.unwrap()).optional().catch(undefined);
  if (schema instanceof z.ZodArray) {
    const element = loosened(schema.element);
    return z.array(z.unknown()).transform((items) =>
      items.flatMap((item) => {
        const read = element.safeParse(item);
        return read.success ? [read.data] : [];
      }),
    );
  }
  if (schema instanceof z.ZodObject) {
    return z.object(Object.fromEntries(Object.entries(schema.shape).map(([name, member]) => [name, loosened(member)])));
  }
  return schema as z.ZodType;
}
