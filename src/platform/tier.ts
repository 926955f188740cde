/** The messaging limit of the portfolio: how many different people may be written to out of their window in 24 hours (reference §7.2). */

/** Unknown means the smallest. */
export const SMALLEST_TIER = 250;

const UNLIMITED = 'TIER_UNLIMITED';

/** Meta tells it as a name or, in older webhooks, as a number (-1: unlimited). @returns the name; undefined for anything else */
export function tierName(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value === -1) return UNLIMITED;
    if (value <= 0) return undefined;
    return value >= 1_000 && value % 1_000 === 0 ? `TIER_${value / 1_000}K` : `TIER_${value}`;
  }
  if (typeof value !== 'string') return undefined;
  const name = value.trim().toUpperCase();
  if (name === '' || name === 'NOT_SET' || name === 'TIER_NOT_SET') return undefined;
  if (/^-?\d{1,9}$/.test(name)) return tierName(Number(name));
  return name.startsWith('TIER_') ? name : `TIER_${name}`;
}

/** How many people that is; `Infinity` without a limit. */
export function tierLimit(tier: string | null | undefined): number {
  const name = tierName(tier) ?? '';
  if (name === UNLIMITED) return Infinity;
  const [, digits, thousands] = /^TIER_(\d{1,6})(K?)$/.exec(name) ?? [];
  if (digits === undefined) return SMALLEST_TIER;
  const limit = Number(digits) * (thousands === 'K' ? 1_000 : 1);
  return limit > 0 ? limit : SMALLEST_TIER;
}
