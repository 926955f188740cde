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
import { qrSvg } from './qr-code.js';
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
    urls: words.meta({ description: 'Click-to-chat links.' }),
    createdAt: isoTime,
  })
  .meta({ id: 'EntryLink' });

/** A QR code holds no more than the code itself in a few words, so that it stays coarse enough to be read from a poster. */
const WithQr = EntryLink.extend({
  qr: words.meta({ description: 'QR codes as SVG, to be printed; their draft is a short one.' }),
}).meta({ id: 'EntryLinkWithQr' });

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

const linkTo = (phone: string, draft: string): string => `https://wa.me/${phone}?text=${encodeURIComponent(draft)}`;

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
    return {
      ...{ id: row.id, topic: row.topic, site: row.site, createdAt: shownTime(row.createdAt) },
      texts: { ru: text('ru'), en: text('en') },
      urls: { ru: linkTo(phone, text('ru')), en: linkTo(phone, text('en')) },
    };
  };

  const withQr = (row: EntryLinkRow, phone: string): z.output<typeof WithQr> => {
    const qr = (language: keyof z.output<typeof words>) =>
      qrSvg(linkTo(phone, texts.say(language, 'entry.short', { code: shownCode(row.id) })));
    return { ...shown(row, phone), qr: { ru: qr('ru'), en: qr('en') } };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/entry-links',
      tag: 'Entry',
      role: 'broadcaster',
      summary: 'Makes a click-to-chat link for a topic and a site',
      body: NewLink,
      answers: [{ status: 201, description: 'The link', schema: WithQr }],
      handler: async ({ body: { topic, site }, now, audit }) => {
        const row = {
          ...{ id: entryCode(pepper, topic, deps.random(ENTRY_LINKS)), topic, site: site ?? null, createdAt: now },
        };
        const act = { action: 'entryLink.create', target: `entryLink:${row.id}`, after: { topic, site: row.site } };
        return { status: 201, body: withQr(row, await ownNumber()), ops: [insert(entryLinks, row), audit(act)] };
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
      summary: 'One click-to-chat link, with its QR codes',
      params: z.object({ id: z.string().max(20) }),
      answers: [{ status: 200, description: 'The link', schema: WithQr }],
      handler: async ({ params: { id } }) => {
        const row = await engine.get(entryLinks, id);
        if (!row) throw notFound('link');
        return { body: withQr(row, await ownNumber()) };
      },
    }),
  ];
};
