import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { idsOf, survivorsOf } from '../contacts/find-contacts.js';
import type { ContactRow } from '../contacts/contact-tables.js';
import { Message, shownMessage } from '../messages/message-shape.js';
import { readThread } from '../messages/thread.js';
import type { Engine } from '../storage/engine.js';
import { cases, type CaseRow } from './case-table.js';

/** A list shows the last words of each case, the case itself enough to know what it is about. */
const MESSAGES_IN_LIST = 5;
const MESSAGES_IN_CASE = 100;

const STATES = ['waiting', 'open', 'closed'] as const;

const Case = z
  .object({
    id: z.string().meta({ example: '0mk1f8x2m0aQ7dR2' }),
    contactId: z.string(),
    state: z.enum(STATES),
    openedAt: isoTime,
    promisedAt: isoTime.meta({ description: 'When a human will be there at the latest: what the person was told.' }),
    messages: z.array(Message).meta({
      description: `The person’s last messages, oldest first: ${MESSAGES_IN_CASE} of one case, ${MESSAGES_IN_LIST} of each in a list.`,
    }),
  })
  .meta({ id: 'Case' });

/** Conversations that a human has or is to have. */
export const caseRoutes = ({ engine }: { readonly engine: Engine }): readonly Route[] => {
  const shown = async (
    row: CaseRow,
    contact: ContactRow | undefined,
    limit: number,
  ): Promise<z.output<typeof Case>> => {
    const contactId = contact?.id ?? row.contactId;
    const contactIds = contact ? idsOf(contact) : [row.contactId];
    const messages = await readThread(engine, { contactIds, phoneNumberId: row.phoneNumberId, limit });
    return {
      id: row.id,
      contactId,
      state: row.state,
      openedAt: shownTime(row.openedAt),
      promisedAt: shownTime(row.promisedAt),
      messages: messages.toReversed().map((message) => shownMessage(message, contactId)),
    };
  };

  return [
    defineRoute({
      method: 'get',
      path: '/cases',
      tag: 'Cases',
      role: 'agent',
      summary: 'Cases, those waiting longest first',
      query: pageQuery.extend({ state: z.enum(STATES, { error: `one of ${STATES.join(', ')}` }).optional() }),
      answers: [{ status: 200, description: 'A page of cases', schema: pageOf(Case) }],
      handler: async ({ query: { state, limit, after } }) => {
        const where = {
          ...(state === undefined ? {} : { state }),
          ...(after === undefined ? {} : { id: { gt: after } }),
        };
        const rows = await engine.find(cases, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        const people = await survivorsOf(engine, [...new Set(page.items.map((row) => row.contactId))]);
        const items = await Promise.all(
          page.items.map((row) => shown(row, people.get(row.contactId), MESSAGES_IN_LIST)),
        );
        return { body: { ...page, items } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cases/{id}',
      tag: 'Cases',
      role: 'agent',
      summary: 'One case with what was said',
      params: z.object({ id: z.string() }),
      answers: [{ status: 200, description: 'The case', schema: Case }],
      handler: async ({ params }) => {
        const row = await engine.get(cases, params.id);
        if (!row) throw notFound('case');
        const people = await survivorsOf(engine, [row.contactId]);
        return { body: await shown(row, people.get(row.contactId), MESSAGES_IN_CASE) };
      },
    }),
  ];
};
