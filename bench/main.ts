import { startBareHandler, startGraphDouble } from './helpers.js';
import { table, type Row } from './figures.js';
import type { Part } from './parts/context.js';
import { emulator } from './parts/emulator.js';
import { importing } from './parts/import.js';
import { memory } from './parts/memory.js';
import { mongo } from './parts/mongo.js';
import { notices } from './parts/notices.js';
import { profileA, profileB } from './parts/profile.js';
import { newcomers, scenarioA, scenarioB } from './parts/scenarios.js';
import { webhooks } from './parts/webhooks.js';

/* `npm run bench [-- name …] [--seconds N]`: our server beside a bare Express handler, in one run, over the loopback alone. Ratios hold
 * from machine to machine, the digits do not. */

const PARTS: readonly Part[] = [webhooks, scenarioA, scenarioB, mongo, importing, notices, memory, emulator, profileA];
/** Only by name: they say once more what others say, of something else. */
const ON_REQUEST: readonly Part[] = [newcomers, profileB];
const ALL = [...PARTS, ...ON_REQUEST];
const SECONDS = 60;
const SHORT_SECONDS = 10;
/** Graph is far away. */
const GRAPH_ANSWERS_AFTER_MS = 50;

const usage = (): string =>
  ['npm run bench [-- name …] [--seconds N]', ...ALL.map(({ name, about }) => `  ${name.padEnd(10)}${about}`)].join(
    '\n',
  );

function chosen(args: readonly string[]): { readonly parts: readonly Part[]; readonly seconds: number } | undefined {
  const names: string[] = [];
  let seconds = SECONDS;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--seconds') seconds = Number(args[++index]);
    else if (arg !== '--') names.push(arg);
  }
  const known = names.every((name) => ALL.some((part) => part.name === name));
  if (!known || !Number.isInteger(seconds) || seconds < 1 || seconds > 3_600) return undefined;
  return { seconds, parts: names.length === 0 ? PARTS : ALL.filter(({ name }) => names.includes(name)) };
}

async function main(): Promise<number> {
  const choice = chosen(process.argv.slice(2));
  if (!choice) {
    console.error(usage());
    return 2;
  }
  const { parts, seconds } = choice;
  const bare = await startBareHandler();
  const graph = await startGraphDouble(GRAPH_ANSWERS_AFTER_MS);
  const rows: Row[] = [];
  let failed = false;
  for (const part of parts) {
    const say = (line: string) => console.error(`${part.name}: ${line}`);
    try {
      const context = { bare, graph, seconds, shortSeconds: Math.min(seconds, SHORT_SECONDS), say };
      rows.push(...(await part.run(context)));
    } catch (error) {
      failed = true;
      say(`failed: ${error instanceof Error ? error.message : String(error)}`);
      rows.push({ what: part.name, ours: 'failed' });
    }
  }
  bare.stop();
  graph.stop();
  console.log(`\n${table(rows)}`);
  return failed ? 1 : 0;
}

process.exit(await main());
