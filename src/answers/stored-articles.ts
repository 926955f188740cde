import type { Article } from '../knowledge/article.js';
import { insert, put, remove, set, type Engine, type Op } from '../storage/engine.js';
import { articles, articleSet } from './article-tables.js';

/** The articles that operators keep in the store, over those that come with the program. */

/** All articles together; more would make learning slow, and a list of them long. */
export const MOST_ARTICLES = 200;
const SET = 'current';

export type ArticleSource = 'template' | 'operator';
export type SourcedArticle = { readonly article: Article; readonly source: ArticleSource };

/** The articles as they stand, in the order of their ids. `version` is that of a moment before: whoever finds it unchanged has seen all. */
export async function readArticles(
  engine: Pick<Engine, 'get' | 'find'>,
  templates: readonly Article[],
): Promise<{ readonly version: number; readonly articles: readonly SourcedArticle[] }> {
  const version = await articleVersion(engine);
  const own = await engine.find(articles, { where: {}, orderBy: [['id', 'asc']], limit: MOST_ARTICLES });
  const byId = new Map<string, SourcedArticle>(
    templates.map((article) => [article.id, { article, source: 'template' }]),
  );
  for (const { id, article } of own) byId.set(id, { article, source: 'operator' });
  const ids = [...byId.keys()].sort();
  return { version, articles: ids.flatMap((id) => byId.get(id) ?? []) };
}

/** Counted up with every change. */
export const articleVersion = async (engine: Pick<Engine, 'get'>): Promise<number> =>
  (await engine.get(articleSet, SET))?.version ?? 0;

/** Keeps the article. A conflict when any article has changed since `version`: it was checked against the others. */
export const keepArticle = (article: Article, version: number, now: number): Op[] => [
  put(articles, { id: article.id, article, changedAt: now }),
  nextVersion(version),
];

/** Takes the operators' article back: the one that comes with the program stands again, if there is one. */
export const dropArticle = (id: string, version: number): Op[] => [remove(articles, id), nextVersion(version)];

const nextVersion = (version: number): Op =>
  version === 0
    ? insert(articleSet, { id: SET, version: 1 })
    : set(articleSet, SET, { version: version + 1 }, { version });
