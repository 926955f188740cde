import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GREATEST, quoteFor, shareOut, type Quote, type QuoteRequest } from './quote.js';
import { measureLength } from './segments.js';
import type { Prices } from './tariffs.js';

const pricesOf = (service: number, transactional: number, advertising: number): Prices => ({
  sms: { effectiveFrom: '2026-01-01', pricePerSegmentKopecks: { service, transactional, advertising } },
  whatsapp: {
    effectiveFrom: '2026-10-01',
    pricePerMessageKopecks: { utility: 360, marketing: 720, service: 360 },
    freeServiceMessages: 1000,
  },
});
const PRICES = pricesOf(420, 380, 640);

const request: QuoteRequest = {
  subscribers: 10_000,
  mailingsPerMonth: 4,
  message: measureLength('cyrillic', 120),
  servicePercent: 20,
  transactionalPercent: 30,
};
const quoted = (changes: Partial<QuoteRequest> = {}, prices = PRICES): Quote => {
  const quote = quoteFor({ ...request, ...changes }, prices);
  assert.ok(quote);
  return quote;
};

const shares = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([a, b]) => ({ servicePercent: a, transactionalPercent: Math.min(b, 100 - a) }));
const message = fc
  .tuple(fc.constantFrom('cyrillic', 'latin', 'mixed'), fc.integer({ min: 1, max: 5000 }))
  .map(([alphabet, characters]) => measureLength(alphabet, characters));
const anyRequest: fc.Arbitrary<QuoteRequest> = fc
  .record({
    subscribers: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: GREATEST })),
    mailingsPerMonth: fc.integer({ min: 1, max: 500 }),
    message,
    shares,
  })
  .map(({ shares: both, ...rest }) => ({ ...rest, ...both }));
const price = fc.integer({ min: 0, max: 1000 });
const anyPrices = fc.tuple(price, price, price).map((three) => pricesOf(...three));

describe('A quote', () => {
  it('is worked out as on paper', () => {
    assert.deepEqual(quoted(), {
      encoding: 'UCS-2',
      segmentsPerMessage: 2,
      advertisingPercent: 50,
      lines: [
        { traffic: 'service', segments: 16_000, pricePerSegmentKopecks: 420, costKopecks: 6_720_000 },
        { traffic: 'transactional', segments: 24_000, pricePerSegmentKopecks: 380, costKopecks: 9_120_000 },
        { traffic: 'advertising', segments: 40_000, pricePerSegmentKopecks: 640, costKopecks: 25_600_000 },
      ],
      totalKopecks: 41_440_000,
      allAdvertisingKopecks: 51_200_000,
      benefitKopecks: 9_760_000,
      whatsapp: {
        estimate: true,
        currency: 'RUB',
        effectiveFrom: '2026-10-01',
        messages: 40_000,
        lines: [
          {
            traffic: 'service',
            category: 'utility',
            messages: 8000,
            pricePerMessageKopecks: 360,
            costKopecks: 2_880_000,
          },
          {
            traffic: 'transactional',
            category: 'utility',
            messages: 12_000,
            pricePerMessageKopecks: 360,
            costKopecks: 4_320_000,
          },
          {
            traffic: 'advertising',
            category: 'marketing',
            messages: 20_000,
            pricePerMessageKopecks: 720,
            costKopecks: 14_400_000,
          },
        ],
        totalKopecks: 21_600_000,
        categories: [
          { category: 'utility', pricePerMessageKopecks: 360, freeMessages: 0, costKopecks: 14_400_000 },
          { category: 'marketing', pricePerMessageKopecks: 720, freeMessages: 0, costKopecks: 28_800_000 },
          { category: 'service', pricePerMessageKopecks: 360, freeMessages: 1000, costKopecks: 14_040_000 },
        ],
      },
    });
  });

  it('has no benefit where all is advertising, and the whole of it where that is dearer', () => {
    const all = quoted({ servicePercent: 0, transactionalPercent: 0 });
    assert.deepEqual([all.benefitKopecks, all.totalKopecks], [0, all.allAdvertisingKopecks]);
    assert.ok(quoted({ servicePercent: 100, transactionalPercent: 0 }).benefitKopecks > 0);
    assert.ok(quoted({}, pricesOf(9, 9, 1)).benefitKopecks < 0);
  });

  it('gives what is left over to the largest remainders, of equal ones to the first', () => {
    assert.deepEqual(shareOut(1n, [50, 50, 0]), [1n, 0n, 0n]);
    assert.deepEqual(shareOut(1n, [33, 33, 34]), [0n, 0n, 1n]);
    assert.deepEqual(shareOut(2n, [33, 33, 34]), [1n, 0n, 1n]);
    assert.deepEqual(shareOut(10n, [25, 25, 50]), [3n, 2n, 5n]);
    assert.deepEqual(shareOut(7n, [0, 0, 100]), [0n, 0n, 7n]);
  });

  it('takes several WhatsApp messages for what one cannot hold, and charges no service message under the free ones', () => {
    const long = quoted({ message: measureLength('latin', 1025) });
    assert.equal(long.whatsapp.messages, 80_000);
    const few = quoted({ subscribers: 10 });
    assert.deepEqual(few.whatsapp.categories[2], {
      category: 'service',
      pricePerMessageKopecks: 360,
      freeMessages: 40,
      costKopecks: 0,
    });
  });

  it('shares out exactly subscribers times mailings times segments, each share within one of its percentage', () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const quote = quoteFor(asked, PRICES);
        if (!quote) return;
        const all = asked.subscribers * asked.mailingsPerMonth * asked.message.segments;
        assert.equal(
          quote.lines.reduce((sum, line) => sum + line.segments, 0),
          all,
        );
        const percents = [asked.servicePercent, asked.transactionalPercent, quote.advertisingPercent];
        quote.lines.forEach(({ segments }, at) => {
          assert.ok(Number.isInteger(segments) && Math.abs(segments - (all * (percents[at] ?? 0)) / 100) < 1);
          if (percents[at] === 0) assert.equal(segments, 0);
        });
        assert.equal(
          percents.reduce((sum, percent) => sum + percent, 0),
          100,
        );
      }),
    );
  });

  it('adds up to the kopeck, whatever the prices', () => {
    fc.assert(
      fc.property(anyRequest, anyPrices, (asked, prices) => {
        const quote = quoteFor(asked, prices);
        if (!quote) return;
        const sum = (lines: readonly { costKopecks: number }[]) =>
          lines.reduce((before, line) => before + line.costKopecks, 0);
        assert.equal(quote.totalKopecks, sum(quote.lines));
        assert.equal(quote.whatsapp.totalKopecks, sum(quote.whatsapp.lines));
        assert.equal(quote.benefitKopecks, quote.allAdvertisingKopecks - quote.totalKopecks);
        for (const line of quote.lines)
          assert.equal(BigInt(line.costKopecks), BigInt(line.segments) * BigInt(line.pricePerSegmentKopecks));
      }),
    );
  });

  it('never has a negative benefit where advertising is dearest', () => {
    fc.assert(
      fc.property(anyRequest, price, price, price, (asked, a, b, more) => {
        const quote = quoteFor(asked, pricesOf(a, b, Math.max(a, b) + more));
        assert.ok(!quote || quote.benefitKopecks >= 0);
      }),
    );
  });

  it('never becomes cheaper with more subscribers, mailings or characters', () => {
    // Where one more segment goes to a cheaper share, another may move there too: by that much, and no more, a line may shrink.
    const slack = 640 * 2;
    fc.assert(
      fc.property(anyRequest, fc.constantFrom('subscribers', 'mailingsPerMonth', 'segments'), (asked, what) => {
        const more =
          what === 'segments'
            ? { ...asked, message: { ...asked.message, segments: asked.message.segments + 1 } }
            : { ...asked, [what]: asked[what] + 1 };
        const [less, greater] = [quoteFor(asked, PRICES), quoteFor(more, PRICES)];
        if (!less || !greater) return;
        assert.ok(greater.allAdvertisingKopecks > less.allAdvertisingKopecks);
        assert.ok(greater.totalKopecks >= less.totalKopecks - slack);
        const added = (greater.allAdvertisingKopecks - less.allAdvertisingKopecks) / 640;
        assert.ok(greater.totalKopecks > less.totalKopecks || added < 4);
      }),
    );
  });

  it('is refused where a sum passes what a JSON number holds exactly, and exact up to there', () => {
    const one = { message: measureLength('latin', 1), servicePercent: 0, transactionalPercent: 0 };
    const most = { ...request, ...one, subscribers: 90_071_992, mailingsPerMonth: GREATEST };
    const penny = pricesOf(1, 1, 1);
    const cheap: Prices = {
      sms: penny.sms,
      whatsapp: {
        ...penny.whatsapp,
        pricePerMessageKopecks: { utility: 1, marketing: 1, service: 1 },
      },
    };
    assert.equal(quoteFor(most, cheap)?.totalKopecks, 9_007_199_200_000_000);
    assert.equal(quoteFor({ ...most, subscribers: 90_071_993 }, cheap), undefined);
    assert.equal(quoteFor({ ...most, subscribers: GREATEST }, PRICES), undefined);
    assert.equal(quoted({ ...one, subscribers: GREATEST, mailingsPerMonth: 30 }).totalKopecks, 1_920_000_000_000);
  });
});
