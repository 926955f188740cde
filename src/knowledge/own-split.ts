import { comparable } from '../conversation/spelling.js';
import type { Article } from './article.js';
import { classify } from './classify.js';
import { decide, type Decision } from './decide.js';
import { ARTICLE_TRAINING, type Model, labelledOf, trainOn } from './model.js';
import { inOtherLayout, transliterated, withSlip } from './noise.js';
import { OFF_TOPIC } from './off-topic.js';
import type { Row } from './outcome.js';
import { seeded, shuffle } from './random.js';

/* The secondary measure: each sample asked of a model that has never seen it, as written and as it might have been mistyped. The samples
 * have one author and were chosen to differ, so this says how the classifier carries over, not how it will fare. */

export const VARIANTS = ['as written', 'one slip', 'two slips', 'translit', 'other layout'] as const;
export type Variant = (typeof VARIANTS)[number] | 'off topic';

export interface Asked extends Row {
  readonly variant: Variant;
  readonly decision: Decision;
}

const FOLDS = 5;

/** Asks every sample of the models that were trained without it, and the off-topic questions of each of these models in turn. */
export function* ownSplit(articles: readonly Article[], company: string, seed: number): Generator<Asked> {
  const random = seeded(seed);
  const samples: readonly Row[] = articles.flatMap((article) =>
    (['ru', 'en'] as const).flatMap((language) =>
      article[language].samples.map((sample) => ({
        question: sample.replaceAll('{company}', company),
        language,
        article: article.id,
      })),
    ),
  );
  const order = Uint32Array.from(samples, (_, at) => at);
  shuffle(order, random);
  for (let fold = 0; fold < FOLDS; fold++) {
    const heldOut = new Set([...order].filter((_, at) => at % FOLDS === fold).flatMap((at) => samples[at] ?? []));
    const hidden = new Set([...heldOut].map(({ question }) => comparable(question))); // a title may be the same words
    const model = trainOn(
      labelledOf(articles, company).filter(({ text }) => !hidden.has(comparable(text))),
      ARTICLE_TRAINING,
    );
    for (const row of heldOut) yield* variantsOf(row, model, random);
    for (const [at, question] of OFF_TOPIC.entries()) {
      if (at % FOLDS !== fold) continue;
      yield asked(
        model,
        { question, language: /\p{Script=Cyrillic}/u.test(question) ? 'ru' : 'en', article: null },
        'off topic',
      );
    }
  }
}

function* variantsOf(row: Row, model: Model, random: () => number): Generator<Asked> {
  const typed = (question: string, variant: Variant) => asked(model, { ...row, question }, variant);
  yield typed(row.question, 'as written');
  yield typed(withSlip(row.question, random), 'one slip');
  yield typed(withSlip(withSlip(row.question, random), random), 'two slips');
  if (row.language === 'en') return;
  yield typed(transliterated(row.question, random), 'translit');
  yield typed(inOtherLayout(row.question), 'other layout');
}

function asked(model: Model, row: Row, variant: Variant): Asked {
  return { ...row, variant, decision: decide(classify(model, row.question).ranked) };
}
