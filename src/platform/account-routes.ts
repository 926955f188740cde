import { z } from 'zod';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { set, type Engine, type Op } from '../storage/engine.js';
import { numbers, type NumberRow } from './number-table.js';

const AccountHealth = z
  .object({
    quality: z.string().nullable().meta({ example: 'GREEN' }),
    tier: z.string().nullable().meta({ example: 'TIER_1K' }),
    tierUsed: z
      .int()
      .meta({ description: 'People written to out of their window within the last 24 hours.', example: 12 }),
    paused: z
      .array(z.object({ what: z.string(), why: z.string(), since: isoTime }))
      .meta({ example: [{ what: 'number', why: 'token', since: '2026-03-01T09:30:00.000Z' }] }),
    tokenValid: z.boolean().nullable(),
    checkedAt: isoTime.nullable(),
  })
  .meta({ id: 'AccountHealth' });

export type AccountRoutesDeps = {
  readonly engine: Engine;
  /** Absent without an account. */
  readonly phoneNumberId: string | undefined;
  /** People written to out of their window within the last 24 hours. */
  readonly tierUsed: () => Promise<number>;
  /** Asks Graph how the number is and writes it down. Best effort: what cannot be learnt stays as it was. */
  readonly refresh: () => Promise<void>;
  /** The writes that lift the hold of a restored store; none when it is not held. */
  readonly releaseHold: () => Promise<readonly Op[]>;
  /** Sending may go on: wakes the dispatcher of this process. */
  readonly resumed: () => void;
};

/** How our number stands with Meta, and the way to let it send again. */
export const accountRoutes = (deps: AccountRoutesDeps): readonly Route[] => {
  const { engine, phoneNumberId } = deps;

  const readNumber = async (): Promise<NumberRow | undefined> =>
    phoneNumberId === undefined ? undefined : engine.get(numbers, phoneNumberId);

  const shown = async (row: NumberRow | undefined): Promise<z.output<typeof AccountHealth>> => ({
    quality: row?.quality ?? null,
    tier: row?.tier ?? null,
    tierUsed: await deps.tierUsed(),
    paused: (row?.paused ?? []).map(({ what, why, since }) => ({ what, why, since: shownTime(since) })),
    tokenValid: row?.tokenValid ?? null,
    checkedAt: row?.checkedAt == null ? null : shownTime(row.checkedAt),
  });

  const answers = [{ status: 200, description: 'How it stands now', schema: AccountHealth }];

  return [
    defineRoute({
      method: 'get',
      path: '/health/account',
      tag: 'Account',
      role: 'agent',
      summary: 'Quality, messaging limit and pauses of our number',
      answers,
      handler: async () => ({ body: await shown(await readNumber()) }),
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
        return { body: await shown(await readNumber()), ops: [audit(act)] };
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
        if ((row?.paused.length ?? 0) === 0 && release.length === 0) return { body: await shown(row) };
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
          body: await shown(row && { ...row, paused: [] }),
          ops: [...ops, audit(act)],
          afterwards: deps.resumed,
        };
      },
    }),
  ];
};
