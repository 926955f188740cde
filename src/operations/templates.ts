import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { readConfig, type WhatsAppAccount } from '../config.js';
import { loadTemplates, TEMPLATES_FOLDER } from '../load-templates.js';
import { composeTemplates, WordingSource } from '../notices/wording/compose.js';
import { compareTemplates, type Compared } from '../platform/compare-templates.js';
import { createCloudApi, type GraphClient } from '../platform/graph-client.js';
import { listTemplates, type ListedTemplate } from '../platform/list-templates.js';
import { submitTemplates, type Submitted } from '../platform/submit-templates.js';
import { TEMPLATE_LIMITS } from '../platform/template-rules.js';
import { Refusal, run } from './program.js';

/* `npm run templates -- status | submit | write`. The first two talk to Graph alone, `write` makes the files of `templates/messages` of the
 * sentences in `templates/wordings`. Exit code 1 when something is refused, paused, or could not be done. */

const USAGE = `npm run templates -- status   the local templates beside those of the WhatsApp account
npm run templates -- submit   hands in those that the account does not have
npm run templates -- write    makes templates/messages of the sentences in templates/wordings`;
const WORDINGS_FOLDER = new URL('../../../templates/wordings/', import.meta.url);

async function templates([act, ...more]: readonly string[]): Promise<void> {
  if (more.length > 0) throw new Refusal(USAGE);
  if (act === 'write') return writeFiles();
  if (act !== 'status' && act !== 'submit') throw new Refusal(USAGE);
  const { account, graphUrl, graphVersion } = readConfig(process.env);
  if (!account) throw new Refusal('There is no WhatsApp account in the settings: WHATSAPP_ACCESS_TOKEN and its like.');
  const graph = createCloudApi({ graphUrl, graphVersion, accessToken: () => account.accessToken });
  try {
    await (act === 'status' ? status(graph, account) : submit(graph, account));
  } finally {
    await graph.close();
  }
}

async function listed(graph: GraphClient, { businessAccountId }: WhatsAppAccount): Promise<readonly ListedTemplate[]> {
  const listing = await listTemplates(graph, businessAccountId);
  if (listing.kind === 'listed') return listing.templates;
  throw new Refusal(
    listing.code === undefined
      ? 'Graph did not answer with a list of templates.'
      : `Graph refused to list the templates (error ${listing.code}). The token needs whatsapp_business_management.`,
  );
}

async function status(graph: GraphClient, account: WhatsAppAccount): Promise<void> {
  const theirs = await listed(graph, account);
  const compared = compareTemplates(loadTemplates(), theirs);
  for (const one of compared) console.log(lineOf(one));
  console.log(`\n${countsOf(compared)}\n${theirs.length} of ${TEMPLATE_LIMITS.stored} templates are stored at Meta.`);
  if (compared.some(({ state }) => state === 'refused' || state === 'unusable')) process.exitCode = 1;
}

async function submit(graph: GraphClient, account: WhatsAppAccount): Promise<void> {
  const theirs = await listed(graph, account);
  const compared = compareTemplates(loadTemplates(), theirs);
  const missing = compared.filter(({ state }) => state === 'new');
  if (missing.length === 0) console.log('The account has every template; there is nothing to submit.');
  const done = await submitTemplates(graph, account.businessAccountId, missing, theirs.length, (one) =>
    console.log(doneLine(one)),
  );
  const left = done.filter(({ result }) => result.kind === 'left').length;
  if (left > 0) console.log(`\n${left} are left: ${whyLeft(done)}`);
  const failed = (one: Submitted) => one.result.kind !== 'accepted' || one.result.status === 'REJECTED';
  const stuck = compared.some(({ state }) => state === 'refused' || state === 'unusable');
  for (const one of compared) if (one.state === 'refused' || one.state === 'unusable') console.log(lineOf(one));
  if (done.some(failed) || stuck) process.exitCode = 1;
}

function lineOf({ template, language, state, status: word, reason, quality, recategorised }: Compared): string {
  const notes = [
    word && word !== 'APPROVED' ? word : undefined,
    reason ?? undefined,
    recategorised ? `Meta made it ${recategorised}` : undefined,
    quality && quality !== 'UNKNOWN' ? `quality ${quality}` : undefined,
  ].filter((note) => note !== undefined);
  return `${state.padEnd(9)} ${language}  ${template.name}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}`;
}

const doneLine = ({ template, language, result }: Submitted): string =>
  `${language}  ${template.name}  ${resultWords(result, template.category)}`;

function resultWords(result: Submitted['result'], category: string): string {
  switch (result.kind) {
    case 'accepted': {
      const isOther = result.category !== null && result.category !== category;
      return `submitted: ${result.status}${isOther ? `, Meta made it ${result.category}` : ''}`;
    }
    case 'refused':
      return `refused: ${result.words} (error ${result.code ?? 'unknown'})`;
    case 'noAnswer':
      return 'no answer: look at its status';
    case 'left':
      return 'left for later';
  }
}

function whyLeft(done: readonly Submitted[]): string {
  const why = done.map(({ result }) => (result.kind === 'left' ? result.why : undefined)).find(Boolean);
  if (why === 'hour') return `Meta takes ${TEMPLATE_LIMITS.createdPerHour} an hour. Run it again in an hour.`;
  if (why === 'account') return `an account holds ${TEMPLATE_LIMITS.stored} until its business is verified.`;
  return 'Graph has asked for a pause. Run it again in an hour.';
}

function countsOf(compared: readonly Compared[]): string {
  const counts = new Map<string, number>();
  for (const { state } of compared) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** Files whose names begin with a source's name are its own: what it does not make any more goes. */
function writeFiles(): void {
  for (const file of readdirSync(WORDINGS_FOLDER).filter((name) => name.endsWith('.json'))) {
    const source = WordingSource.parse(JSON.parse(readFileSync(new URL(file, WORDINGS_FOLDER), 'utf8')));
    const made = composeTemplates(source);
    const names = new Set(made.map(({ name }) => `${name}.json`));
    for (const old of readdirSync(TEMPLATES_FOLDER))
      if (old.startsWith(`${source.name}_`) && !names.has(old)) unlinkSync(new URL(old, TEMPLATES_FOLDER));
    for (const template of made)
      writeFileSync(new URL(`${template.name}.json`, TEMPLATES_FOLDER), `${JSON.stringify(template, null, 2)}\n`);
    console.log(`${made.length} templates of ${file}`);
  }
  loadTemplates();
}

await run(templates);
