import type { Ranked } from './classify.js';

export type Decision =
  | { readonly kind: 'answer'; readonly articles: readonly [Ranked] }
  /** Two or three to choose from, the likeliest first. */
  | { readonly kind: 'askBack'; readonly articles: readonly Ranked[] }
  | { readonly kind: 'unknown'; readonly articles: readonly [] };

export interface Thresholds {
  /** From this confidence on the likeliest article is the answer. */
  readonly answer: number;
  /** From this one on the likeliest are offered. */
  readonly askBack: number;
  /** A third is offered only if it is at least so likely. */
  readonly third: number;
}

/** A wrong answer costs more than a question back, and a question back about nothing more than "I do not know". Chosen so that of
 *  the hardest of our own samples, left out of training, at most 3 % are answered wrongly, and of off-topic.ts and the off-topic questions
 *  of test/eval/questions-dev.jsonl at most 5 % are answered and 30 % asked back. */
export const THRESHOLDS: Thresholds = { answer: 0.77, askBack: 0.17, third: 0.01 };

/** What to do with a classified text. */
export function decide(ranked: readonly Ranked[], thresholds: Thresholds = THRESHOLDS): Decision {
  const [first, second, third] = ranked;
  if (!first || first.confidence < thresholds.askBack) return { kind: 'unknown', articles: [] };
  if (first.confidence >= thresholds.answer || !second) return { kind: 'answer', articles: [first] };
  const likely = third && third.confidence >= thresholds.third;
  return { kind: 'askBack', articles: likely ? [first, second, third] : [first, second] };
}
