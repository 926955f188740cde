import { z } from 'zod';

const ms = z
  .number()
  .int()
  .min(0)
  .max(24 * 60 * 60 * 1000);
const code = z.number().int().min(0);
const httpStatus = z.number().int().min(200).max(599);
const retryAfterSeconds = z.number().int().min(0).optional();
const details = z.string().max(1_000).optional();
const body = z.string().max(10_000).optional();

/** One way a send can go wrong, as the control API takes it. */
export const FaultKindBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('error'), code, httpStatus: httpStatus.optional(), details, retryAfterSeconds }),
  z.object({ kind: z.literal('http'), httpStatus, body, accepted: z.boolean().optional(), retryAfterSeconds }),
  z.object({ kind: z.literal('timeout') }).describe('not accepted, never answered'),
  z.object({ kind: z.literal('reset') }).describe('not accepted, connection reset'),
  z
    .object({ kind: z.literal('answerLost'), by: z.enum(['reset', 'silence']).optional() })
    .describe('accepted; statuses follow'),
  z.object({ kind: z.literal('delay'), ms }).describe('accepted at once, answered later: statuses may come first'),
  z.object({ kind: z.literal('unreadable'), body }).describe('accepted, 200 with a body nobody can read'),
  z.object({ kind: z.literal('expiredToken') }),
  z.object({ kind: z.literal('failedLater'), code, details }).describe('200, then a failed status'),
]);
