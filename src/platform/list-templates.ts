import { z } from 'zod';
import type { GraphClient } from './graph-client.js';

/** Every template of the account, page by page (reference §10.2). */

export type ListedTemplate = {
  readonly id: string | null;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string | null;
  readonly quality: string | null;
  readonly reason: string | null;
  /** The body's text, where the listing tells it. */
  readonly body: string | null;
};

const FIELDS = 'id,name,language,status,category,components,quality_score,rejected_reason';
const PAGE = 100;
/** 6,000 templates are the most an account may hold (reference §7.1). */
const MAX_PAGES = 100;
const CURSOR_LOST = 131059;
const RESTARTS = 2;

const Listed = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string().optional(),
  quality_score: z.object({ score: z.string() }).partial().optional(),
  rejected_reason: z.string().nullish(),
  components: z.array(z.object({ type: z.string(), text: z.string().optional() })).optional(),
});
const Page = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string() }).partial().optional() })
    .optional(),
});

export type Listing =
  | { readonly kind: 'listed'; readonly templates: readonly ListedTemplate[] }
  /** `code`: Graph's; undefined without an answer that says one. */
  | { readonly kind: 'refused'; readonly code: number | undefined };

/** One listing is one reading of all pages; a cursor that Graph does not know any more begins it anew. Never throws. */
export async function listTemplates(graph: Pick<GraphClient, 'request'>, businessAccountId: string): Promise<Listing> {
  for (let attempt = 0; ; attempt += 1) {
    const listing = await readPages(graph, businessAccountId);
    if (listing.kind === 'listed' || listing.code !== CURSOR_LOST || attempt >= RESTARTS) return listing;
  }
}

async function readPages(graph: Pick<GraphClient, 'request'>, businessAccountId: string): Promise<Listing> {
  const templates: ListedTemplate[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ fields: FIELDS, limit: String(PAGE), ...(after ? { after } : {}) });
    const answer = await graph.request('get', `/${businessAccountId}/message_templates?${query}`);
    if (answer.kind !== 'ok') return { kind: 'refused', code: answer.kind === 'refused' ? answer.code : undefined };
    const read = Page.safeParse(answer.body);
    if (!read.success) return { kind: 'refused', code: undefined };
    for (const item of read.data.data) {
      const listed = Listed.safeParse(item);
      if (listed.success) templates.push(shapeOf(listed.data));
    }
    after = read.data.paging?.cursors?.after;
    if (read.data.paging?.next === undefined || after === undefined) return { kind: 'listed', templates };
  }
  return { kind: 'listed', templates };
}

const shapeOf = (listed: z.output<typeof Listed>): ListedTemplate => ({
  id: listed.id ?? null,
  name: listed.name,
  language: listed.language.replace('-', '_'),
  status: listed.status.toUpperCase(),
  category: listed.category?.toUpperCase() ?? null,
  quality: listed.quality_score?.score?.toUpperCase() ?? null,
  reason: listed.rejected_reason && listed.rejected_reason !== 'NONE' ? listed.rejected_reason : null,
  body: listed.components?.find(({ type }) => type.toUpperCase() === 'BODY')?.text ?? null,
});
