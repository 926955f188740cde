import { meaningOf } from './meanings.js';

/* What the classifier looks at: words, pairs of neighbours, pairs with a gap ("how … rate"), pieces of words of two to five letters, by
 * which a word is known in another form or with a slip in it, what the words mean (meanings.ts), alone and two by two, and how many words
 * nobody else has used: who asks about Netflix or vim mostly asks about something else. A feature is a 32-bit hash (FNV-1a): no strings
 * are kept, and with some 10^5 features a collision hits one in 10^4. */

export const FEATURE_KINDS = ['word', 'pair', 'gap', 'piece', 'meaning', 'meanings', 'strange'] as const;
/** How loud each kind is. */
export type KindWeights = Readonly<Record<(typeof FEATURE_KINDS)[number], number>>;

const WIDEST_GAP_WORDS = 2;
const SHORTEST_PIECE = 2;
const LONGEST_PIECE = 5;

const FNV_PRIME = 0x01000193;
const START = 0x811c9dc5;
const SPACE = 32;
const step = (hash: number, code: number): number => Math.imul(hash ^ code, FNV_PRIME);
const WORD = FEATURE_KINDS.indexOf('word');
/** The one feature of its kind, not of a text but of a text before a vocabulary. */
const STRANGE_WORDS = step(START, FEATURE_KINDS.indexOf('strange')) >>> 0;
const spelt = (hash: number, word: string): number => {
  for (let at = 0; at < word.length; at++) hash = step(hash, word.charCodeAt(at));
  return hash;
};

/** Hands every feature of a text, repetitions included, to `take`. @param words as `folded` makes them */
export function eachFeature(words: readonly string[], take: (hash: number, kind: number) => void): void {
  const beginnings = FEATURE_KINDS.map((_, kind) => step(START, kind));
  const [ofWord = 0, ofPair = 0, ofGap = 0, ofPiece = 0, ofMeaning = 0, ofMeanings = 0] = beginnings;
  const together = (from: number, first: string, second: string) =>
    spelt(step(spelt(from, first), SPACE), second) >>> 0;
  words.forEach((word, at) => {
    take(spelt(ofWord, word) >>> 0, 0);
    take(together(ofPair, words[at - 1] ?? '<', word), 1);
    if (at === words.length - 1) take(together(ofPair, word, '>'), 1);
    for (let gap = 1; gap <= WIDEST_GAP_WORDS && at + gap + 1 < words.length; gap++) {
      take(together(ofGap, word, words[at + gap + 1] ?? ''), 2);
    }
    const piece = ` ${word} `;
    for (let start = 0; start < piece.length; start++) {
      let hash = ofPiece;
      const end = Math.min(start + LONGEST_PIECE, piece.length);
      for (let next = start; next < end; next++) {
        hash = step(hash, piece.charCodeAt(next));
        if (next - start + 1 >= SHORTEST_PIECE) take(hash >>> 0, 3);
      }
    }
  });
  const meanings = [...new Set(words.map(meaningOf))].filter((meaning) => meaning !== undefined).sort((a, b) => a - b);
  meanings.forEach((meaning, at) => {
    take(step(ofMeaning, meaning) >>> 0, 4);
    for (const other of meanings.slice(at + 1)) take(step(step(ofMeanings, meaning), other) >>> 0, 5);
  });
}

/** A text as numbers: which known features it has, and how much each weighs. */
export interface Vector {
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** Share of its different features that the vocabulary knows, 0 to 1. */
  readonly known: number;
}

export interface Vocabulary {
  /** By hash. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** By index: rarity times the weight of the kind. */
  readonly weights: Float32Array;
}

/** All features that at least `least` texts have. Rarity counts by its square root: all of it made rare noise too loud. */
export function vocabularyOf(texts: Iterable<readonly string[]>, least: number, kindWeights: KindWeights): Vocabulary {
  const loudness = FEATURE_KINDS.map((kind) => kindWeights[kind]);
  const found = new Map<number, { kind: number; texts: number; last: number }>();
  let number = 0;
  for (const words of texts) {
    number++;
    eachFeature(words, (hash, kind) => {
      const feature = found.get(hash);
      if (!feature) found.set(hash, { kind, texts: 1, last: number });
      else if (feature.last !== number) {
        feature.texts++;
        feature.last = number;
      }
    });
  }
  const weights = new Map<number, number>();
  for (const [hash, { kind, texts }] of found) {
    if (texts >= least) weights.set(hash, Math.sqrt(Math.log((number + 1) / texts)) * (loudness[kind] ?? 0));
  }
  if (kindWeights.strange > 0) weights.set(STRANGE_WORDS, kindWeights.strange);
  return {
    indexOf: new Map(Array.from(weights.keys(), (hash, index) => [hash, index])),
    weights: Float32Array.from(weights.values()),
  };
}

/** Every vector is as long as this, however long the text: with the learning rate it sets the size of a step. */
const LENGTH = 4;

export function vectorOf(words: readonly string[], vocabulary: Vocabulary): Vector {
  const times = new Map<number, number>();
  const unknown = new Set<number>();
  let strangeWords = 0;
  eachFeature(words, (hash, kind) => {
    const index = vocabulary.indexOf.get(hash);
    if (index === undefined) {
      unknown.add(hash);
      if (kind === WORD) strangeWords++;
    } else times.set(index, (times.get(index) ?? 0) + 1);
  });
  const known = times.size / (times.size + unknown.size || 1);
  const strange = vocabulary.indexOf.get(STRANGE_WORDS);
  if (strange !== undefined && strangeWords > 0) times.set(strange, strangeWords);
  const indices = Int32Array.from(times.keys());
  const values = Float32Array.from(times, ([index, count]) => (1 + Math.log(count)) * (vocabulary.weights[index] ?? 0));
  const scale = LENGTH / (Math.hypot(...values) || 1);
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * scale;
  return { indices, values, known };
}
