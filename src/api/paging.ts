import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What every list takes: how many, and after which. */
export const pageQuery = z.object({
  limit: z.coerce
    .number({ error: `a whole number from 1 to ${MAX_LIMIT}` })
    .int({ error: `a whole number from 1 to ${MAX_LIMIT}` })
    .min(1, { error: `a whole number from 1 to ${MAX_LIMIT}` })
    .transform((limit) => Math.min(limit, MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .meta({ description: `How many at most; more than ${MAX_LIMIT} counts as ${MAX_LIMIT}.`, example: DEFAULT_LIMIT }),
  after: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'The `next` of the page before.', example: 'k1f8x2m0aQ7d' }),
});

/** What every list answers. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Absent on the last page.' }),
  });

export type Page<Item> = { readonly items: readonly Item[]; readonly next?: string };

/** Cuts a page from rows that were read one too many: the extra one says that there are more. */
export function pageFrom<Row>(rows: readonly Row[], limit: number, cursor: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursor(last) } : { items };
}
