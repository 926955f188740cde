import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { languageOf } from '../conversation/language.js';
import { Clinc, measureClinc } from '../knowledge/clinc.js';
import { classify } from '../knowledge/classify.js';
import { decide } from '../knowledge/decide.js';
import { train } from '../knowledge/model.js';
import { type Row, outcomeOf } from '../knowledge/outcome.js';
import { ownSplit, VARIANTS } from '../knowledge/own-split.js';
import { loadArticles } from '../load-articles.js';
import { readRows } from './eval-rows.js';
import { clincLines, table, timeLine } from './eval-table.js';
import { timeEach } from './eval-time.js';

/* `npm run eval -- FILE`: how well the articles' classifier does on somebody else's questions, beside its own split.
 * `npm run eval -- --clinc FILE`: the same classifier on CLINC150. Reads files, opens no store. */

const USAGE = `npm run eval -- FILE          questions, one JSON object a line: {"question", "language"?: "ru" | "en", "article": id | null}
npm run eval -- --clinc FILE  CLINC150, data_full.json`;
const COMPANY = process.env['COMPANY_NAME'] || 'Vestnik';
const SEED = 1;

process.exitCode = main();

function main(): number {
  let asked;
  try {
    asked = parseArgs({ allowPositionals: true, options: { clinc: { type: 'string' } } });
  } catch (error) {
    return refuse(error);
  }
  const { values, positionals } = asked;
  const [file, ...more] = positionals;
  if (more.length > 0 || (values.clinc === undefined) === (file === undefined)) return refuse(USAGE);
  try {
    return values.clinc === undefined ? evaluateArticles(file ?? '') : evaluateClinc(values.clinc);
  } catch (error) {
    return refuse(error);
  }
}

function evaluateArticles(file: string): number {
  const articles = loadArticles();
  const { rows, faults } = readRows(readFileSync(file, 'utf8'), new Set(articles.map(({ id }) => id)));
  for (const fault of faults) console.error(fault);

  const model = train(articles, COMPANY);
  const answer = (question: string) => decide(classify(model, question).ranked);
  const answered = rows.map((row) => {
    const asked: Row = { ...row, language: row.language ?? languageOf(row.question)?.language ?? 'en' };
    return { ...asked, outcome: outcomeOf(answer(row.question), row.article) };
  });
  console.log(`\nQuestions of ${file}\n`);
  const onTopic = answered.filter(({ article }) => article !== null);
  const offTopic = answered.filter(({ article }) => article === null);
  console.log(
    table([
      ['all', onTopic],
      ['ru', onTopic.filter(({ language }) => language === 'ru')],
      ['en', onTopic.filter(({ language }) => language === 'en')],
      ['off topic', offTopic],
      ...articles.map(({ id }) => [id, onTopic.filter(({ article }) => article === id)] as const),
    ]),
  );

  const timed = timeEach(
    rows.map(({ question }) => question),
    answer,
    () => performance.now(),
  );
  console.log(`\n${timeLine(timed)}`);

  const own = [...ownSplit(articles, COMPANY, SEED)].map((row) => ({
    ...row,
    outcome: outcomeOf(row.decision, row.article),
  }));
  console.log('\nSecondary: our own samples, each asked of a model that was trained without it\n');
  console.log(
    table([
      ...VARIANTS.map((variant) => [variant, own.filter((row) => row.variant === variant)] as const),
      ['as written, ru', own.filter((row) => row.variant === 'as written' && row.language === 'ru')],
      ['as written, en', own.filter((row) => row.variant === 'as written' && row.language === 'en')],
      ['off topic', own.filter((row) => row.variant === 'off topic')],
    ]),
  );
  return faults.length > 0 ? 1 : 0;
}

function evaluateClinc(file: string): number {
  const data = Clinc.parse(JSON.parse(readFileSync(file, 'utf8')));
  console.log(`Training on ${data.train.length} questions; this takes a minute or three.`);
  for (const line of clincLines(measureClinc(data, () => performance.now()))) console.log(line);
  return 0;
}

function refuse(why: unknown): number {
  console.error(why instanceof Error ? why.message : String(why));
  return 1;
}
