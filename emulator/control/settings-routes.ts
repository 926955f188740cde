import { z } from 'zod';
import type { Settings } from '../settings.js';
import { route, type Route } from './route.js';
import { TIERS } from '../rules/tier.js';
import { FaultKindBody } from './fault-body.js';
import { CATEGORIES, REASONS } from './template-routes.js';

const ms = z
  .number()
  .int()
  .min(0)
  .max(24 * 60 * 60 * 1000);
const pattern = z.string().max(500).refine(isPattern, 'not a regular expression');

const Review = z.strictObject({
  afterMs: ms.optional(),
  otherwise: z.enum(['approve', 'reject', 'hold']).optional(),
  rules: z
    .array(
      z.strictObject({
        name: pattern.optional(),
        text: pattern.optional(),
        category: z.enum(CATEGORIES).optional(),
        decision: z.enum(['approve', 'reject', 'hold']).optional(),
        reason: z.enum(REASONS).optional(),
        recategorise: z.enum(CATEGORIES).optional(),
      }),
    )
    .max(100)
    .optional(),
});

const chance = z.number().min(0).max(1).optional();
const share = z.number().min(0).max(1000).optional();
const count = z.number().int().min(0).max(1_000_000).optional();

const Tier = z.strictObject({
  enabled: z.boolean().optional(),
  limit: z.union(TIERS.map((limit) => z.literal(limit))).optional(),
  code: z.number().int().min(1).optional(),
  by: z.enum(['answer', 'webhook']).optional(),
  grows: z.boolean().optional(),
  loweredByQuality: z.boolean().optional(),
});
const Marketing = z.strictObject({ cap: z.boolean().optional(), perDay: count, usPaused: z.boolean().optional() });
const Quality = z.strictObject({
  minDelivered: count,
  yellowFrom: share,
  redFrom: share,
  spamFrom: share,
  pausesTemplates: z.boolean().optional(),
});
const Pacing = z.strictObject({
  sample: z.number().int().min(0).max(1_000_000),
  decideMs: ms,
  verdict: z.enum(['quality', 'release', 'drop']),
});
const Prices = z.strictObject({
  currency: z.string().length(3).optional(),
  perMessage: z.record(z.string(), z.record(z.string(), z.number().min(0))).optional(),
  freeServicePerMonth: count,
});
const Links = z.strictObject({
  fetch: z.enum(['loopback', 'all', 'none']).optional(),
  timeoutMs: ms.min(1).optional(),
});
const Chaos = z.strictObject({
  seed: z
    .union([z.string().max(100), z.number()])
    .transform(String)
    .optional(),
  duplicate: chance,
  reorder: chance,
  delay: chance,
  delayMs: ms.optional(),
  drop: chance,
  deaf: chance,
  oddBatches: chance,
  slow: chance,
  slowMs: ms.optional(),
  sends: z
    .array(z.strictObject({ chance: z.number().min(0).max(1), fault: FaultKindBody }))
    .max(50)
    .optional(),
});

const SettingsBody = z.strictObject({
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  webhooks: z.boolean().optional().describe('false: webhooks wait in the queue'),
  webhookConcurrency: z.number().int().min(1).max(1_000).optional(),
  webhookTimeoutMs: ms.min(1).optional(),
  retryScheduleMs: z.array(ms).min(1).max(50).optional(),
  retryForMs: z.number().int().min(0).optional(),
  batchUpTo: z.number().int().min(1).max(1_000).optional(),
  statuses: z
    .strictObject({
      enabled: z.boolean().optional(),
      sentMs: ms.optional(),
      deliveredMs: ms.optional(),
      readMs: ms.optional(),
    })
    .optional(),
  window: z.boolean().optional(),
  windowErrorBy: z.enum(['answer', 'webhook']).optional(),
  pairRate: z.boolean().optional(),
  numberRate: z.boolean().optional(),
  numberPerSecond: z.number().int().min(1).max(1_000_000).optional(),
  tier: Tier.optional().describe('unique people written to first in 24 hours'),
  marketing: Marketing.optional().describe('the cap on marketing per person; none for the United States'),
  quality: Quality.optional().describe('from which share of blocks and reports on quality turns'),
  pacing: Pacing.nullable().optional().describe('a new template: how many go out before the rest is held'),
  testNumbers: z
    .array(z.string().regex(/^\d{5,20}$/))
    .max(5)
    .nullable()
    .optional()
    .describe('the only numbers a test number may write to; null: a live number'),
  prices: Prices.optional().describe('ten-thousandths of the currency, by category and country'),
  links: Links.optional().describe('files sent by link: which are fetched; those that are not are taken on trust'),
  chaos: Chaos.optional().describe('misbehaviour by chance; the same seed does the same again'),
  review: Review.optional().describe(
    'how templates that come in are judged: the first rule that fits, else `otherwise`',
  ),
  templatesAtMost: z.number().int().min(0).max(6_000).optional(),
  tokenExpired: z.boolean().optional().describe('every Graph call is answered 190'),
});

/** The settings; of a group of them, such as `statuses`, only the members that are given change. */
export const settingsRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/settings',
    summary: 'The settings',
    handle: ({ emulator }) => emulator.settings,
  }),
  route({
    method: 'post',
    path: '/settings',
    summary: 'Change some of the settings',
    body: SettingsBody,
    handle: ({ emulator, body }) => {
      change(emulator.settings, body as Partial<Settings>);
      emulator.webhooks.wake();
      return emulator.settings;
    },
  }),
];

function change(settings: Settings, wanted: Record<string, unknown>): void {
  const held = settings as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    if (isGroup(held[name]) && isGroup(value)) Object.assign(held[name], value);
    else held[name] = value;
  }
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'iu') instanceof RegExp;
  } catch {
    return false;
  }
}
