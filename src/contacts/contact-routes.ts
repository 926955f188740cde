import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongFields } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime } from '../api/time.js';
import type { Engine, Op } from '../storage/engine.js';
import type { Person } from '../storage/register.js';
import { contacts, type ContactRow } from './contact-tables.js';
import { Contact, shownContact, TOPICS, type ReadTopics } from './contact-shape.js';
import { contactsByPhone, contactsByUserId, personOf, survivorOf } from './find-contacts.js';
import type { ContactId } from './identity.js';

/** An entry of the consent ledger as the API shows it; the consent capability makes them. */
export const ConsentEntry = z
  .object({
    seq: z.int(),
    at: isoTime,
    topic: z.enum(TOPICS).nullable(),
    act: z.enum(['optIn', 'optOut', 'reason', 'merged', 'erased']),
    channel: z.string(),
    wordingVersion: z.string().nullable(),
    source: z.string().nullable(),
    reason: z.enum(['noLonger', 'didNotSignUp', 'tooMany', 'notNeeded', 'other']).nullable(),
    contactId: z
      .string()
      .meta({ description: 'Whose chain it stands in: a merged person has several, each with its own `seq`.' }),
    hash: z.string(),
  })
  .meta({ id: 'ConsentEntry' });
export type ConsentEntry = z.output<typeof ConsentEntry>;

/** A place in a person's ledger: of those who were merged several chains are read one after the other. */
export type ConsentCursor = { readonly chain: number; readonly seq: number };
export type ListedConsent = { readonly entry: ConsentEntry; readonly cursor: ConsentCursor };

export type ContactRoutesDeps = {
  readonly engine: Engine;
  readonly readTopics: ReadTopics;
  /** A page of the person's ledger, in the order of `seq`: at most `limit` entries after `after`. */
  readonly readConsent: (
    contact: ContactRow,
    page: { readonly limit: number; readonly after: ConsentCursor | undefined },
  ) => Promise<readonly ListedConsent[]>;
  /** Everything that the register of personal data knows of the person, as a document. */
  readonly exportPerson: (person: Person) => Promise<unknown>;
  /** Erases the person; safe to run again. @returns the writes that end it, to be committed together with the audit entry; none when all
   *  is done */
  readonly erase: (person: Person) => Promise<readonly Op[]>;
};

const Id = z.object({ id: z.string() });

const ListQuery = pageQuery.extend({
  phone: z.string().optional().meta({ description: 'With or without `+`.', example: '79161234567' }),
  userId: z.string().max(210).optional().meta({ example: 'RU.1349234782349823' }),
});

/** The people who write to us, or whom a list told us of. */
export const contactRoutes = (deps: ContactRoutesDeps): readonly Route[] => {
  const { engine } = deps;

  const theContact = async (id: string): Promise<ContactRow> => {
    const contact = await survivorOf(engine, id);
    if (!contact) throw notFound('contact');
    return contact;
  };

  const shown = async (rows: readonly ContactRow[]) => {
    const topics = await deps.readTopics(rows.map((row) => row.id));
    return rows.map((row) => shownContact(row, topics.get(row.id)));
  };

  return [
    defineRoute({
      method: 'get',
      path: '/contacts',
      tag: 'Contacts',
      role: 'agent',
      summary: 'Everybody known, oldest first, or whoever has a number or a BSUID',
      query: ListQuery,
      answers: [{ status: 200, description: 'A page of contacts', schema: pageOf(Contact) }],
      handler: async ({ query }) => {
        if (query.phone !== undefined || query.userId !== undefined) {
          return { body: { items: await shown(await lookUp(engine, query)) } };
        }
        const { limit, after } = query;
        const where = { mergedInto: null, ...(after === undefined ? {} : { id: { gt: after as ContactId } }) };
        const rows = await engine.find(contacts, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        return { body: { ...page, items: await shown(page.items) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/contacts/{id}',
      tag: 'Contacts',
      role: 'agent',
      summary: 'One person; the id of a merged contact answers with the one that goes on',
      params: Id,
      answers: [{ status: 200, description: 'The contact', schema: Contact }],
      handler: async ({ params }) => ({ body: (await shown([await theContact(params.id)]))[0] }),
    }),
    defineRoute({
      method: 'get',
      path: '/contacts/{id}/export',
      tag: 'Contacts',
      role: 'agent',
      summary: 'Everything we know of the person, as one document',
      params: Id,
      answers: [{ status: 200, description: 'The document', schema: z.record(z.string(), z.unknown()) }],
      handler: async ({ params, audit }) => {
        const contact = await theContact(params.id);
        const { id } = contact;
        const act = { action: 'contact.export', target: `contact:${id}`, contactId: id };
        return { body: await deps.exportPerson(await personOf(engine, contact)), ops: [audit(act)] };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/contacts/{id}/consent',
      tag: 'Contacts',
      role: 'agent',
      summary: 'What the person agreed to and when, in the ledger’s order',
      params: Id,
      query: pageQuery.extend({
        after: z
          .string()
          .regex(/^\d{1,6}\.\d{1,12}$/, { error: 'the `next` of the page before' })
          .transform((text): ConsentCursor => {
            const [chain = 0, seq = 0] = text.split('.').map(Number);
            return { chain, seq };
          })
          .optional(),
      }),
      answers: [{ status: 200, description: 'A page of entries', schema: pageOf(ConsentEntry) }],
      handler: async ({ params, query: { limit, after } }) => {
        const listed = await deps.readConsent(await theContact(params.id), { limit: limit + 1, after });
        const page = pageFrom(listed, limit, ({ cursor }) => `${cursor.chain}.${cursor.seq}`);
        return { body: { ...page, items: page.items.map(({ entry }) => entry) } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/contacts/{id}',
      tag: 'Contacts',
      role: 'broadcaster',
      summary: 'Erases the person: everything that the register of personal data knows of them goes',
      params: Id,
      answers: [{ status: 204, description: 'Erased' }],
      handler: async ({ params, audit }) => {
        const contact = await theContact(params.id);
        const act = audit({ action: 'contact.erase', target: `contact:${contact.id}` });
        return { ops: [...(await deps.erase(await personOf(engine, contact))), act], serial: contact.personKey };
      },
    }),
  ];
};

/** Whoever fits all that was asked for. */
async function lookUp(
  engine: Engine,
  { phone, userId }: { readonly phone?: string; readonly userId?: string },
): Promise<readonly ContactRow[]> {
  const answers: (readonly ContactRow[])[] = [];
  if (phone !== undefined) {
    const digits = phone.replaceAll(/\D/g, '');
    if (digits === '' || digits.length > 20)
      throw wrongFields([{ field: 'phone', message: 'a number with its country code' }]);
    answers.push(await contactsByPhone(engine, digits));
  }
  if (userId !== undefined) answers.push(await contactsByUserId(engine, userId));
  const [first = [], ...others] = answers;
  return first.filter(({ id }) => others.every((other) => other.some((contact) => contact.id === id)));
}
