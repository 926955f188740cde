import { insert, set, slices, type Engine } from '../storage/engine.js';
import type { ListedTemplate } from './list-templates.js';
import { templateKey, templateStatuses, type TemplateStatusRow } from './template-table.js';

/** What is known of the templates at Meta: webhooks tell changes as they come, in no order; a listing tells all at one moment. Of a status
 *  the later word counts. */

/** One thing that a webhook says of a template; what it does not say is absent. */
export type TemplateNews = {
  readonly name: string;
  readonly language: string;
  /** By Meta's clock, ms. */
  readonly at: number;
  readonly status?: string;
  readonly reason?: string | null;
  readonly category?: string;
  readonly nextCategory?: string | null;
  readonly quality?: string;
};

const TRIES = 5;
/** Statuses in which a template is out of use and may come back, or may not: shown to operators. */
export const IS_USABLE = 'APPROVED';
export const MISSING = 'MISSING';
const MAX_TEMPLATES = 10_000;

/** The row as the news make it; undefined when it says nothing new. Pure. */
export function afterNews(row: TemplateStatusRow | undefined, news: TemplateNews): TemplateStatusRow | undefined {
  const before = row ?? blank(news.name, news.language);
  const isNewer = news.status !== undefined && news.at >= before.since;
  const after = {
    ...before,
    ...(isNewer ? { status: news.status ?? before.status, since: news.at, reason: news.reason ?? null } : {}),
    ...(news.category === undefined ? {} : { category: news.category }),
    ...(news.nextCategory === undefined ? {} : { nextCategory: news.nextCategory }),
    ...(news.quality === undefined ? {} : { quality: news.quality }),
  };
  return row && isEqual(row, after) ? undefined : after;
}

/** The row after a listing that was asked for at `askedAt`; `listed` is undefined where it did not have it. Pure. */
export function afterListing(
  row: TemplateStatusRow | undefined,
  listed: ListedTemplate | undefined,
  askedAt: number,
  key: { readonly name: string; readonly language: string },
): TemplateStatusRow {
  const before = row ?? blank(key.name, key.language);
  const status = listed?.status ?? MISSING;
  // A webhook that came while the pages were read is the later word.
  const isOlder = before.since > askedAt;
  const changed = !isOlder && before.status !== status;
  return {
    ...before,
    ...(changed ? { status, since: askedAt } : {}),
    ...(isOlder ? {} : { reason: listed?.reason ?? (changed ? null : before.reason) }),
    templateId: listed?.id ?? null,
    category: listed?.category ?? before.category,
    // What was announced has come about.
    nextCategory: listed && listed.category === before.nextCategory ? null : before.nextCategory,
    quality: listed?.quality ?? before.quality,
    listedAt: askedAt,
  };
}

const blank = (name: string, language: string): TemplateStatusRow => ({
  id: templateKey(name, language),
  name,
  language: language.replace('-', '_'),
  ...{ templateId: null, status: MISSING, since: 0, reason: null, category: null, nextCategory: null },
  ...{ quality: null, listedAt: null, version: 0 },
});

const isEqual = (one: TemplateStatusRow, other: TemplateStatusRow): boolean =>
  (Object.keys(one) as (keyof TemplateStatusRow)[]).every((field) => one[field] === other[field]);

/** Writes what a webhook or a refused send says. @throws StoreUnavailable */
export async function noteTemplate(engine: Engine, news: TemplateNews): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const row = await engine.get(templateStatuses, templateKey(news.name, news.language));
    const after = afterNews(row, news);
    if (!after || (await write(engine, row, after))) return;
  }
  throw new Error('conflicts did not end');
}

/** Writes what a listing of the whole account says. @param wanted the templates that we use: those that it lacks are missing
 *  @throws StoreUnavailable */
export async function noteListing(
  engine: Engine,
  listed: readonly ListedTemplate[],
  wanted: readonly { readonly name: string; readonly language: string }[],
  askedAt: number,
): Promise<void> {
  const byId = new Map(listed.map((one) => [templateKey(one.name, one.language), one]));
  const known = await engine.find(templateStatuses, { where: {}, limit: MAX_TEMPLATES });
  const rows = new Map(known.map((row) => [row.id, row]));
  const keys = new Map([...known, ...listed, ...wanted].map((one) => [templateKey(one.name, one.language), one]));
  for (const slice of slices([...keys], 50))
    await Promise.all(
      slice.map(async ([id, key]) => {
        const row = rows.get(id);
        // One that changes meanwhile has had its own word; the next listing sees it.
        await write(engine, row, afterListing(row, byId.get(id), askedAt, key));
      }),
    );
}

async function write(engine: Engine, row: TemplateStatusRow | undefined, after: TemplateStatusRow): Promise<boolean> {
  const { id, ...fields } = { ...after, version: after.version + 1 };
  const op = row
    ? set(templateStatuses, id, fields, { version: row.version })
    : insert(templateStatuses, { id, ...fields });
  return (await engine.commit([op])) === 'committed';
}
