import { z } from 'zod';
import { Refusal, wrongFields } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import type { Engine } from '../storage/engine.js';
import { REASONS, type About } from './rating-ask.js';
import { ratingGroups, waitingTaps, type RatingGroup } from './rating-tables.js';
import { weekAfter, weekOf, weekStart, type Week } from './week.js';

/** Groups in one answer. */
const MOST_GROUPS = 5_000;
const WEEKS_UNASKED = 53;

const LANGUAGES = ['ru', 'en'] as const;

/** A week, or any day or moment in it. */
const weekIn = z
  .string()
  .max(40)
  .transform((text, context): Week => {
    if (weekStart(text) !== undefined) return text;
    const at = ISO_TIME.test(text) ? Date.parse(text) : NaN;
    // Years that a week can be written in, and back.
    if (Number.isFinite(at) && weekStart(weekOf(at)) !== undefined) return weekOf(at);
    context.addIssue({ code: 'custom', message: 'a day such as 2026-11-02, a time, or a week such as 2026-W45' });
    return z.NEVER;
  })
  .optional()
  .meta({ example: '2026-11-02' });
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

const common = {
  topic: z.string().meta({
    description:
      'The article that was rated; `service`: a case or a call-back; `other`: several topics of too few people each.',
    example: 'opt-out',
  }),
  language: z.enum(LANGUAGES),
  week: z.string().meta({ description: 'ISO 8601, in UTC.', example: '2026-W45' }),
  count: z.int(),
};
const counted = (names: readonly string[]) => z.object(Object.fromEntries(names.map((name) => [name, z.int()])));
const STARS = ['1', '2', '3', '4', '5'] as const;

const Summary = z
  .object({
    groups: z.array(
      z
        .object({ ...common, average: z.number().meta({ example: 4.27 }), stars: counted(STARS) })
        .meta({ id: 'RatingGroup' }),
    ),
    reasons: z.array(z.object({ ...common, reasons: counted(REASONS) }).meta({ id: 'RatingReasons' })).meta({
      description: 'What the stars were about, counted in the same way and by itself.',
    }),
    waiting: z
      .int()
      .meta({ description: 'Stars given that wait for their week to close, or for company.', example: 12 }),
  })
  .meta({ id: 'RatingSummary' });

/** Stars: counts of closed weeks, and nothing else that could be had. */
export const ratingRoutes = ({ engine }: { readonly engine: Engine }): readonly Route[] => [
  defineRoute({
    method: 'get',
    path: '/ratings/summary',
    tag: 'Ratings',
    role: 'agent',
    summary: 'Stars by topic, language and closed week, each of at least five people; the oldest week first',
    query: z.object({
      from: weekIn.meta({ description: 'A day or a week; a year ago when absent.' }),
      to: weekIn.meta({ description: 'A day or a week; its whole week is shown.' }),
    }),
    answers: [{ status: 200, description: 'The counts', schema: Summary }],
    refusals: { 413: 'More groups than one answer holds: ask for fewer weeks' },
    handler: async ({ query, now }) => {
      const until = query.to ?? weekOf(now);
      const from = query.from ?? weekAfter(until, -WEEKS_UNASKED);
      if (from > until) throw wrongFields([{ field: 'to', message: 'not before from' }]);
      const [rows, waiting] = await Promise.all([
        engine.find(ratingGroups, {
          where: { week: { gte: from, lte: until } },
          orderBy: [
            ['week', 'asc'],
            ['id', 'asc'],
          ],
          limit: MOST_GROUPS + 1,
        }),
        engine.count(waitingTaps, { about: 'stars' }),
      ]);
      if (rows.length > MOST_GROUPS)
        throw new Refusal(413, 'there are too many groups for one answer: ask for fewer weeks');
      const of = (about: About) => rows.filter((row) => row.about === about);
      return { body: { groups: of('stars').map(starsOf), reasons: of('reasons').map(reasonsOf), waiting } };
    },
  }),
];

const countOf = ({ counts }: RatingGroup): number => counts.reduce((sum, one) => sum + one, 0);

const commonOf = (row: RatingGroup) => ({
  topic: row.topic,
  language: row.language,
  week: row.week,
  count: countOf(row),
});

const byName = (names: readonly string[], counts: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, counts[index] ?? 0]));

function starsOf(row: RatingGroup) {
  const sum = row.counts.reduce((total, one, index) => total + one * (index + 1), 0);
  return {
    ...commonOf(row),
    average: Math.round((sum / countOf(row)) * 100) / 100,
    stars: byName(STARS, row.counts),
  };
}

const reasonsOf = (row: RatingGroup) => ({ ...commonOf(row), reasons: byName(REASONS, row.counts) });
