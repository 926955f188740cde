import type { Article, ArticleId } from './article.js';
import { BACKGROUND } from './background.js';
import { withoutCourtesy } from './courtesy.js';
import { type KindWeights, type Vocabulary, vectorOf, vocabularyOf } from './features.js';
import { folded } from './fold.js';
import { type Network, type Training, trainNetwork } from './network.js';
import { type Dictionary, dictionaryOf } from './spelling-dictionary.js';

/** What was learnt: pure data, written and read by model-bytes.ts. */
export interface Model {
  /** Of the networks' labels; `null` is the label of everything that is nobody's question. */
  readonly labels: readonly (ArticleId | null)[];
  readonly vocabulary: Vocabulary;
  /** Alike but for their seeds; their mean is calmer than each. */
  readonly networks: readonly Network[];
  readonly dictionary: Dictionary;
  /** Whether "hello" and "please" are passed over. */
  readonly skipsCourtesy: boolean;
}

export interface Labelled {
  readonly text: string;
  readonly label: ArticleId | null;
}

export interface TrainOptions {
  readonly seed: number;
  readonly networks: number;
  /** Features of fewer texts than this are left out. */
  readonly leastTexts: number;
  readonly kindWeights: KindWeights;
  readonly correctsSlips: boolean;
  /** For us a greeting asks nothing; in CLINC150 it is an intent. */
  readonly skipsCourtesy: boolean;
  readonly training: Omit<Training, 'seed'>;
}

/** A score of articles: some five seconds of work. Chosen on the leave-out of `npm run eval` and on test/eval/questions-dev.jsonl. */
export const ARTICLE_TRAINING: TrainOptions = {
  seed: 1,
  networks: 2,
  leastTexts: 2,
  kindWeights: { word: 1.5, pair: 0.7, gap: 0.5, piece: 0.5, meaning: 3, meanings: 1.5, strange: 3 },
  correctsSlips: true,
  skipsCourtesy: true,
  training: { epochs: 16, hidden: 64, learningRate: 0.03, featureDropout: 0.4, hiddenDropout: 0.4 },
};

/** Every sample and title of the articles, and the background. @param company stands where they have `{company}` */
export function labelledOf(articles: readonly Article[], company: string): readonly Labelled[] {
  const ofArticles = articles.flatMap(({ id, ru, en }) =>
    [ru, en].flatMap(({ title, samples }) =>
      [title, ...samples].map((text) => ({ text: text.replaceAll('{company}', () => company), label: id })),
    ),
  );
  return [...ofArticles, ...BACKGROUND.map((text) => ({ text, label: null }))];
}

/** Learns texts step by step, handing over the share done: whoever drives the generator decides when it goes on. The same texts and
 *  options give the same model. */
export function* trainingOn(texts: readonly Labelled[], options: TrainOptions): Generator<number, Model> {
  const labels = [...new Set(texts.map(({ label }) => label))];
  const words = texts.map(({ text }) => wordsIn(text, options.skipsCourtesy));
  const vocabulary = vocabularyOf(words, options.leastTexts, options.kindWeights);
  const lessons = texts.map(({ label }, at) => ({
    vector: vectorOf(words[at] ?? [], vocabulary),
    label: labels.indexOf(label),
  }));
  const networks: Network[] = [];
  for (let number = 0; number < options.networks; number++) {
    const training = { ...options.training, seed: options.seed + number };
    const steps = trainNetwork(lessons, vocabulary.weights.length, labels.length, training);
    networks.push(yield* part(steps, number, options.networks));
  }
  const dictionary = dictionaryOf(options.correctsSlips ? commonestFirst(words.flat()) : []);
  return { labels, vocabulary, networks, dictionary, skipsCourtesy: options.skipsCourtesy };
}

function wordsIn(text: string, skipsCourtesy: boolean): readonly string[] {
  const words = folded(text);
  return skipsCourtesy ? withoutCourtesy(words) : words;
}

/** `trainingOn` at one go. */
export function trainOn(texts: readonly Labelled[], options: TrainOptions): Model {
  const steps = trainingOn(texts, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The model of some articles. @param company its name, which people use in questions */
export function train(articles: readonly Article[], company: string, options = ARTICLE_TRAINING): Model {
  return trainOn(labelledOf(articles, company), options);
}

function* part<Result>(steps: Generator<number, Result>, number: number, of: number): Generator<number, Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield (number + step.value) / of;
  }
}

function commonestFirst(words: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return [...times].sort(([, a], [, b]) => b - a).map(([word]) => word);
}
