import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { cases } from '../cases/case-table.js';
import { readGuards, type Ledger } from '../consent/ledger.js';
import { idsOf, survivorOf, survivorsOf } from '../contacts/find-contacts.js';
import type { Language } from '../conversation/session.js';
import type { Texts } from '../conversation/texts.js';
import { conversationId, conversations } from '../messages/message-tables.js';
import type { Engine, Where } from '../storage/engine.js';
import { timeId } from '../time-id.js';
import { CALLBACK_STATES, callbacks, isOverdue, type CallbackRow } from './callback-table.js';
import { actOps, isLegal, nextStates } from './operator-act.js';

const State = z.enum(CALLBACK_STATES, { error: `one of ${CALLBACK_STATES.join(', ')}` });

const Callback = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    contactId: z.string(),
    phone: z.string().meta({ description: 'Digits with the country code.', example: '79161234567' }),
    startsAt: isoTime,
    endsAt: isoTime,
    timeZone: z.string().meta({ description: 'In which the person was told the time.', example: 'Europe/Moscow' }),
    state: State.meta({ description: '`called`: somebody has rung; what comes of it is `done` or `missed`.' }),
    overdue: z.boolean().meta({ description: 'Nobody has called, and the promised time is over.' }),
    orderedAt: isoTime,
  })
  .meta({ id: 'Callback' });

export type CallbackRouteDeps = {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly texts: Texts;
  readonly companyLanguage: Language;
  /** A message was queued. */
  readonly nudge: () => void;
};

/** Calls that people asked for. */
export const callbackRoutes = (deps: CallbackRouteDeps): readonly Route[] => {
  const { engine } = deps;

  const shownOne = async (row: CallbackRow, now: number) =>
    shown(row, (await survivorOf(engine, row.contactId))?.id ?? row.contactId, now);

  return [
    defineRoute({
      method: 'get',
      path: '/callbacks',
      tag: 'Call-backs',
      role: 'agent',
      summary: 'Call-backs in the order in which they are due',
      query: pageQuery.extend({
        state: State.optional(),
        overdue: z
          .enum(['true'], { error: 'true, or leave it out' })
          .optional()
          .meta({ description: 'Only those whose time is over and that nobody has made.' }),
        contactId: z.string().max(60).optional(),
      }),
      answers: [{ status: 200, description: 'A page of call-backs', schema: pageOf(Callback) }],
      handler: async ({ query: { state, overdue, contactId, limit, after }, now }) => {
        const contact = contactId === undefined ? undefined : await survivorOf(engine, contactId);
        if (contactId !== undefined && !contact) return { body: { items: [] } };
        if (overdue && state !== undefined && state !== 'new') return { body: { items: [] } };
        const where: Where<CallbackRow> = {
          ...(overdue ? { state: 'new' as const, endsAt: { lte: now } } : state === undefined ? {} : { state }),
          ...(contact ? { contactId: { in: idsOf(contact) } } : {}),
          ...(after === undefined ? {} : { dueKey: { gt: after } }),
        };
        const rows = await engine.find(callbacks, { where, orderBy: [['dueKey', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.dueKey);
        const people = await survivorsOf(engine, [...new Set(page.items.map((row) => row.contactId))]);
        const items = page.items.map((row) => shown(row, people.get(row.contactId)?.id ?? row.contactId, now));
        return { body: { ...page, items } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/callbacks/{id}',
      tag: 'Call-backs',
      role: 'agent',
      summary: 'One call-back',
      params: z.object({ id: z.string() }),
      answers: [{ status: 200, description: 'The call-back', schema: Callback }],
      handler: async ({ params, now }) => {
        const row = await engine.get(callbacks, params.id);
        if (!row) throw notFound('call-back');
        return { body: await shownOne(row, now) };
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/callbacks/{id}',
      tag: 'Call-backs',
      role: 'agent',
      summary: 'Say what has come of a call-back; the person is told while they may be written to',
      params: z.object({ id: z.string() }),
      body: z.object({ state: State }),
      answers: [{ status: 200, description: 'The call-back as it is now', schema: Callback }],
      refusals: { 409: 'From its present state it cannot come to that one' },
      handler: async ({ params, body: { state }, now, audit }) => {
        const row = await engine.get(callbacks, params.id);
        if (!row) throw notFound('call-back');
        if (row.state === state) return { body: await shownOne(row, now) };
        if (!isLegal(row.state, state)) throw wrongMoment(refusalOf(row));
        const contact = await survivorOf(engine, row.contactId);
        if (!contact) throw notFound('call-back'); // the person is being erased
        const [guards, conversation, openCases] = await Promise.all([
          readGuards(engine, [contact.id]),
          engine.get(conversations, conversationId(row.phoneNumberId, contact.personKey)),
          engine.count(cases, { contactId: { in: idsOf(contact) }, state: { in: ['waiting', 'open'] } }),
        ]);
        const { after, ops, tells } = actOps({
          ...deps,
          row,
          state,
          contact,
          guard: guards.get(contact.id),
          conversation,
          humanTalks: openCases > 0,
          newId: timeId,
          now,
        });
        return {
          body: shown(after, contact.id, now),
          contactId: contact.id,
          serial: contact.personKey,
          ops: [
            ...ops,
            audit({
              action: 'callback.change',
              target: `callback:${row.id}`,
              contactId: contact.id,
              before: { state: row.state },
              after: { state },
            }),
          ],
          ...(tells ? { afterwards: deps.nudge } : {}),
        };
      },
    }),
  ];
};

const shown = (row: CallbackRow, contactId: string, now: number): z.output<typeof Callback> => ({
  id: row.id,
  contactId,
  phone: row.phone,
  startsAt: shownTime(row.startsAt),
  endsAt: shownTime(row.endsAt),
  timeZone: row.timeZone,
  state: row.state,
  overdue: isOverdue(row, now),
  orderedAt: shownTime(row.orderedAt),
});

function refusalOf({ state }: CallbackRow): string {
  const next = nextStates(state);
  return next.length === 0
    ? `it is ${state}, and that is the end of it`
    : `it is ${state}: next may come ${next.join(', ')}`;
}
