import type { Article, ArticleId } from './article.js';
import { classify, type Ranked } from './classify.js';
import type { Model } from './model.js';

/* What the bot knows, as the conversation asks for it. */

/** An article in one language, the company's name filled in. */
export interface Told {
  readonly title: string;
  readonly short: string;
  readonly long: string;
  /** What to offer next. */
  readonly chips: readonly ArticleId[];
  /** The dialog that the question itself asks for. */
  readonly starts?: string;
}

export interface Answers {
  /** What a text asks about, the likeliest first; nothing while there is no model yet. */
  rank(text: string): readonly Ranked[];
  /** Undefined for an article that there is not, or not any more. */
  article(id: ArticleId, language: 'ru' | 'en'): Told | undefined;
  /** All articles in the order in which they are offered, always the same. */
  readonly common: readonly ArticleId[];
}

/** Of somebody who knows no article. */
export const KNOWS_NOTHING: Answers = { rank: () => [], article: () => undefined, common: [] };

/** The order of the list of common questions, chosen by us and not by what is asked, so that a row stays where one has found it: first
 *  what to receive and how to end it, then who sees what, then the service, then the rest. Operators' own articles follow by their ids. */
const COMMON_ORDER: readonly ArticleId[] = [
  'opt-out',
  'newsletters',
  'number-privacy',
  'message-privacy',
  'what-is-this',
  'maintenance',
  'rate-message',
  'support-contacts',
  'consent',
  'callback',
  'mailing-price',
  'block-business',
  'report-business',
  'after-blocks',
  'rating-anonymity',
  'my-data',
  'delete-data',
  'human',
];

/** @param model what was learnt from the articles; undefined while it is still being learnt */
export function answersFrom(articles: readonly Article[], company: string, model: () => Model | undefined): Answers {
  const byId = new Map(articles.map((article) => [article.id, article]));
  const common = [...COMMON_ORDER.filter((id) => byId.has(id)), ...[...byId.keys()].sort()];
  // A function, since "$&" in a company's name would mean something in a replacement.
  const filled = (text: string) => text.replaceAll('{company}', () => company);
  return {
    rank(text) {
      const learnt = model();
      return learnt ? classify(learnt, text).ranked : [];
    },
    article(id, language) {
      const article = byId.get(id);
      if (!article) return undefined;
      const { title, short, long } = article[language];
      return {
        title: filled(title),
        short: filled(short),
        long: filled(long),
        chips: article.chips,
        ...(article.starts !== undefined && { starts: article.starts }),
      };
    },
    common: [...new Set(common)],
  };
}
