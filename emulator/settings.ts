import type { LinkSettings } from './graph/media-link.js';
import type { ReviewSettings } from './graph/templates/review.js';
import { MAX_TEMPLATES } from './graph/templates/template-store.js';
import { RATES } from './limits.js';
import type { QualitySettings } from './rules/feedback.js';
import type { MarketingSettings } from './rules/marketing.js';
import type { PacingSettings } from './rules/pacing.js';
import { SAMPLE_PRICES, type Prices } from './rules/pricing.js';
import type { TierSettings } from './rules/tier.js';
import { calm, type ChaosSettings } from './webhook/chaos.js';

/** What a test or a person at the page may change while the emulator runs. */
export interface Settings {
  webhookUrl: string;
  /** webhooks are sent at all; off, they wait in the queue */
  webhooks: boolean;
  /** POSTs in flight at once */
  webhookConcurrency: number;
  /** how long the server may take to answer a webhook, ms */
  webhookTimeoutMs: number;
  /** pauses between attempts, ms; the last one repeats */
  retryScheduleMs: number[];
  /** a POST older than this is given up (Meta: 36 h or 7 days, reference §1.3) */
  retryForMs: number;
  /** updates put into one POST when they wait at the same time; 1 = each alone */
  batchUpTo: number;
  statuses: { enabled: boolean; sentMs: number; deliveredMs: number; readMs: number };
  window: boolean;
  /** where a send outside the window is refused: in the answer, or accepted and then failed by webhook */
  windowErrorBy: 'answer' | 'webhook';
  pairRate: boolean;
  numberRate: boolean;
  numberPerSecond: number;
  /** unique people written to first, in 24 hours (reference §7.2) */
  tier: TierSettings;
  marketing: MarketingSettings;
  quality: QualitySettings;
  /** null: no pacing */
  pacing: PacingSettings | null;
  /** digits of the only numbers a test number may write to (131030); null: a live number */
  testNumbers: string[] | null;
  prices: Prices;
  /** files that are sent by link */
  links: LinkSettings;
  /** misbehaviour by chance, from a seed */
  chaos: ChaosSettings;
  /** how templates that come in are judged */
  review: ReviewSettings;
  /** templates the account may have: 250 for a business not verified, 6,000 for others (reference §7.1) */
  templatesAtMost: number;
  /** every Graph call is answered 190 */
  tokenExpired: boolean;
}

export const defaultSettings = (webhookUrl: string): Settings => ({
  webhookUrl,
  webhooks: true,
  // A server that groups its writes answers in tens of milliseconds: fewer than this would hold back 3,300 POSTs a second.
  webhookConcurrency: 64,
  webhookTimeoutMs: 10_000,
  retryScheduleMs: [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000],
  retryForMs: 36 * 60 * 60 * 1000,
  batchUpTo: 1,
  statuses: { enabled: true, sentMs: 50, deliveredMs: 300, readMs: 800 },
  window: true,
  windowErrorBy: 'answer',
  pairRate: true,
  numberRate: true,
  numberPerSecond: RATES.numberPerSecond,
  tier: { enabled: true, limit: 10_000, code: 131048, by: 'answer', grows: true, loweredByQuality: false },
  marketing: { cap: true, perDay: 5, usPaused: true },
  quality: { minDelivered: 20, yellowFrom: 0.02, redFrom: 0.05, spamFrom: 0.15, pausesTemplates: true },
  pacing: null,
  testNumbers: null,
  prices: structuredClone(SAMPLE_PRICES),
  links: { fetch: 'loopback', timeoutMs: 10_000 },
  chaos: calm(),
  review: { afterMs: 500, otherwise: 'approve', rules: [] },
  templatesAtMost: MAX_TEMPLATES,
  tokenExpired: false,
});
