import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModel } from '../../src/knowledge-cache.js';
import { loadArticles } from '../../src/load-articles.js';
import { cacheFolder } from './cache.js';

/** As COMPANY_NAME is where nobody sets it; a server with another name learns by itself. */
const COMPANY = 'Vestnik';
const MODEL = 'knowledge.model';

let learnt: Promise<string> | undefined;

/** Puts what the articles teach into a data folder, so that each of many servers does not spend seconds of both cores on learning the same
 *  anew. What a server does before it has learnt is a test of its own. */
export async function bringLearnt(dataDir: string): Promise<void> {
  learnt ??= learn();
  await copyFile(await learnt, join(dataDir, MODEL));
}

async function learn(): Promise<string> {
  const folder = await cacheFolder('knowledge');
  await openModel(loadArticles(), COMPANY, folder);
  return join(folder, MODEL);
}
