import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { comparable } from './conversation/spelling.js';
import { OFF_TOPIC } from './knowledge/off-topic.js';
import { BACKGROUND } from './knowledge/background.js';
import { fingerprintOf, loadArticles } from './load-articles.js';

const IDS = (
  'after-blocks block-business callback consent delete-data human mailing-price maintenance message-privacy my-data newsletters ' +
  'number-privacy opt-out rate-message rating-anonymity report-business support-contacts what-is-this'
).split(' ');

describe('the articles of templates/knowledge', () => {
  const articles = loadArticles();
  const samples = articles.flatMap(({ ru, en }) => [...ru.samples, ...en.samples]);

  it('are the eighteen that the bot is to know', () => {
    assert.deepEqual(
      articles.map(({ id }) => id),
      IDS,
    );
  });

  it('have twelve or more sample questions in either language', () => {
    for (const { id, ru, en } of articles) assert.ok(Math.min(ru.samples.length, en.samples.length) >= 12, id);
  });

  it('are written in their language', () => {
    for (const { id, ru, en } of articles) {
      for (const text of [ru.title, ru.short, ru.long]) assert.match(text, /[а-я]/i, id);
      for (const text of [en.title, en.short, en.long, ...en.samples]) assert.doesNotMatch(text, /[а-я]/i, id);
    }
  });

  it('use no argument but the name of the company', () => {
    const texts = articles.flatMap(({ ru, en }) => [ru, en].flatMap((w) => [w.title, w.short, w.long, ...w.samples]));
    for (const text of texts) assert.doesNotMatch(text.replaceAll('{company}', ''), /[{}]/);
  });

  it('are measured by a hundred texts off topic, none within three edits of a sample and none learnt as background', () => {
    assert.equal(new Set(OFF_TOPIC).size, 100);
    const learnt = [...samples, ...BACKGROUND].map(comparable);
    for (const text of OFF_TOPIC.map(comparable)) {
      const near = learnt.find((sample) => editsBetween(text, sample, 3) < 3);
      assert.equal(near, undefined, `"${text}" is close to "${near}"`);
    }
  });
});

describe('loading articles', () => {
  const wording = (sample: string) => ({ title: 'T', short: 'S', long: 'L', samples: [sample] });
  const article = (id: string, chips: string[], sample: string) => ({
    id,
    chips,
    ru: wording(sample),
    en: wording(`${sample} en`),
  });
  const folderOf = (files: Readonly<Record<string, unknown>>): URL => {
    const folder = mkdtempSync(join(tmpdir(), 'articles-'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
    return pathToFileURL(`${folder}/`);
  };

  it('names every fault at once: a wrong chip, a sample in two articles, a long title, a file under another name', () => {
    const long = {
      ...article('c', [], 'what else'),
      en: { ...wording('what then'), title: 'A title of 25 characters.' },
    };
    const folder = folderOf({
      'a.json': article('a', ['nowhere'], 'How much?'),
      'b.json': article('b', [], 'how MUCH'),
      'c.json': long,
      'd.json': article('e', [], 'which'),
    });
    const faults = [
      'no other article "nowhere"',
      'b ru.samples.0: the sample stands in a',
      'c.json: en.title',
      'd.json: its id is e',
    ];
    assert.throws(
      () => loadArticles(folder),
      ({ message }: Error) => faults.every((fault) => message.includes(fault)),
    );
  });

  it('names articles by what they say: any other word, or company, is another name', () => {
    const articles = loadArticles();
    const [first, ...others] = articles;
    assert.ok(first);
    assert.equal(fingerprintOf(articles, 'A'), fingerprintOf(loadArticles(), 'A'));
    assert.notEqual(fingerprintOf(articles, 'A'), fingerprintOf(articles, 'B'));
    const changed = { ...first, ru: { ...first.ru, samples: [...first.ru.samples, 'ещё вопрос'] } };
    assert.notEqual(fingerprintOf(articles, 'A'), fingerprintOf([changed, ...others], 'A'));
  });
});

/** Letters to add, drop or change until one is the other, no more than `most` counted. */
function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] ?? most, most);
}
