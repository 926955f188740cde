import type { ArticleId } from './article.js';
import { withoutCourtesy } from './courtesy.js';
import { type Vector, vectorOf } from './features.js';
import { folded, foldedRetyped } from './fold.js';
import type { Model } from './model.js';
import { logitsOf, softmax } from './network.js';
import { corrected } from './spelling-dictionary.js';

export interface Ranked {
  readonly id: ArticleId;
  /** 0 to 1. Of questions that an article answers, a first place is right about so often, below 0.5 oftener (docs/adr-0004-classifier.md). */
  readonly confidence: number;
}

export interface Classified {
  /** All articles, the likeliest first; the confidences add up to at most 1, the rest being for "none of them". */
  readonly ranked: readonly Ranked[];
  /** How much speaks for the likeliest label, less what speaks for the next one; unbounded, low for a text about something else. */
  readonly strength: number;
}

/** A text of which the articles' samples know less than this share may have been typed with the other keyboard layout. */
const STRANGE_BELOW = 0.4;
/** How much the second label takes from the strength of the first: a text about something else often speaks a little for several. Chosen
 *  among 0, 0.2 … 0.8 on the validation part of CLINC150, and on questions of intents that were left out of training. */
const SECOND_TAKES = 0.5;
/** Flattens the networks' overconfidence; chosen among 1, 1.2 and 2 on texts left out of training. */
const TEMPERATURE = 1.2;

/** What a text asks about, by confidence. Either language, or both in one text; slips, Latin letters for Russian and the wrong keyboard
 *  layout are put right. About 0.1 ms; work is bounded for texts of any length. */
export function classify(model: Model, text: string): Classified {
  const logits = logitsIn(model, vectorIn(model, text));
  const strength = strengthOf(logits);
  const confidences = softmax(logits.map((logit) => logit / TEMPERATURE));
  const ranked: Ranked[] = [];
  model.labels.forEach((id, label) => {
    if (id !== null) ranked.push({ id, confidence: confidences[label] ?? 0 });
  });
  return { ranked: ranked.sort((a, b) => b.confidence - a.confidence), strength };
}

function strengthOf(logits: Float32Array): number {
  let first = -Infinity;
  let second = -Infinity;
  for (const logit of logits) {
    if (logit > first) [first, second] = [logit, first];
    else if (logit > second) second = logit;
  }
  return second === -Infinity ? first : first - SECOND_TAKES * second;
}

function vectorIn(model: Model, text: string): Vector {
  const vector = vectorOfWords(model, folded(text));
  if (vector.known >= STRANGE_BELOW) return vector;
  const retyped = vectorOfWords(model, foldedRetyped(text));
  return retyped.known > vector.known ? retyped : vector;
}

function vectorOfWords({ vocabulary, dictionary, skipsCourtesy }: Model, words: readonly string[]): Vector {
  const asking = skipsCourtesy ? withoutCourtesy(words) : words;
  return vectorOf(
    asking.map((word) => corrected(word, dictionary)),
    vocabulary,
  );
}

/** Unfamiliar texts are heard more quietly: the share of their features that is known is the best single sign of another subject. */
function logitsIn(model: Model, { indices, values, known }: Vector): Float32Array {
  const quieter = { indices, values: values.map((value) => value * known) };
  const mean = new Float32Array(model.labels.length);
  for (const network of model.networks) {
    logitsOf(network, quieter).forEach((logit, label) => (mean[label] = (mean[label] ?? 0) + logit));
  }
  return mean.map((sum) => sum / model.networks.length);
}
