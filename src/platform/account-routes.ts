import { z } from 'zod';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { set, type Engine, type Op } from '../storage/engine.js';
import { readAccountFigures } from './account-figures.js';
import { numbers, type NumberRow } from './number-table.js';

const AccountHealth = z
  .object({
    quality: z.string().nullable().meta({ example: 'GREEN' }),
    tier: z.string().nullable().meta({ example: 'TIER_1K' }),
    tierUsed: z
      .int()
      .meta({ description: 'People written to out of their window within the last 24 hours.', example: 12 }),
    paused: z.array(z.object({ what: z.string(), why: z.string(), since: isoTime })).meta({
      description: '`number`: nothing leaves. `notices`: only replies do. `template:name:language`: not by this one.',
      example: [{ what: 'number', why: 'token', since: '2026-03-01T09:30:00.000Z' }],
    }),
    tierLimit: z
      .int()
      .nullable()
      .meta({ description: 'How many may be, null for any number; unknown counts as the smallest.', example: 2_000 }),
    templates: z
      .record(z.string(), z.int())
      .meta({ description: 'Languages of templates, by their status at Meta.', example: { APPROVED: 96 } }),
    elsewhere: z.object({ field: z.string(), at: isoTime }).nullable().meta({
      description:
        'The last sign that somebody else answers our customers: Meta’s agent, another app, a colleague on the phone.',
    }),
    tokenValid: z.boolean().nullable(),
    checkedAt: isoTime.nullable(),
  })
  .meta({ id: 'AccountHealth' });

export type AccountRoutesDeps = {
  readonly engine: Engine;
  /** Absent without an account. */
  readonly phoneNumberId: string | undefined;
  readonly now: () => number;
  /** Asks Graph how the number is and writes it down. Best effort: what cannot be learnt stays as it was. */
  readonly refresh: () => Promise<void>;
  /** The writes that lift the hold of a restored store; none when it is not held. */
  readonly releaseHold: () => Promise<readonly Op[]>;
  /** Sending may go on, or has to stop: wakes the dispatcher of this process. */
  readonly resumed: () => void;
};

/** How our number stands with Meta, and the way to let it send again. */
export const accountRoutes = (deps: AccountRoutesDeps): readonly Route[] => {
  const { engine, phoneNumberId } = deps;

  const readNumber = async (): Promise<NumberRow | undefined> =>
    phoneNumberId === undefined ? undefined : engine.get(numbers, phoneNumberId);

  const shown = async (resumed = false): Promise<z.output<typeof AccountHealth>> => {
    const { number, tierUsed, tierLimit, paused, templates } = await readAccountFigures(
      engine,
      phoneNumberId,
      deps.now(),
    );
    // What is lifted by the commit that comes with this answer. A template is Meta's to lift.
    const stands = resumed ? paused.filter(({ what }) => what.startsWith('template:')) : paused;
    return {
      quality: number?.quality ?? null,
      tier: number?.tier ?? null,
      tierUsed,
      tierLimit: Number.isFinite(tierLimit) ? tierLimit : null,
      paused: stands.map(({ what, why, since }) => ({ what, why, since: shownTime(since) })),
      templates,
      elsewhere: number?.elsewhere ? { field: number.elsewhere.field, at: shownTime(number.elsewhere.at) } : null,
      tokenValid: number?.tokenValid ?? null,
      checkedAt: number?.checkedAt == null ? null : shownTime(number.checkedAt),
    };
  };

  const answers = [{ status: 200, description: 'How it stands now', schema: AccountHealth }];

  return [
    defineRoute({
      method: 'get',
      path: '/health/account',
      tag: 'Account',
      role: 'agent',
      summary: 'Quality, messaging limit and pauses of our number',
      answers,
      handler: async () => ({ body: await shown() }),
    }),
    defineRoute({
      method: 'post',
      path: '/health/account/refresh',
      tag: 'Account',
      role: 'agent',
      summary: 'Asks Meta again',
      answers,
      handler: async ({ audit }) => {
        await deps.refresh();
        const act = { action: 'account.refresh', target: `number:${phoneNumberId ?? 'none'}` };
        return { body: await shown(), ops: [audit(act)], afterwards: deps.resumed };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/health/account/resume',
      tag: 'Account',
      role: 'admin',
      summary: 'Ends every pause of the number, and the hold of a restored store',
      answers,
      handler: async ({ audit }) => {
        const row = await readNumber();
        const release = await deps.releaseHold();
        if ((row?.paused.length ?? 0) === 0 && release.length === 0) return { body: await shown() };
        const ops: Op[] = [...release];
        if (row && row.paused.length > 0) {
          ops.push(set(numbers, row.id, { paused: [], version: row.version + 1 }, { version: row.version }));
        }
        const act = {
          action: 'account.resume',
          target: `number:${phoneNumberId ?? 'none'}`,
          before: { paused: row?.paused ?? [] },
        };
        return {
          body: await shown(true),
          ops: [...ops, audit(act)],
          afterwards: deps.resumed,
        };
      },
    }),
  ];
};
