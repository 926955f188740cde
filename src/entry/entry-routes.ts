import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { isoTime, shownTime } from '../api/time.js';
import { CHOSEN_TOPICS } from '../conversation/consent-view.js';
import type { Texts } from '../conversation/texts.js';
import { numbers } from '../platform/number-table.js';
import { insert, type Engine } from '../storage/engine.js';
import { ENTRY_LINKS, entryCode, shownCode } from './entry-code.js';
import { entryLinks, type EntryLinkRow } from './entry-table.js';

const words = z.object({ ru: z.string(), en: z.string() });

const EntryLink = z
  .object({
    id: z
      .string()
      .meta({ example: 'M7Q2X9D4AB', description: 'The code; the source of consent is `link:` and the code.' }),
    topic: z.enum(CHOSEN_TOPICS),
    site: z.string().nullable(),
    texts: words.meta({ description: 'What stands in the chat as a draft; the person may change it.' }),
    urls: words.meta({ description: 'Click-to-chat links, to be printed as they are or as a QR code.' }),
    createdAt: isoTime,
  })
  .meta({ id: 'EntryLink' });

const NewLink = z.strictObject({
  topic: z.enum(CHOSEN_TOPICS, { error: `one of ${CHOSEN_TOPICS.join(', ')}` }),
  site: z
    .string()
    .trim()
    .min(1, { error: 'at least one character' })
    .max(120, { error: 'at most 120 characters' })
    .optional(),
});

export type EntryRoutesDeps = {
  readonly engine: Engine;
  readonly pepper: Buffer;
  readonly phoneNumberId: string | undefined;
  readonly companyName: string;
  readonly texts: Pick<Texts, 'say'>;
  /** A whole number from 0 to below `below`, by chance. */
  readonly random: (below: number) => number;
};

/** Links that lead into the chat, one for a topic and a place. */
export const entryRoutes = (deps: EntryRoutesDeps): readonly Route[] => {
  const { engine, pepper, phoneNumberId, companyName, texts } = deps;

  const ownNumber = async (): Promise<string> => {
    const row = phoneNumberId === undefined ? undefined : await engine.get(numbers, phoneNumberId);
    if (row?.displayPhone) return row.displayPhone;
    throw wrongMoment('Meta has not told our phone number yet: POST /health/account/refresh asks for it');
  };
  const shown = (row: EntryLinkRow, phone: string): z.output<typeof EntryLink> => {
    const text = (language: keyof z.output<typeof words>) =>
      texts.say(language, 'entry.draft', { company: companyName, topic: row.topic, code: shownCode(row.id) });
    const url = (language: keyof z.output<typeof words>) =>
      `https://wa.me/${phone}?text=${encodeURIComponent(text(language))}`;
    return {
      ...{ id: row.id, topic: row.topic, site: row.site, createdAt: shownTime(row.createdAt) },
      texts: { ru: text('ru'), en: text('en') },
      urls: { ru: url('ru'), en: url('en') },
    };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/entry-links',
      tag: 'Entry',
      role: 'broadcaster',
      summary: 'Makes a click-to-chat link for a topic and a site',
      body: NewLink,
      answers: [{ status: 201, description: 'The link', schema: EntryLink }],
      handler: async ({ body: { topic, site }, now, audit }) => {
        const row = {
          ...{ id: entryCode(pepper, topic, deps.random(ENTRY_LINKS)), topic, site: site ?? null, createdAt: now },
        };
        const act = { action: 'entryLink.create', target: `entryLink:${row.id}`, after: { topic, site: row.site } };
        return { status: 201, body: shown(row, await ownNumber()), ops: [insert(entryLinks, row), audit(act)] };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/entry-links',
      tag: 'Entry',
      role: 'agent',
      summary: 'Click-to-chat links, by their codes',
      query: pageQuery,
      answers: [{ status: 200, description: 'A page of links', schema: pageOf(EntryLink) }],
      handler: async ({ query: { limit, after } }) => {
        const where = after === undefined ? {} : { id: { gt: after } };
        const rows = await engine.find(entryLinks, { where, orderBy: [['id', 'asc']], limit: limit + 1 });
        const page = pageFrom(rows, limit, (row) => row.id);
        if (page.items.length === 0) return { body: { items: [] } };
        const phone = await ownNumber();
        return { body: { ...page, items: page.items.map((row) => shown(row, phone)) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/entry-links/{id}',
      tag: 'Entry',
      role: 'agent',
      summary: 'One click-to-chat link',
      params: z.object({ id: z.string().max(20) }),
      answers: [{ status: 200, description: 'The link', schema: EntryLink }],
      handler: async ({ params: { id } }) => {
        const row = await engine.get(entryLinks, id);
        if (!row) throw notFound('link');
        return { body: shown(row, await ownNumber()) };
      },
    }),
  ];
};
