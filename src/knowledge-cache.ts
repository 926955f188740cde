import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Article } from './knowledge/article.js';
import { modelFrom } from './knowledge/model-bytes.js';
import type { Model } from './knowledge/model.js';
import { fingerprintOf } from './load-articles.js';

const FILE = 'knowledge.model';

/** What the training thread is handed, and hands back. */
export interface TrainingOrder {
  readonly articles: readonly Article[];
  readonly company: string;
  readonly of: string;
}

/** The model of these articles: from `DATA_DIR` when it was trained before, else trained in a thread of its own, so that nothing waits:
 *  the start does not await this promise, and until it resolves the bot knows no article and says so with a way to a human. The first
 *  start takes some seconds for it, later ones some 50 ms. A cache that cannot be written is no fault: it is trained again next time.
 *  @throws Error when the thread fails */
export async function openModel(articles: readonly Article[], company: string, dataDir: string): Promise<Model> {
  const of = fingerprintOf(articles, company);
  const file = join(dataDir, FILE);
  const kept = modelIn(file, of);
  if (kept) return kept;
  const bytes = await trainedElsewhere({ articles, company, of });
  keep(file, dataDir, bytes);
  const model = modelFrom(bytes, of);
  if (!model) throw new Error('The training thread made bytes that are no model.');
  return model;
}

function modelIn(file: string, of: string): Model | undefined {
  try {
    return modelFrom(readFileSync(file), of);
  } catch {
    return undefined;
  }
}

// Written aside and renamed: a process that starts meanwhile reads the old one or the new one.
function keep(file: string, dataDir: string, bytes: Uint8Array): void {
  const aside = `${file}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(aside, bytes, { mode: 0o600 });
    renameSync(aside, file);
  } catch {
    return;
  }
}

function trainedElsewhere(order: TrainingOrder): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./train-knowledge.js', import.meta.url), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The training thread ended without a model.')));
  });
}
