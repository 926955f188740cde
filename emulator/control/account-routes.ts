import { z } from 'zod';
import { lookAtQuality, qualityOf, setTier, tell, upgradeThroughput } from '../rules/standing.js';
import { TIERS } from '../rules/tier.js';
import { Refusal, route, type Route } from './route.js';

const Act = z.discriminatedUnion('act', [
  z
    .object({ act: z.literal('quality'), score: z.enum(['GREEN', 'YELLOW', 'RED']).nullable() })
    .describe("the number's quality; null: as people's blocks and reports make it"),
  z.object({ act: z.literal('tier'), limit: z.union(TIERS.map((limit) => z.literal(limit))) }),
  z.object({ act: z.literal('upgradeThroughput') }).describe('a minute of 131057, then 1,000 a second'),
  z
    .object({
      act: z.literal('restrict'),
      code: z.number().int().min(0).describe('what every send is refused with: 131031, 131042, 368, …'),
      details: z.string().max(1_000).optional(),
    })
    .describe('the account is blocked until lifted; account_update goes out'),
  z.object({ act: z.literal('lift') }),
  z
    .object({ act: z.literal('tell'), field: z.string().regex(/^[a-z_]{1,60}$/), value: z.looseObject({}) })
    .describe('any field of the account (account_update, security, phone_number_name_update, …)'),
]);

/** The account as the platform sees it: how it stands, what it costs, what went over the wire. */
export const accountRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/account',
    summary: 'Standing, profile, short links, subscriptions, blocked people, use of the messaging limit',
    handle: ({ emulator }) => ({
      ...emulator.account,
      quality: qualityOf(emulator),
      tier: { limit: emulator.settings.tier.limit, used: emulator.tier.used, peak: emulator.tier.peak },
      feedback: emulator.feedback.sum(),
      stars: emulator.feedback.stars,
    }),
  }),
  route({
    method: 'post',
    path: '/account/act',
    summary: 'What the platform does with the account; the webhook follows where Meta sends one',
    body: Act,
    handle: ({ emulator, body }) => {
      const { standing } = emulator.account;
      switch (body.act) {
        case 'quality':
          standing.quality = body.score;
          lookAtQuality(emulator);
          break;
        case 'tier':
          setTier(emulator, body.limit);
          break;
        case 'upgradeThroughput':
          upgradeThroughput(emulator);
          break;
        case 'restrict':
          standing.blockedBy = { code: body.code, details: body.details ?? 'The business account is restricted.' };
          tell(
            emulator,
            'account_update',
            { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } },
            'restricted',
          );
          break;
        case 'lift':
          standing.blockedBy = null;
          tell(
            emulator,
            'account_update',
            { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } },
            'lifted',
          );
          break;
        case 'tell':
          tell(emulator, body.field, body.value, body.field);
      }
      emulator.snapshot.touch();
      return { quality: qualityOf(emulator), tier: emulator.settings.tier.limit, standing };
    },
  }),
  route({
    method: 'get',
    path: '/bill',
    summary: 'What delivered messages would have cost, by month, category and country, at the prices of the settings',
    handle: ({ emulator }) => emulator.bill.total(),
  }),
  route({
    method: 'post',
    path: '/templates/{id}/pacing',
    summary: 'Decide about held messages of a template now',
    body: z.object({ verdict: z.enum(['release', 'drop']) }),
    handle: ({ emulator, params, body }) => {
      const template = emulator.templates.withId(params['id'] ?? '');
      if (!template) throw new Refusal(404, 'there is no such template');
      return { decided: emulator.pacing.decide(emulator, template, body.verdict) };
    },
  }),
  route({
    method: 'get',
    path: '/messages/{id}/traffic',
    summary: 'The raw request, answer and webhooks of a message (the newest 2,000 messages have theirs)',
    handle: ({ emulator, params }) => ({ items: emulator.traffic.of(params['id'] ?? '') }),
  }),
  route({
    method: 'post',
    path: '/recording',
    summary: 'Begin or end a recording of everything posted to the server',
    body: z.object({ on: z.boolean() }),
    handle: ({ emulator, body }) => {
      if (body.on) emulator.recording.start();
      return { on: emulator.recording.on, posts: body.on ? 0 : emulator.recording.stop().length };
    },
  }),
  route({
    method: 'get',
    path: '/recording',
    summary: 'What was recorded: {atMs, body, answered}, in the order in which it went out',
    handle: ({ emulator }) => ({ on: emulator.recording.on, items: emulator.recording.all() }),
  }),
  route({
    method: 'post',
    path: '/replay',
    summary: 'Post a recording again, at its own pace or faster, signed anew: the last one, or `items` of another run',
    body: z.object({
      items: z
        .array(z.looseObject({ atMs: z.number().min(0), body: z.string().max(3_200_000) }))
        .max(50_000)
        .optional(),
      speed: z.number().min(0.01).max(10_000).optional().describe('2: twice as fast; as fast as it goes when absent'),
    }),
    handle: async ({ emulator, body: { items = emulator.recording.all(), speed } }) => {
      const ordered = [...items].sort((a, b) => a.atMs - b.atMs);
      const answers: (number | null)[] = [];
      const startedAt = performance.now();
      for (const { atMs, body } of ordered) {
        const waitMs = speed === undefined ? 0 : atMs / speed - (performance.now() - startedAt);
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        answers.push((await emulator.webhooks.postRaw(body)).answered);
      }
      return { posted: ordered.length, answers };
    },
  }),
];
