import type { Model } from './model.js';
import type { Network } from './network.js';
import { dictionaryOf } from './spelling-dictionary.js';

/* A model as bytes, to be kept beside the store: a line of JSON that says what follows, then numbers of four bytes each, little end
 * first. It is a cache: whatever does not fit (another version, other articles, a torn file) is not read but trained anew. */

/** To be raised with every change to features, training or layout: an older file is then not read. */
const VERSION = 3;

interface Header {
  readonly version: number;
  /** Of the articles: see `fingerprint`. */
  readonly of: string;
  readonly labels: Model['labels'];
  readonly words: readonly string[];
  readonly features: number;
  readonly hidden: number;
  readonly networks: number;
  readonly skipsCourtesy: boolean;
}

const LINE_END = 10;

/** @param of names what it was trained from; only the same name reads it again */
export function bytesOf(model: Model, of: string): Uint8Array {
  const header: Header = {
    version: VERSION,
    of,
    labels: model.labels,
    words: [...model.dictionary].filter(([form, word]) => form === word).map(([word]) => word),
    features: model.vocabulary.weights.length,
    hidden: model.networks[0]?.hidden ?? 0,
    networks: model.networks.length,
    skipsCourtesy: model.skipsCourtesy,
  };
  const parts: readonly ArrayLike<number>[] = model.networks.flatMap((network) => tablesOf(network));
  const line = new TextEncoder().encode(JSON.stringify(header));
  const numbers = 2 * header.features + parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(line.length + 1 + 4 * numbers);
  bytes.set(line);
  bytes[line.length] = LINE_END;
  const view = new DataView(bytes.buffer, line.length + 1);
  let at = 0;
  for (const hash of model.vocabulary.indexOf.keys()) view.setUint32(4 * at++, hash, true);
  for (const weight of model.vocabulary.weights) view.setFloat32(4 * at++, weight, true);
  for (const part of parts) for (let i = 0; i < part.length; i++) view.setFloat32(4 * at++, part[i] ?? 0, true);
  return bytes;
}

/** The model, or nothing when the bytes are not one of these articles. */
export function modelFrom(bytes: Uint8Array, of: string): Model | undefined {
  const header = headerOf(bytes);
  if (header?.version !== VERSION || header.of !== of) return undefined;
  const { labels, features, hidden, networks } = header;
  const start = bytes.indexOf(LINE_END) + 1;
  const lengths = [features * hidden, hidden * labels.length, hidden, labels.length];
  const numbers = 2 * features + networks * lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== start + 4 * numbers) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  let at = 0;
  const next = (length = 0) => {
    const from = start + 4 * at;
    at += length;
    return floatsOf(bytes.subarray(from, from + 4 * length));
  };
  const indexOf = new Map<number, number>();
  for (let index = 0; index < features; index++) indexOf.set(view.getUint32(4 * at++, true), index);
  const vocabulary = { indexOf, weights: next(features) };
  const read = (): Network => ({
    hidden,
    labels: labels.length,
    intoHidden: next(lengths[0]),
    intoLabels: next(lengths[1]),
    hiddenBias: next(lengths[2]),
    labelBias: next(lengths[3]),
  });
  return {
    labels,
    vocabulary,
    networks: Array.from({ length: networks }, read),
    dictionary: dictionaryOf(header.words),
    skipsCourtesy: header.skipsCourtesy,
  };
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Copied whole where the machine writes numbers as the file does: one by one, a model takes a server 150 ms in which nobody else is heard. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const copy = new Uint8Array(bytes);
  if (IS_LITTLE_ENDIAN) return new Float32Array(copy.buffer);
  const view = new DataView(copy.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

const tablesOf = (network: Network): readonly Float32Array[] => [
  network.intoHidden,
  network.intoLabels,
  network.hiddenBias,
  network.labelBias,
];

function headerOf(bytes: Uint8Array): Header | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(LINE_END)))) as Header;
  } catch {
    return undefined;
  }
}
