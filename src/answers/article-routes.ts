import { z } from 'zod';
import { pageFrom, pageOf, pageQuery } from '../api/paging.js';
import { notFound, wrongFields, wrongMoment } from '../api/problem.js';
import { defineRoute, type Route } from '../api/route.js';
import { Article } from '../knowledge/article.js';
import type { Engine } from '../storage/engine.js';
import { checkArticle, clashesAmong, LEAST_SAMPLES } from './check-article.js';
import { dropArticle, keepArticle, MOST_ARTICLES, readArticles, type SourcedArticle } from './stored-articles.js';

const Shown = Article.extend({
  source: z.enum(['template', 'operator']).meta({
    description: '`template`: it comes with the program. `operator`: it was put here, over the one that comes with it.',
  }),
}).meta({ id: 'Article' });

const Sent = Article.omit({ id: true }).meta({
  id: 'NewArticle',
  description: `Both languages, at least ${LEAST_SAMPLES} sample questions in each. \`{company}\` stands for the company's name.`,
});

const Id = z.object({ id: z.string() });
const shown = ({ article, source }: SourcedArticle): z.output<typeof Shown> => ({ ...article, source });
const target = (id: string): string => `article:${id}`;

/** Articles without a deploy: what operators put here stands over `templates/knowledge`, in every process within seconds. */
export const articleRoutes = ({
  engine,
  templates,
  changed,
}: {
  readonly engine: Engine;
  readonly templates: readonly Article[];
  /** This process need not wait until it looks. */
  readonly changed: () => void;
}): readonly Route[] => [
  defineRoute({
    method: 'get',
    path: '/articles',
    tag: 'Answers',
    role: 'agent',
    summary: 'The articles that the bot answers from, in the order of their ids',
    query: pageQuery,
    answers: [{ status: 200, description: 'A page of articles', schema: pageOf(Shown) }],
    handler: async ({ query: { limit, after } }) => {
      const { articles } = await readArticles(engine, templates);
      const rest = articles.filter(({ article }) => after === undefined || article.id > after);
      const page = pageFrom(rest.slice(0, limit + 1), limit, ({ article }) => article.id);
      return { body: { ...page, items: page.items.map(shown) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/articles/{id}',
    tag: 'Answers',
    role: 'agent',
    summary: 'One article',
    params: Id,
    answers: [{ status: 200, description: 'The article', schema: Shown }],
    handler: async ({ params: { id } }) => {
      const { articles } = await readArticles(engine, templates);
      const found = articles.find(({ article }) => article.id === id);
      if (!found) throw notFound('article');
      return { body: shown(found) };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/articles/{id}',
    tag: 'Answers',
    role: 'broadcaster',
    summary: 'Adds an article, or puts this one in its place',
    params: Id,
    body: z.unknown(),
    bodyShown: Sent,
    answers: [
      { status: 200, description: 'It stands', schema: Shown },
      { status: 201, description: 'It is new', schema: Shown },
    ],
    refusals: { 409: `There are ${MOST_ARTICLES} articles already` },
    handler: async ({ params: { id }, body, now, audit }) => {
      const { version, articles } = await readArticles(engine, templates);
      const all = articles.map(({ article }) => article);
      const checked = checkArticle(id, body, all);
      if (checked.kind === 'wrong') throw wrongFields(checked.errors);
      const { article } = checked;
      const before = all.find((one) => one.id === id);
      if (!before && all.length >= MOST_ARTICLES) throw wrongMoment('there are too many articles: take one away first');
      const act = { action: before ? 'article.change' : 'article.add', target: target(id), after: article };
      return {
        status: before ? 200 : 201,
        body: shown({ article, source: 'operator' }),
        ops: [...keepArticle(article, version, now), audit({ ...act, ...(before && { before }) })],
        afterwards: changed,
      };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/articles/{id}',
    tag: 'Answers',
    role: 'broadcaster',
    summary: 'Takes the operators’ article away; the one that comes with the program stands again, if there is one',
    params: Id,
    answers: [{ status: 204, description: 'It is gone' }],
    refusals: { 409: 'It comes with the program, or another article offers it' },
    handler: async ({ params: { id }, audit }) => {
      const { version, articles } = await readArticles(engine, templates);
      const found = articles.find(({ article }) => article.id === id);
      if (!found) throw notFound('article');
      if (found.source === 'template')
        throw wrongMoment('this article comes with the program: it can be replaced, not taken away');
      const template = templates.find((one) => one.id === id);
      const rest = articles.map(({ article }) => article).filter((article) => article.id !== id);
      const clashes = clashesAmong(template ? [...rest, template] : rest);
      if (clashes.length > 0) throw wrongMoment(`without it others would be wrong: ${clashes.join('; ')}`);
      const act = { action: 'article.remove', target: target(id), before: found.article };
      return {
        ops: [...dropArticle(id, version), audit({ ...act, ...(template && { after: template }) })],
        afterwards: changed,
      };
    },
  }),
];
