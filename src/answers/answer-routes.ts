import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { defineRoute, type Route } from '../api/route.js';
import type { Asked } from '../conversation/ask.js';
import type { Language } from '../conversation/session.js';
import type { Engine } from '../storage/engine.js';
import { unanswered, unansweredTimes } from './unanswered-table.js';

const LONGEST_QUESTION = 4096;
const LANGUAGES = ['ru', 'en'] as const satisfies readonly Language[];

const Question = z
  .object({
    text: z
      .string({ error: 'a text' })
      .min(1, { error: 'a text that is not empty' })
      .max(LONGEST_QUESTION, { error: `at most ${LONGEST_QUESTION} characters` })
      .meta({ example: 'как отписаться от рассылки' }),
    language: z
      .enum(LANGUAGES, { error: `one of ${LANGUAGES.join(', ')}` })
      .optional()
      .meta({ description: 'Of the answer; detected when absent.' }),
  })
  .meta({ id: 'Question' });

const AnswerToIt = z
  .object({
    kind: z.enum(['answer', 'askBack', 'unknown', 'menu']),
    articles: z
      .array(z.object({ id: z.string().meta({ example: 'opt-out' }), confidence: z.number().min(0).max(1) }))
      .max(3)
      .meta({
        description:
          'One for `answer` (a request to act names its article), two or three for `askBack`, likeliest first; else none.',
      }),
    text: z.string().meta({ description: 'The body of the message that would be sent.' }),
  })
  .meta({ id: 'Answer' });

const Unanswered = z
  .object({
    text: z.string().meta({
      description: 'Masked: numbers are #, addresses are …; cut at 200 characters.',
      example: 'где мой заказ #',
    }),
    language: z.enum(LANGUAGES),
    day: z.iso.date().meta({ description: 'Of the company’s calendar.', example: '2026-11-02' }),
    count: z.int().meta({ description: 'How often it was asked that day.', example: 3 }),
  })
  .meta({ id: 'UnansweredQuestion' });

/** What the bot answers, and what it could not. @param deps.ask the conversation itself, on behalf of nobody */
export const answerRoutes = ({
  engine,
  ask,
}: {
  readonly engine: Engine;
  readonly ask: (text: string, language: Language | undefined, now: number) => Asked;
}): readonly Route[] => [
  defineRoute({
    method: 'post',
    path: '/answers',
    tag: 'Answers',
    role: 'agent',
    summary: 'What the bot would say to a text; nothing of it is kept',
    body: Question,
    answers: [{ status: 200, description: 'The answer', schema: AnswerToIt }],
    handler: ({ body: { text, language }, now }) => ({ body: ask(text, language, now) }),
  }),
  defineRoute({
    method: 'get',
    path: '/answers/unanswered',
    tag: 'Answers',
    role: 'agent',
    summary: 'Questions that the bot could not answer, masked and by day, the newest day first; kept for 90 days',
    query: pageQuery,
    answers: [{ status: 200, description: 'A page of questions', schema: pageOf(Unanswered) }],
    handler: async ({ query: { limit, after } }) => {
      const rows = await engine.find(unanswered, {
        where: after === undefined ? {} : { id: { lt: after } },
        orderBy: [['id', 'desc']],
        limit: limit + 1,
      });
      const { items, ...next } = pageFrom(rows, limit, ({ id }) => id);
      const counted = items.map(async ({ id, text, language, dayAt }) => ({
        text,
        language,
        day: new Date(dayAt).toISOString().slice(0, 10),
        count: await engine.count(unansweredTimes, { questionId: id }),
      }));
      return { body: { ...next, items: await Promise.all(counted) } };
    },
  }),
];
