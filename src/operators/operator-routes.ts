import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { insert, set, type Engine } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { newToken, tokenHash } from './authenticate.js';
import { ROLES } from './operator.js';
import { audit, operators, type AuditRow, type OperatorRow } from './operator-tables.js';

const MAX_NAME_LENGTH = 100;

const Role = z.enum(ROLES, { error: `one of ${ROLES.join(', ')}` });

const Operator = z
  .object({
    id: z.string().meta({ example: '0k1f8x2m0aQ7dR2' }),
    name: z.string().meta({ example: 'Maria, first line' }),
    role: Role,
    createdAt: isoTime,
    disabledAt: isoTime.nullable().meta({ example: null }),
  })
  .meta({ id: 'Operator' });

const NewOperator = z.object({
  name: z
    .string({ error: 'a text' })
    .trim()
    .min(1, { error: 'a text that is not empty' })
    .max(MAX_NAME_LENGTH, { error: `at most ${MAX_NAME_LENGTH} characters` })
    .meta({ example: 'Maria, first line' }),
  role: Role,
});

const AuditEntry = z
  .object({
    id: z.string(),
    at: isoTime,
    operator: z.string().meta({
      description: 'The operator’s id, or `admin`; `contact` where a customer’s own message did it.',
      example: 'admin',
    }),
    action: z.string().meta({ example: 'operator.create' }),
    target: z.string().meta({ example: 'operator:0k1f8x2m0aQ7dR2' }),
    before: z.unknown().optional(),
    after: z
      .unknown()
      .optional()
      .meta({ example: { role: 'agent' } }),
  })
  .meta({ id: 'AuditEntry' });

export type OperatorRoutesDeps = {
  readonly engine: Engine;
  readonly pepper: Buffer;
  readonly random?: (bytes: number) => Buffer;
};

/** Who may act, and the record of what they did. */
export const operatorRoutes = ({ engine, pepper, random = randomBytes }: OperatorRoutesDeps): readonly Route[] => [
  defineRoute({
    method: 'post',
    path: '/operators',
    tag: 'Operators',
    role: 'admin',
    summary: 'Makes an operator; the token is shown this once',
    body: NewOperator,
    answers: [
      {
        status: 201,
        description: 'Made',
        schema: z.object({ id: z.string(), token: z.string().meta({ example: 'vestnik_…' }) }),
      },
    ],
    handler: ({ body, now, audit: entry }) => {
      const id = timeId(now);
      const token = newToken(random);
      const row = { id, ...body, tokenHash: tokenHash(pepper, token), createdAt: now, disabledAt: null };
      const act = { action: 'operator.create', target: `operator:${id}`, after: body };
      return { status: 201, body: { id, token }, ops: [insert(operators, row), entry(act)] };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/operators',
    tag: 'Operators',
    role: 'admin',
    summary: 'Everybody who may act, the disabled ones too',
    query: pageQuery,
    answers: [{ status: 200, description: 'A page of operators, oldest first', schema: pageOf(Operator) }],
    handler: async ({ query: { limit, after } }) => {
      const where = after === undefined ? {} : { id: { gt: after } };
      const rows = await engine.find(operators, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
      const page = pageFrom(rows, limit, (row) => row.id);
      return { body: { ...page, items: page.items.map(shownOperator) } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/operators/{id}',
    tag: 'Operators',
    role: 'admin',
    summary: 'Disables an operator: the token stops working, the record of what they did stays',
    params: z.object({ id: z.string() }),
    answers: [{ status: 204, description: 'Disabled, or was so already' }],
    handler: async ({ params: { id }, now, audit: entry }) => {
      const row = await engine.get(operators, id);
      if (!row) throw notFound('operator');
      if (row.disabledAt !== null) return {};
      const act = { action: 'operator.disable', target: `operator:${id}`, before: { name: row.name, role: row.role } };
      return { ops: [set(operators, id, { disabledAt: now }, { disabledAt: null }), entry(act)] };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/audit',
    tag: 'Operators',
    role: 'admin',
    summary: 'Who did what, newest first',
    query: pageQuery,
    answers: [{ status: 200, description: 'A page of entries', schema: pageOf(AuditEntry) }],
    handler: async ({ query: { limit, after } }) => {
      const where = after === undefined ? {} : { id: { lt: after } };
      const rows = await engine.find(audit, { where, orderBy: [['id', 'desc']], limit: limit + 1 });
      const page = pageFrom(rows, limit, (row) => row.id);
      return { body: { ...page, items: page.items.map(shownEntry) } };
    },
  }),
];

const shownOperator = ({ id, name, role, createdAt, disabledAt }: OperatorRow): z.output<typeof Operator> => ({
  id,
  name,
  role,
  createdAt: shownTime(createdAt),
  disabledAt: disabledAt === null ? null : shownTime(disabledAt),
});

const shownEntry = ({ id, at, operator, action, target, before, after }: AuditRow): z.output<typeof AuditEntry> => ({
  id,
  at: shownTime(at),
  operator,
  action,
  target,
  ...(before === null ? {} : { before }),
  ...(after === null ? {} : { after }),
});
