import type { ArticleId } from './article.js';
import type { Decision } from './decide.js';

/* How well questions are answered, in the words of `npm run eval`. */

/** A question and the article that answers it; `null`: none does. */
export interface Row {
  readonly question: string;
  readonly language: 'ru' | 'en';
  readonly article: ArticleId | null;
}

export const OUTCOMES = ['right', 'askedBackWith', 'askedBackWithout', 'wrong', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** For a question that no article answers, "I do not know" is right, an answer wrong, and any question back is one without it. */
export function outcomeOf(decision: Decision, article: ArticleId | null): Outcome {
  switch (decision.kind) {
    case 'answer':
      return decision.articles[0].id === article ? 'right' : 'wrong';
    case 'askBack':
      return decision.articles.some(({ id }) => id === article) ? 'askedBackWith' : 'askedBackWithout';
    case 'unknown':
      return article === null ? 'right' : 'unknown';
  }
}

export type Tally = Readonly<Record<Outcome, number>>;

export function tallyOf(outcomes: Iterable<Outcome>): Tally {
  const tally = { right: 0, askedBackWith: 0, askedBackWithout: 0, wrong: 0, unknown: 0 };
  for (const outcome of outcomes) tally[outcome]++;
  return tally;
}
