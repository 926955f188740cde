import type { Person } from '../phone/people.js';
import type { ThreadMessage } from '../phone/threads.js';
import { countryOf } from './countries.js';

/** What a message costs is decided when it is accepted and charged when it is delivered (reference §4.2, §4.3). */
export interface Pricing {
  readonly billable: boolean;
  readonly type: 'regular' | 'free_customer_service' | 'free_entry_point';
  readonly category: string;
}

/** Money amounts are a sample, in ten-thousandths of the currency: Meta's own change each quarter and by market. */
export interface Prices {
  currency: string;
  /** by category, then by country; `other` for the rest */
  perMessage: Record<string, Record<string, number>>;
  /** service messages of a number that are free in a calendar month (reference §4.3) */
  freeServicePerMonth: number;
}

export const SAMPLE_PRICES: Prices = {
  currency: 'USD',
  perMessage: {
    marketing: { RU: 802, KZ: 350, US: 250, DE: 1365, other: 604 },
    utility: { RU: 400, KZ: 160, US: 40, DE: 550, other: 77 },
    authentication: { RU: 429, KZ: 160, US: 135, DE: 768, other: 77 },
    service: { RU: 400, KZ: 160, US: 40, DE: 550, other: 77 },
  },
  freeServicePerMonth: 1_000,
};

/** From this day replies and in-window utility templates are charged (reference §0.3). */
export const SERVICE_CHARGED_FROM_MS = Date.UTC(2026, 9, 1);

// The three objects that nearly every message has: made once, not a thousand times a second.
const cache = new Map<string, Pricing>();
function pricing(type: Pricing['type'], category: string): Pricing {
  const key = `${type} ${category}`;
  let known = cache.get(key);
  if (!known) cache.set(key, (known = { billable: type === 'regular', type, category }));
  return known;
}

/** @param category of a template, in lower case; undefined for everything else */
export function pricingOf(person: Person, category: string | undefined, inWindow: boolean, now: number): Pricing {
  if (person.freeEntryUntil > now) return pricing('free_entry_point', category ?? 'service');
  const charged = now >= SERVICE_CHARGED_FROM_MS;
  if (category === undefined) return pricing(charged ? 'regular' : 'free_customer_service', 'service');
  if (category === 'utility' && inWindow && !charged) return pricing('free_customer_service', 'utility');
  return pricing('regular', category);
}

interface Line {
  readonly month: string;
  readonly category: string;
  readonly country: string;
  messages: number;
  free: number;
  amount: number;
}

/** The running bill: one line per month, category and country. */
export class Bill {
  private readonly lines = new Map<string, Line>();
  private readonly serviceInMonth = new Map<string, number>();

  constructor(private readonly prices: () => Prices) {}

  /** A message was delivered. */
  charge(message: ThreadMessage, person: Person, now: number): void {
    if (!message.pricing || message.type === 'reaction') return;
    const { category, type } = message.pricing;
    const month = monthOf(now);
    const country = countryOf(person);
    const key = `${month} ${category} ${country}`;
    let line = this.lines.get(key);
    if (!line) this.lines.set(key, (line = { month, category, country, messages: 0, free: 0, amount: 0 }));
    line.messages += 1;
    if (type !== 'regular' || (category === 'service' && this.isFreeService(month))) line.free += 1;
    else line.amount += this.priceOf(category, country);
  }

  /** @returns the lines and their sum; `amountMinor` is in hundredths of the currency, rounded once, at the end */
  total(): Record<string, unknown> {
    const lines = [...this.lines.values()];
    const minor = (amount: number) => Math.round(amount / 100);
    return {
      currency: this.prices().currency,
      amountMinor: minor(lines.reduce((sum, line) => sum + line.amount, 0)),
      messages: lines.reduce((sum, line) => sum + line.messages, 0),
      lines: lines.map(({ amount, ...line }) => ({ ...line, amountMinor: minor(amount) })),
    };
  }

  clear(): void {
    this.lines.clear();
    this.serviceInMonth.clear();
  }

  private isFreeService(month: string): boolean {
    const before = this.serviceInMonth.get(month) ?? 0;
    this.serviceInMonth.set(month, before + 1);
    return before < this.prices().freeServicePerMonth;
  }

  private priceOf(category: string, country: string): number {
    const byCountry = this.prices().perMessage[category] ?? {};
    return byCountry[country] ?? byCountry['other'] ?? 0;
  }
}

let lastDay = -1;
let lastMonth = '';
/** The calendar month in UTC; the zone Meta counts in is not known (reference §12.8). */
function monthOf(now: number): string {
  const day = Math.floor(now / 86_400_000);
  if (day !== lastDay) {
    lastDay = day;
    lastMonth = new Date(now).toISOString().slice(0, 7);
  }
  return lastMonth;
}
