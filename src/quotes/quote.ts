import { measureLength, measureText, type Alphabet, type Encoding, type MeasuredMessage } from './segments.js';
import { CATEGORIES, TRAFFICS, type Category, type Prices, type Traffic } from './tariffs.js';

/* What a mailing costs a month.
 *
 * Every subscriber gets every mailing, and every mailing takes its segments: that makes the month's segments. They are shared out among
 * service, transactional and advertising traffic, the last being what remains to 100 %, and each share has its price. A segment
 * cannot be split, so the shares are rounded down and the segments left over go to the largest remainders. The benefit ("Выгода") is
 * what is saved against sending all of it as advertising.
 *
 * All is counted in whole kopecks with exact integers; an outcome that a JSON number could not hold exactly is refused, not rounded. */

/** The greatest subscribers, mailings and characters. */
export const GREATEST = 100_000_000;

export type QuoteRequest = {
  readonly subscribers: number;
  readonly mailingsPerMonth: number;
  readonly message: MeasuredMessage;
  readonly servicePercent: number;
  /** With `servicePercent` 100 at the most. */
  readonly transactionalPercent: number;
};

export type QuoteLine = {
  readonly traffic: Traffic;
  readonly segments: number;
  readonly pricePerSegmentKopecks: number;
  readonly costKopecks: number;
};

export type WhatsAppLine = {
  readonly traffic: Traffic;
  readonly category: Category;
  readonly messages: number;
  readonly pricePerMessageKopecks: number;
  readonly costKopecks: number;
};

/** The same mailing on WhatsApp. An estimate: Meta charges what is delivered, by the recipient's country, and not in roubles. */
export type WhatsAppEstimate = {
  readonly estimate: true;
  readonly currency: 'RUB';
  /** Since when these prices hold, YYYY-MM-DD. */
  readonly effectiveFrom: string;
  readonly messages: number;
  /** The same traffic: service and transactional as UTILITY templates, advertising as MARKETING ones. */
  readonly lines: readonly WhatsAppLine[];
  readonly totalKopecks: number;
  /** All of it as one category. */
  readonly categories: readonly {
    readonly category: Category;
    readonly pricePerMessageKopecks: number;
    /** So many of the messages cost nothing. */
    readonly freeMessages: number;
    readonly costKopecks: number;
  }[];
};

export type Quote = {
  readonly encoding: Encoding;
  readonly segmentsPerMessage: number;
  readonly advertisingPercent: number;
  readonly lines: readonly QuoteLine[];
  readonly totalKopecks: number;
  readonly allAdvertisingKopecks: number;
  /** Below zero where advertising is the cheapest traffic. */
  readonly benefitKopecks: number;
  readonly whatsapp: WhatsAppEstimate;
};

/** What a WhatsApp template's body holds (reference §6.6); a longer message takes several. */
const TEMPLATE_CHARACTERS = 1024;

const AS_CATEGORY = {
  service: 'utility',
  transactional: 'utility',
  advertising: 'marketing',
} as const satisfies Record<Traffic, Category>;

/** @returns undefined where a sum passes 2^53 - 1 kopecks, the greatest whole number that every reader of JSON takes exactly */
export function quoteFor(request: QuoteRequest, prices: Prices): Quote | undefined {
  const { subscribers, mailingsPerMonth, message, servicePercent, transactionalPercent } = request;
  let holds = true;
  const exact = (value: bigint): number => {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) holds = false;
    return Number(value);
  };
  const advertisingPercent = 100 - servicePercent - transactionalPercent;
  const percents = [servicePercent, transactionalPercent, advertisingPercent];
  const sent = BigInt(subscribers) * BigInt(mailingsPerMonth);

  const segments = sent * BigInt(message.segments);
  const { pricePerSegmentKopecks: perSegment } = prices.sms;
  const shares = shareOut(segments, percents);
  const costs = TRAFFICS.map((traffic, at) => (shares[at] ?? 0n) * BigInt(perSegment[traffic]));
  const total = sum(costs);
  const allAdvertising = segments * BigInt(perSegment.advertising);

  const quote: Quote = {
    encoding: message.encoding,
    segmentsPerMessage: message.segments,
    advertisingPercent,
    lines: TRAFFICS.map((traffic, at) => ({
      traffic,
      segments: exact(shares[at] ?? 0n),
      pricePerSegmentKopecks: perSegment[traffic],
      costKopecks: exact(costs[at] ?? 0n),
    })),
    totalKopecks: exact(total),
    allAdvertisingKopecks: exact(allAdvertising),
    benefitKopecks: exact(allAdvertising - total),
    whatsapp: onWhatsApp(sent * BigInt(Math.ceil(message.characters / TEMPLATE_CHARACTERS)), percents, prices, exact),
  };
  return holds ? quote : undefined;
}

function onWhatsApp(
  messages: bigint,
  percents: readonly number[],
  { whatsapp: { effectiveFrom, pricePerMessageKopecks, freeServiceMessages } }: Prices,
  exact: (value: bigint) => number,
): WhatsAppEstimate {
  const shares = shareOut(messages, percents);
  const lines = TRAFFICS.map((traffic, at) => {
    const category = AS_CATEGORY[traffic];
    const share = shares[at] ?? 0n;
    return { traffic, category, share, cost: share * BigInt(pricePerMessageKopecks[category]) };
  });
  return {
    estimate: true,
    currency: 'RUB',
    effectiveFrom,
    messages: exact(messages),
    lines: lines.map(({ traffic, category, share, cost }) => ({
      traffic,
      category,
      messages: exact(share),
      pricePerMessageKopecks: pricePerMessageKopecks[category],
      costKopecks: exact(cost),
    })),
    totalKopecks: exact(sum(lines.map(({ cost }) => cost))),
    categories: CATEGORIES.map((category) => {
      const allowance = category === 'service' ? BigInt(freeServiceMessages) : 0n;
      const free = allowance < messages ? allowance : messages;
      return {
        category,
        pricePerMessageKopecks: pricePerMessageKopecks[category],
        freeMessages: exact(free),
        costKopecks: exact((messages - free) * BigInt(pricePerMessageKopecks[category])),
      };
    }),
  };
}

/** Shares whole things out by percents that make 100: everybody gets their part rounded down, and what is left goes one by one to
 *  the largest remainders, of equal ones to the first. */
export function shareOut(things: bigint, percents: readonly number[]): readonly bigint[] {
  const parts = percents.map((percent, at) => {
    const part = things * BigInt(percent);
    return { at, whole: part / 100n, remainder: part % 100n };
  });
  const left = Number(things - sum(parts.map(({ whole }) => whole)));
  const first = parts.toSorted((a, b) => Number(b.remainder - a.remainder)).slice(0, left);
  return parts.map((part) => part.whole + (first.includes(part) ? 1n : 0n));
}

const sum = (values: readonly bigint[]): bigint => values.reduce((before, value) => before + value, 0n);

/** The calculator with the prices of the day, as the dialog is handed it. */
export type Quotes = {
  readonly measureText: (text: string) => MeasuredMessage;
  readonly measureLength: (alphabet: Alphabet, characters: number) => MeasuredMessage;
  readonly quoteFor: (request: QuoteRequest) => Quote | undefined;
};

export const quotesWith = (prices: Prices): Quotes => ({
  measureText,
  measureLength,
  quoteFor: (request) => quoteFor(request, prices),
});
