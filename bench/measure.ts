import type { BareHandler, GraphDouble } from './helpers.js';
import { generateLoad } from './helpers.js';
import type { LoadPlan, LoadResult } from './load-generator.js';
import { cpuMs } from './process-group.js';
import type { UnderTest } from './server-under-test.js';
import { spreadOf, type Spread } from './figures.js';

/* One load against one server, and what came of it. */

export type Load = Pick<LoadPlan, 'rates' | 'seconds' | 'closed'> & {
  readonly connections?: number;
  readonly firstStatus?: number;
  readonly firstPerson?: number;
};

export type Measured = {
  readonly result: LoadResult;
  readonly spread: Spread;
  readonly ok: number;
  /** Of the whole process group, until it was drained, per webhook sent. */
  readonly cpuUsPerWebhook: number | undefined;
  readonly cpuMs: number | undefined;
  /** Cores in use while the load lasted. */
  readonly cores: number | undefined;
  readonly drained: boolean;
};

const CONNECTIONS = 128;
const DRAIN_LIMIT_MS = 60_000;
const NOTHING_SEEDED = { rows: 1, idPrefix: '000000000' };

const planOf = (load: Load, ports: readonly number[], seeded: LoadPlan['seeded']): LoadPlan => ({
  ports,
  seeded,
  connections: CONNECTIONS,
  firstStatus: 0,
  firstPerson: 0,
  ...load,
});

async function measured(
  plan: LoadPlan,
  pids: readonly number[],
  drain: () => Promise<boolean>,
  started: () => void = () => undefined,
): Promise<Measured> {
  let before: number | undefined;
  const result = await generateLoad(plan, () => {
    before = cpuMs(pids);
    started();
  });
  const atEnd = cpuMs(pids);
  const drained = await drain();
  const used = before === undefined ? undefined : (cpuMs(pids) ?? 0) - before;
  return {
    result,
    spread: spreadOf(result.latencies),
    ok: result.answers['200'] ?? 0,
    cpuMs: used,
    cpuUsPerWebhook: used === undefined ? undefined : (used * 1_000) / result.sent,
    cores: atEnd === undefined || before === undefined ? undefined : (atEnd - before) / 1_000 / result.seconds,
    drained,
  };
}

/** @param started called when the load begins */
export const measureServer = (server: UnderTest, load: Load, started?: () => void): Promise<Measured> =>
  measured(planOf(load, server.ports, server.seeded), server.pids, () => server.drained(DRAIN_LIMIT_MS), started);

export const measureBare = (bare: BareHandler, load: Load): Promise<Measured> =>
  measured(planOf(load, [bare.port], NOTHING_SEEDED), [bare.pid], () => Promise.resolve(true));

export type Answered = {
  /** Every person got one message, and nobody two. */
  readonly exactlyOnce: boolean;
  readonly words: string;
  /** From the due time of the webhook to the answer's arrival at Graph. */
  readonly spread: Spread;
};

/** Counts at Graph's side who was answered. @param firstPerson of the load measured */
export async function answersOf(
  graph: GraphDouble,
  { result }: Measured,
  phoneOf: (index: number) => string,
): Promise<Answered> {
  const summary = await graph.ask('summary');
  const at = new Map(summary.firsts);
  const waits = result.messagesDueAt.map((dueAt, index) => {
    const answeredAt = at.get(phoneOf(index));
    return answeredAt === undefined ? null : answeredAt - dueAt;
  });
  const missing = waits.filter((wait) => wait === null).length;
  const exactlyOnce = missing === 0 && summary.twice === 0 && summary.sends === result.messages;
  const words = `${result.messages} messages: ${summary.sends} sends to ${summary.people} people, ${missing} unanswered, ${summary.twice} answered twice`;
  return { exactlyOnce, words, spread: spreadOf(waits) };
}
