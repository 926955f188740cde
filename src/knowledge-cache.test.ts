import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel } from './knowledge-cache.js';
import { FOUR_ARTICLES } from './knowledge/articles.fixture.js';
import { classify } from './knowledge/classify.js';
import { train } from './knowledge/model.js';

describe('the kept model', function () {
  this.timeout(120_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'knowledge-'));
  const file = join(dataDir, 'knowledge.model');
  const figures = async (dir = dataDir, company = 'Вестник') =>
    classify(await openModel(FOUR_ARTICLES, company, dir), 'сколько стоит смс').ranked;

  it('is trained in a thread of its own the first time, kept, and read the next time', async () => {
    const expected = classify(train(FOUR_ARTICLES, 'Вестник'), 'сколько стоит смс').ranked;
    assert.deepEqual(await figures(), expected);
    const written = statSync(file).mtimeMs;
    assert.deepEqual(await figures(), expected);
    assert.equal(statSync(file).mtimeMs, written);
  });

  it('is trained anew for other articles, another company, or when the file is damaged', async () => {
    const before = readFileSync(file);
    await figures(dataDir, 'Other');
    assert.notDeepEqual(readFileSync(file), before);
    writeFileSync(file, 'damaged');
    const expected = await figures();
    assert.deepEqual(readFileSync(file), before);
    assert.deepEqual(await figures(), expected);
  });

  it('is used all the same where it cannot be kept', async () => {
    assert.equal((await figures(join(file, 'no folder'))).length, FOUR_ARTICLES.length);
  });
});
