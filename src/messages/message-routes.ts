import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { defineRoute, type Route } from '../api/route.js';
import { idsOf, survivorOf, survivorsOf } from '../contacts/find-contacts.js';
import type { Engine } from '../storage/engine.js';
import { Message, shownMessage } from './message-shape.js';
import { SHOWN_STATES } from './shown-state.js';
import { readThread } from './thread.js';

const Query = pageQuery.extend({
  state: z.enum(SHOWN_STATES, { error: `one of ${SHOWN_STATES.join(', ')}` }).optional(),
  contactId: z.string().max(200).optional().meta({ description: 'Of a merged contact: the whole person’s.' }),
});

/** What was said, by whom, and what became of it. */
export const messageRoutes = ({ engine }: { readonly engine: Engine }): readonly Route[] => [
  defineRoute({
    method: 'get',
    path: '/messages',
    tag: 'Messages',
    role: 'agent',
    summary: 'Messages of all or of one person, newest first',
    query: Query,
    answers: [{ status: 200, description: 'A page of messages', schema: pageOf(Message) }],
    handler: async ({ query: { state, contactId, limit, after } }) => {
      const contact = contactId === undefined ? undefined : await survivorOf(engine, contactId);
      if (contactId !== undefined && !contact) return { body: { items: [] } };
      const rows = await readThread(engine, {
        limit: limit + 1,
        ...(contact ? { contactIds: idsOf(contact) } : {}),
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { before: after }),
      });
      const page = pageFrom(rows, limit, (message) => message.id);
      const people = await survivorsOf(engine, [...new Set(page.items.map((message) => message.contactId))]);
      const items = page.items.map((message) =>
        shownMessage(message, people.get(message.contactId)?.id ?? message.contactId),
      );
      return { body: { ...page, items } };
    },
  }),
];
