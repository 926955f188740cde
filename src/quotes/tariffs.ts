import { z } from 'zod';
import { localTime } from '../calendar/zoned-time.js';

/* What a segment and a WhatsApp message cost, from which day on. The prices stand in `templates/tariffs.json`, or in the file that
 * TARIFFS_FILE names; all of them are checked at the start. Of each table the newest entry that has begun is in force, by the
 * calendar of the company's time zone.
 *
 * A segment has one price per kind of traffic, whatever the volume: a step "from 100,000 on all of them cheaper" would make a somewhat larger
 * mailing cost less than a smaller one, and no price could be told for a line. */

export const TRAFFICS = ['service', 'transactional', 'advertising'] as const;
export type Traffic = (typeof TRAFFICS)[number];

/** Meta's categories: a UTILITY or a MARKETING template, and `service`, a free-form message inside the customer service window. */
export const CATEGORIES = ['utility', 'marketing', 'service'] as const;
export type Category = (typeof CATEGORIES)[number];

const kopecks = z
  .int({ error: 'has to be a whole number of kopecks' })
  .min(0, { error: 'cannot be negative' })
  .max(1_000_000, { error: 'has to be 1000000 kopecks at the most' });
const effectiveFrom = z.iso.date({ error: 'has to be a day such as 2026-01-31' });

const SmsTariff = z.strictObject({
  effectiveFrom,
  pricePerSegmentKopecks: z.strictObject({ service: kopecks, transactional: kopecks, advertising: kopecks }),
});
const WhatsAppPrices = z.strictObject({
  effectiveFrom,
  pricePerMessageKopecks: z.strictObject({ utility: kopecks, marketing: kopecks, service: kopecks }),
  /** So many messages of the category `service` a month cost nothing. */
  freeServiceMessages: z.int().min(0).max(1_000_000_000),
});

const table = <Entry extends z.ZodType<{ effectiveFrom: string }>>(entry: Entry) =>
  z
    .array(entry)
    .min(1, { error: 'has to have an entry' })
    .max(1000)
    .refine((entries) => new Set(entries.map((one) => one.effectiveFrom)).size === entries.length, {
      error: 'has two entries for one day',
    });

const Tariffs = z.strictObject({
  /** For whoever edits the file. */
  about: z.array(z.string()).optional(),
  sms: table(SmsTariff),
  whatsapp: table(WhatsAppPrices),
});
export type Tariffs = z.output<typeof Tariffs>;

/** The prices of one day. */
export type Prices = {
  readonly sms: z.output<typeof SmsTariff>;
  readonly whatsapp: z.output<typeof WhatsAppPrices>;
};

/** Checks what a tariff file holds.
 *  @param day today: something has to be in force by then
 *  @returns the tariffs, or everything that is wrong with them, a line each */
export function readTariffs(
  file: unknown,
  day: string,
):
  | { readonly kind: 'tariffs'; readonly tariffs: Tariffs }
  | { readonly kind: 'faults'; readonly faults: readonly string[] } {
  const parsed = Tariffs.safeParse(file);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`);
    return { kind: 'faults', faults };
  }
  const faults = (['sms', 'whatsapp'] as const)
    .filter((name) => parsed.data[name].every((entry) => entry.effectiveFrom > day))
    .map((name) => `${name}: has no entry that is in force today`);
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'tariffs', tariffs: parsed.data };
}

/** @param day YYYY-MM-DD; before the first entry begins it is the first */
export const pricesOn = (tariffs: Tariffs, day: string): Prices => ({
  sms: inForce(tariffs.sms, day),
  whatsapp: inForce(tariffs.whatsapp, day),
});

function inForce<Entry extends { readonly effectiveFrom: string }>(entries: readonly Entry[], day: string): Entry {
  const sorted = entries.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  const entry = sorted.findLast((one) => one.effectiveFrom <= day) ?? sorted[0];
  if (!entry) throw new Error('a table of prices without an entry passed its check');
  return entry;
}

/** The day that the calendars of a zone show, YYYY-MM-DD. */
export function dayIn(timeZone: string, at: number): string {
  const { year, month, day } = localTime(at, timeZone);
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
}
