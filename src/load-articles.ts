import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { comparable } from './conversation/spelling.js';
import { Article, faultsOf } from './knowledge/article.js';

/** Reads the articles of `templates/knowledge`, beside `dist` as beside `src`, in the order of their ids.
 *  @throws Error naming every fault; the start stops there */
export function loadArticles(folder: URL = new URL('../../templates/knowledge/', import.meta.url)): readonly Article[] {
  const articles: Article[] = [];
  const faults: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const read = Article.safeParse(parsed(readFileSync(new URL(file, folder), 'utf8')));
    if (read.success) {
      articles.push(read.data);
      if (`${read.data.id}.json` !== file) faults.push(`${file}: its id is ${read.data.id}`);
    } else for (const { path, message } of read.error.issues) faults.push(`${file}: ${path.join('.')} ${message}`);
  }
  faults.push(...faultsOf(articles, comparable));
  if (faults.length > 0) throw new Error(`templates/knowledge has faults:\n  ${faults.join('\n  ')}`);
  return articles;
}

/** Names what a model was trained from: the same questions of the same articles and the same company, the same name. What the articles
 *  answer teaches nothing. */
export function fingerprintOf(articles: readonly Article[], company: string): string {
  const learnt = articles.map(({ id, ru, en }) => [id, ...[ru, en].map(({ title, samples }) => [title, ...samples])]);
  return createHash('sha256')
    .update(JSON.stringify([company, learnt]))
    .digest('hex');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
