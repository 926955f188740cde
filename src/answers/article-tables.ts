import type { Article } from '../knowledge/article.js';
import { defineTable, type Migration } from '../storage/table.js';

/** An article of the operators' own: it stands over the one of that id in `templates/knowledge`. */
export type ArticleRow = {
  /** The article's id. */
  readonly id: string;
  readonly article: Article;
  readonly changedAt: number;
};

export const articles = defineTable<ArticleRow>({
  name: 'articles',
  owner: 'answers',
  columns: {
    id: { type: 'text' },
    article: { type: 'json' },
    changedAt: { type: 'integer' },
  },
  indexes: [],
  person: null,
  erase: { keep: 'what the company tells everybody' },
  export: { none: 'what the company tells everybody' },
  retention: { forever: 'until an operator takes it back' },
});

/** One row: counted up with every change, so that processes see that there was one, and two changes at once are not both checked against
 *  what was before. */
export type ArticleSetRow = { readonly id: string; readonly version: number };

export const articleSet = defineTable<ArticleSetRow>({
  name: 'articleSet',
  owner: 'answers',
  columns: { id: { type: 'text' }, version: { type: 'integer' } },
  indexes: [],
  person: null,
  erase: { keep: 'a number' },
  export: { none: 'a number' },
  retention: { forever: 'one row' },
});

export const articleMigrations: readonly Migration[] = [
  { id: 'articles/1', steps: [{ ensure: articles }, { ensure: articleSet }] },
];
