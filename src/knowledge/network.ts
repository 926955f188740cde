import type { Vector } from './features.js';
import { seeded, shuffle } from './random.js';

/* Multinomial logistic regression with one hidden layer between features and labels: features that mean the same come to lie together,
 * which is worth 0.7 points on CLINC150 and a dozen points of out-of-scope recall (docs/adr-0004-classifier.md). Trained by stochastic
 * gradient descent, one text at a time, the learning rate falling to nothing; what keeps it from learning by heart is dropout: at each
 * step it sees only a part of the features and has only a part of its units. */

export interface Network {
  readonly hidden: number;
  readonly labels: number;
  /** Features × hidden, row by row, then hidden × labels. */
  readonly intoHidden: Float32Array;
  readonly intoLabels: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly labelBias: Float32Array;
}

export interface Lesson {
  readonly vector: Vector;
  readonly label: number;
}

export interface Training {
  readonly seed: number;
  readonly epochs: number;
  readonly hidden: number;
  readonly learningRate: number;
  /** Shares left out at each step, 0 to 1. */
  readonly featureDropout: number;
  readonly hiddenDropout: number;
}

/** After how many texts the training lets others have the thread. */
const TEXTS_A_SLICE = 20;
const FIRST_WEIGHTS = 0.05;
/** Biases learn slower: they see every text. */
const BIAS_RATE = 0.1;

// In the loops below every index is in range by construction, and `!` costs nothing where `?? 0` would.

/** Trains step by step: whoever drives the generator decides when it goes on. The same lessons and seed give the same network. */
export function* trainNetwork(
  lessons: readonly Lesson[],
  features: number,
  labels: number,
  { seed, epochs, hidden, learningRate, featureDropout, hiddenDropout }: Training,
): Generator<number, Network> {
  const random = seeded(seed);
  const network = firstNetwork(features, hidden, labels, random);
  const { intoHidden, intoLabels, hiddenBias, labelBias } = network;
  const order = Uint32Array.from(lessons, (_, at) => at);
  const unit = new Float32Array(hidden);
  const unitError = new Float32Array(hidden);
  const error = new Float32Array(labels);
  let seen: { indices: number[]; values: number[] };
  const all = epochs * lessons.length;

  for (let done = 0; done < all; done++) {
    if (done % lessons.length === 0) shuffle(order, random);
    if (done % TEXTS_A_SLICE === 0) yield done / all;
    const rate = learningRate * (1 - Math.floor(done / lessons.length) / epochs);
    const { vector, label } = lessons[order[done % lessons.length]!]!;

    seen = withDropout(vector, featureDropout, random);
    const { indices, values } = seen;
    hear(unit, hiddenBias, intoHidden, indices, values);
    for (let h = 0; h < hidden; h++)
      unit[h] = unit[h]! > 0 && random() >= hiddenDropout ? unit[h]! / (1 - hiddenDropout) : 0;
    answer(error, labelBias, intoLabels, unit);
    softmax(error);
    error[label]! -= 1;

    for (let h = 0; h < hidden; h++) {
      unitError[h] = 0;
      if (unit[h] === 0) continue;
      const row = h * labels;
      const stepSize = rate * unit[h]!;
      let sum = 0;
      for (let c = 0; c < labels; c++) {
        sum += intoLabels[row + c]! * error[c]!;
        intoLabels[row + c]! -= stepSize * error[c]!;
      }
      unitError[h] = sum / (1 - hiddenDropout);
      hiddenBias[h]! -= rate * BIAS_RATE * unitError[h]!;
    }
    for (let c = 0; c < labels; c++) labelBias[c]! -= rate * BIAS_RATE * error[c]!;
    for (let at = 0; at < indices.length; at++) {
      const row = indices[at]! * hidden;
      const stepSize = rate * values[at]!;
      for (let h = 0; h < hidden; h++) intoHidden[row + h]! -= stepSize * unitError[h]!;
    }
  }
  return network;
}

/** How much speaks for each label; not yet probabilities. */
export function logitsOf(network: Network, { indices, values }: Pick<Vector, 'indices' | 'values'>): Float32Array {
  const unit = new Float32Array(network.hidden);
  hear(unit, network.hiddenBias, network.intoHidden, indices, values);
  for (let h = 0; h < unit.length; h++) if (unit[h]! < 0) unit[h] = 0;
  const logits = new Float32Array(network.labels);
  answer(logits, network.labelBias, network.intoLabels, unit);
  return logits;
}

/** In place: logits become probabilities. */
export function softmax(logits: Float32Array): Float32Array {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (let c = 0; c < logits.length; c++) {
    logits[c] = Math.exp(logits[c]! - most);
    sum += logits[c]!;
  }
  for (let c = 0; c < logits.length; c++) logits[c]! /= sum;
  return logits;
}

function firstNetwork(features: number, hidden: number, labels: number, random: () => number): Network {
  // Box and Muller's way to normal numbers.
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const filled = (length: number, size: number) => new Float32Array(length).map(() => normal() * size);
  return {
    hidden,
    labels,
    intoHidden: filled(features * hidden, FIRST_WEIGHTS),
    intoLabels: filled(hidden * labels, 1 / Math.sqrt(hidden)),
    hiddenBias: new Float32Array(hidden),
    labelBias: new Float32Array(labels),
  };
}

function withDropout({ indices, values }: Vector, dropout: number, random: () => number) {
  const seen: { indices: number[]; values: number[] } = { indices: [], values: [] };
  for (let at = 0; at < indices.length; at++) {
    if (random() < dropout) continue;
    seen.indices.push(indices[at]!);
    seen.values.push(values[at]! / (1 - dropout));
  }
  return seen;
}

function hear(
  unit: Float32Array,
  bias: Float32Array,
  intoHidden: Float32Array,
  indices: ArrayLike<number>,
  values: ArrayLike<number>,
): void {
  unit.set(bias);
  const hidden = unit.length;
  for (let at = 0; at < indices.length; at++) {
    const row = indices[at]! * hidden;
    const value = values[at]!;
    for (let h = 0; h < hidden; h++) unit[h]! += intoHidden[row + h]! * value;
  }
}

function answer(logits: Float32Array, bias: Float32Array, intoLabels: Float32Array, unit: Float32Array): void {
  logits.set(bias);
  const labels = logits.length;
  for (let h = 0; h < unit.length; h++) {
    const value = unit[h]!;
    if (value === 0) continue;
    const row = h * labels;
    for (let c = 0; c < labels; c++) logits[c]! += intoLabels[row + c]! * value;
  }
}
