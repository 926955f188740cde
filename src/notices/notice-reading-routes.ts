import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import type { Engine } from '../storage/engine.js';
import { stateOf, type WholeNotice } from './acts.js';
import { DELIVERY_STATES, NO_DELIVERIES, type DeliveryCounter, type DeliveryCounts } from './counts.js';
import { readDeliveries } from './deliveries.js';
import { dryRun, type DryRunDeps } from './dry-run.js';
import { DeliveryItem, DryRunAnswer, Notice, shownDryRun, shownNotice, type Warning } from './notice-shape.js';
import { notices, type NoticeRow } from './notice-tables.js';
import { SKIP_REASONS, type NoticeState } from './notice.js';
import { wholeNotice, wordsOf } from './whole-notice.js';

export type NoticeReadingDeps = DryRunDeps & { readonly engine: Engine; readonly counter: DeliveryCounter };

const MAX_OVERLAPS = 20;
const MAX_WINDOWS = 1_000;

/** Notices as they are shown. */
export const noticeReader = ({ engine, counter }: NoticeReadingDeps) => {
  /** @throws Refusal 404 */
  const theNotice = async (id: string): Promise<WholeNotice> => {
    const whole = await wholeNotice(engine, id);
    if (!whole) throw notFound('notice');
    return whole;
  };
  return {
    theNotice,

    look: async (id: string, now: number): Promise<{ readonly whole: WholeNotice; readonly state: NoticeState }> => {
      const whole = await theNotice(id);
      return { whole, state: stateOf(whole.notice, whole.announcements, now) };
    },

    shown: async (whole: WholeNotice, now: number): Promise<z.output<typeof Notice>> => {
      const counts = new Map<string, DeliveryCounts>();
      for (const word of whole.announcements) counts.set(word.id, await counter.count(word, now));
      const warnings = await overlaps(engine, whole.notice, now);
      return shownNotice(whole, { countsOf: (word) => counts.get(word.id) ?? NO_DELIVERIES, warnings, now });
    },
  };
};

/** What there is of notices, what has become of them, and what would come of one. */
export const noticeReadingRoutes = (deps: NoticeReadingDeps): readonly Route[] => {
  const { engine } = deps;
  const reader = noticeReader(deps);

  return [
    defineRoute({
      method: 'get',
      path: '/notices',
      tag: 'Notices',
      role: 'agent',
      summary: 'Notices, the newest first',
      query: pageQuery,
      answers: [{ status: 200, description: 'A page of notices', schema: pageOf(Notice) }],
      handler: async ({ query: { limit, after }, now }) => {
        const where = after === undefined ? {} : { id: { lt: after } };
        const rows = await engine.find(notices, { where, orderBy: [['id', 'desc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        const words = await wordsOf(
          engine,
          page.items.map((row) => row.id),
        );
        const items = [];
        for (const notice of page.items)
          items.push(await reader.shown({ notice, announcements: words.get(notice.id) ?? [] }, now));
        return { body: { ...page, items } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/notices/{id}',
      tag: 'Notices',
      role: 'agent',
      summary: 'One notice with what has become of its announcements',
      params: z.object({ id: z.string() }),
      answers: [{ status: 200, description: 'The notice', schema: Notice }],
      handler: async ({ params, now }) => ({ body: await reader.shown(await reader.theNotice(params.id), now) }),
    }),
    defineRoute({
      method: 'get',
      path: '/notices/{id}/deliveries',
      tag: 'Notices',
      role: 'agent',
      summary: 'The people behind the counts',
      params: z.object({ id: z.string() }),
      query: pageQuery.extend({
        announcement: z.string().max(50).optional(),
        state: z.enum(DELIVERY_STATES, { error: `one of ${DELIVERY_STATES.join(', ')}` }).optional(),
        reason: z.enum(SKIP_REASONS, { error: `one of ${SKIP_REASONS.join(', ')}` }).optional(),
      }),
      answers: [
        {
          status: 200,
          description: 'A page; with a filter it may be short and have a `next` all the same',
          schema: pageOf(DeliveryItem),
        },
      ],
      handler: async ({ params, query, now }) => {
        const { announcements: words } = await reader.theNotice(params.id);
        const wanted = words.filter(({ id }) => query.announcement === undefined || id === query.announcement);
        if (query.announcement !== undefined && wanted.length === 0) throw notFound('announcement');
        const { state, reason, after, limit } = query;
        const page = await readDeliveries(engine, wanted, { state, reason, after, limit }, now);
        const items = page.items.map(({ reason: why, at, ...one }) => ({
          ...one,
          ...(why === null ? {} : { reason: why }),
          at: new Date(at).toISOString(),
        }));
        return { body: { ...page, items } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/notices/{id}/dry-run',
      tag: 'Notices',
      role: 'agent',
      summary: 'Who would get it and who would not and why, how it reads, how long it takes, what it costs',
      params: z.object({ id: z.string() }),
      answers: [{ status: 200, description: 'What would come of it', schema: DryRunAnswer }],
      handler: async (call) => {
        const { whole, state } = await reader.look(call.params.id, call.now);
        if (state === 'cancelled' || state === 'done')
          throw wrongMoment(`nothing more comes of a notice that is ${state}`);
        return { body: shownDryRun(await dryRun(deps, whole, call.now)) };
      },
    }),
  ];
};

/** Other windows at the same time: worth a look, and no fault. */
async function overlaps(engine: Engine, notice: NoticeRow, now: number): Promise<readonly Warning[]> {
  if (notice.endsAt <= now || notice.state === 'cancelled') return [];
  const rows = await engine.find(notices, {
    where: { endsAt: { gt: notice.startsAt } },
    orderBy: [['endsAt', 'asc']],
    limit: MAX_WINDOWS,
  });
  return rows
    .filter((row) => row.id !== notice.id && row.state !== 'cancelled' && row.startsAt < notice.endsAt)
    .slice(0, MAX_OVERLAPS)
    .map(({ id }) => ({ kind: 'overlap', notice: id, message: 'another window overlaps this one' }));
}
