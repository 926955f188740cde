import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongFields, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import type { ContactId } from '../contacts/identity.js';
import type { Engine } from '../storage/engine.js';
import { contactsOf, readDead, retryOp, type DeadCursor } from './dead.js';
import { inbox, type InboxRow } from './inbox-tables.js';

const DeadUpdate = z
  .object({
    id: z.string().meta({ example: 'h3Jq0cYw2nVb8sT1xR5uLA' }),
    contactId: z.string().optional(),
    reason: z.string().meta({ description: 'A fixed word, never a text of the message.', example: 'failed' }),
    tries: z.int().meta({ example: 5 }),
    at: isoTime,
  })
  .meta({ id: 'DeadUpdate' });

export type DeadRoutesDeps = {
  readonly engine: Engine;
  /** There is work in the inbox: wakes the workers of this process. */
  readonly nudge: () => void;
};

/** Updates that could not be handled, and the way to try them again. */
export const deadRoutes = ({ engine, nudge }: DeadRoutesDeps): readonly Route[] => [
  defineRoute({
    method: 'get',
    path: '/inbox/dead',
    tag: 'Inbox',
    role: 'agent',
    summary: 'Updates that were tried in vain and set aside, oldest first',
    query: pageQuery,
    answers: [{ status: 200, description: 'A page of dead updates', schema: pageOf(DeadUpdate) }],
    handler: async ({ query: { limit, after } }) => {
      const rows = await readDead(engine, after === undefined ? undefined : cursorOf(after), limit + 1);
      const page = pageFrom(rows, limit, (row) => `${row.arrival}.${row.id}`);
      const people = await contactsOf(engine, page.items);
      return {
        body: { ...page, items: page.items.map((row) => shownDead(row, row.personKey && people.get(row.personKey))) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/inbox/dead/{id}/retry',
    tag: 'Inbox',
    role: 'agent',
    summary: 'Lets a dead update be tried again',
    params: z.object({ id: z.string() }),
    answers: [
      { status: 200, description: 'It waits', schema: z.object({ id: z.string(), state: z.literal('waiting') }) },
    ],
    refusals: { 409: 'It is not dead, or its content is gone' },
    handler: async ({ params: { id }, now, audit }) => {
      const row = await engine.get(inbox, id);
      if (!row) throw notFound('update');
      const body = { id, state: 'waiting' };
      if (row.state === 'waiting') return { body };
      if (row.state !== 'dead') throw wrongMoment('this update is not dead');
      if (!row.raw) throw wrongMoment('there is nothing left to try: the content was erased');
      const contactId = row.personKey && (await contactsOf(engine, [row])).get(row.personKey);
      const act = audit({
        action: 'inbox.retry',
        target: `update:${id}`,
        ...(contactId ? { contactId: contactId as ContactId } : {}),
        before: { reason: row.reason, tries: row.tries },
      });
      const serial = row.personKey === null ? {} : { serial: row.personKey };
      return { body, ops: [retryOp(id, now), act], ...serial, afterwards: nudge };
    },
  }),
];

function cursorOf(after: string): DeadCursor {
  const [, arrival, id] = /^(\d{1,16})\.(.+)$/.exec(after) ?? [];
  if (arrival === undefined || id === undefined)
    throw wrongFields([{ field: 'after', message: 'the `next` of the page before' }]);
  return { arrival: Number(arrival), id };
}

const shownDead = (row: InboxRow, contactId: string | null | undefined): z.output<typeof DeadUpdate> => ({
  id: row.id,
  ...(contactId ? { contactId } : {}),
  reason: row.reason ?? 'failed',
  tries: row.tries,
  at: shownTime(row.at),
});
