import { mib, ms, pair, percent, times, us, type Row } from '../figures.js';
import { answersOf, measureBare, measureServer, type Load } from '../measure.js';
import { personPhone } from '../payloads.js';
import { seedPeople } from '../seed-people.js';
import type { Engine } from '../../src/storage/engine.js';
import { memoryMiB } from '../process-group.js';
import { startServer } from '../server-under-test.js';
import type { Context, Part } from './context.js';

/* The whole loop at the platform's top rate: statuses of messages sent before, and messages of as many people, each answered once. Nine
 * of ten have written before (`newcomers`: nobody has). What is measured is a server at work and not the compiling of its code, which takes
 * most of a core in its first seconds: both warm up with the same load before, and run as long. */

type Scenario = { readonly title: string; readonly rates: { readonly status: number; readonly message: number } };

export const A: Scenario = { title: '(A) 3,000 statuses + 300 messages/s', rates: { status: 3_000, message: 300 } };
export const B: Scenario = { title: '(B) 2,300 statuses + 1,000 messages/s', rates: { status: 2_300, message: 1_000 } };
export const ON_MONGO: Scenario = { title: '1,050 statuses + 450 messages/s', rates: { status: 1_050, message: 450 } };

export const WARM: Load = { rates: { status: 1_500, message: 300 }, seconds: 10, firstPerson: 9_000_000 };
export const WARM_STATUSES = 15_000;

const scenarioPart = (name: string, scenario: Scenario, peopleKnown = true): Part => ({
  name,
  about: `${scenario.title}, each message answered once, on SQLite`,
  run: (context) =>
    runScenario(context, scenario, { goalMs: 50, cpuGoal: scenario === B ? undefined : '<= 1x', peopleKnown }),
});

export const scenarioA = scenarioPart('a', A);
export const scenarioB = scenarioPart('b', B);
export const newcomers = scenarioPart('newcomers', { ...A, title: `${A.title}, all of strangers` }, false);

export async function runScenario(
  { bare, graph, seconds, say }: Context,
  { title, rates }: Scenario,
  options: {
    readonly goalMs: number;
    readonly cpuGoal?: string | undefined;
    readonly mongoUri?: string;
    readonly peopleKnown?: boolean;
    readonly processes?: number;
  },
): Promise<Row[]> {
  const load: Load = { rates, seconds, firstStatus: WARM_STATUSES };
  say(`${title}, ${seconds} s, and the bare handler under the same load as long`);
  await measureBare(bare, WARM);
  const theirs = await measureBare(bare, load);
  const server = await startServer({
    graphPort: graph.port,
    seededRows: (rates.status * seconds + WARM_STATUSES) / 3,
    ...(options.mongoUri ? { mongoUri: options.mongoUri } : {}),
    processes: options.processes ?? 1,
    ...((options.peopleKnown ?? true) && {
      seedMore: (engine: Engine) => seedPeople(engine, rates.message * seconds),
    }),
  });
  try {
    await measureServer(server, WARM);
    await server.longestHoldMs();
    await graph.ask('reset');
    const ours = await measureServer(server, load);
    const answers = await answersOf(graph, ours, personPhone);
    const hold = await server.longestHoldMs();
    if (!ours.drained) say('it was not drained within a minute');
    const refused = ours.result.sent - ours.ok;
    return [
      {
        what: `${title}: p50 / p99`,
        ours: pair(ours.spread),
        baseline: pair(theirs.spread),
        ratio: times(ours.spread.p99, theirs.spread.p99),
        goal: `p50 <= 250, p99 <= ${options.goalMs} ms`,
      },
      {
        what: '… above 1 s, the slowest',
        ours: `${percent(ours.spread.aboveSecond)}, ${ms(ours.spread.max)}`,
        baseline: `${percent(theirs.spread.aboveSecond)}, ${ms(theirs.spread.max)}`,
        goal: '< 1 %',
      },
      { what: '… answered 200', ours: refused === 0 ? 'all' : `all but ${refused}`, goal: 'all' },
      { what: '… each message answered once', ours: answers.exactlyOnce ? 'yes' : answers.words, goal: 'yes' },
      { what: '… webhook to its answer at Graph: p50 / p99', ours: pair(answers.spread) },
      {
        what: '… CPU per webhook, sends included, drained',
        ours: us(ours.cpuUsPerWebhook),
        baseline: us(theirs.cpuUsPerWebhook),
        ratio: times(ours.cpuUsPerWebhook, theirs.cpuUsPerWebhook),
        ...(options.cpuGoal ? { goal: options.cpuGoal } : {}),
      },
      { what: '… cores in use', ours: ours.cores?.toFixed(2) ?? '', baseline: theirs.cores?.toFixed(2) ?? '' },
      { what: '… longest hold of the event loop', ours: ms(hold) },
      { what: '… generator late (p99)', ours: ms(ours.result.lateMs), baseline: ms(theirs.result.lateMs) },
      { what: '… memory at the end', ours: mib(memoryMiB(server.pids)) },
    ];
  } finally {
    await server.stop();
  }
}
