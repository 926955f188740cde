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
export function loosen<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>> {
  return loosened(schema) as unknown as z.ZodType<z.output<S>>;
}

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
