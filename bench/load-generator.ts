import { KeepAliveConnection } from './keep-alive-connection.js';
import { requestOf, type Item, type Seeded } from './payloads.js';

/* The load, a process of its own. Open: arrivals stand on a fixed timetable, and a latency counts from the time an arrival was due, so
 * that a server that stalls is charged for everybody who had to wait (no coordinated omission). Closed: as fast as it is answered. */

export type LoadPlan = {
  /** Doors; connections are dealt out among them in turn. */
  readonly ports: readonly number[];
  readonly seconds: number;
  readonly connections: number;
  readonly seeded: Seeded;
  /** Per second, by kind. Closed: the proportions alone count, and `mostPerSecond` bounds what is prepared. */
  readonly rates: Readonly<Partial<Record<Item['kind'], number>>>;
  readonly closed?: { readonly mostPerSecond: number };
  /** Numbers of the first status and the first person: runs against one server must not repeat each other. */
  readonly firstStatus: number;
  readonly firstPerson: number;
};

export type LoadResult = {
  readonly sent: number;
  readonly answers: Readonly<Record<string, number>>;
  /** From due to answered, ms, in no order; never answered: Infinity as null. */
  readonly latencies: readonly (number | null)[];
  /** How late the generator itself was at the p99, ms: above a few ms the machine was too busy to believe the rest. */
  readonly lateMs: number;
  readonly seconds: number;
  readonly messages: number;
  /** When the message of person `firstPerson + index` was due, ms by the machine's clock. */
  readonly messagesDueAt: readonly number[];
};

const ANSWER_LIMIT_MS = 15_000;
const TICK_MS = 1;

process.once('disconnect', () => process.exit(0));
process.once('message', (plan: LoadPlan) => {
  void (async () => {
    const items = itemsOf(plan);
    const now = Date.now() / 1_000;
    // Each bears the second in which it happened, as Meta's do: ids that begin with the time depend on it.
    const secondOf = (index: number) => Math.floor(now + (index * plan.seconds) / items.length);
    const requests = items.map((item, index) => requestOf(item, plan.seeded, secondOf(index), '127.0.0.1'));
    process.send?.('prepared');
    process.once('message', () => void run(plan, items, requests).then((result) => process.send?.(result)));
  })();
});
process.send?.('started');

/** All arrivals in order, the kinds evenly mixed. */
function itemsOf({ rates, seconds, closed, firstStatus, firstPerson }: LoadPlan): Item[] {
  const kinds = Object.entries(rates) as [Item['kind'], number][];
  const perSecond = kinds.reduce((sum, [, rate]) => sum + rate, 0);
  const count = Math.round((closed ? closed.mostPerSecond : perSecond) * seconds);
  const given: Record<Item['kind'], number> = { status: 0, message: 0, reaction: 0 };
  const items: Item[] = [];
  for (let index = 0; index < count; index += 1) {
    // The kind that lags furthest behind its share.
    const behind = ([kind, rate]: [Item['kind'], number]) => ((index + 1) * rate) / perSecond - given[kind];
    const [kind] = kinds.reduce((most, one) => (behind(one) > behind(most) ? one : most));
    const number = (kind === 'status' ? firstStatus : firstPerson) + given[kind];
    given[kind] += 1;
    items.push({ kind, number });
  }
  return items;
}

async function run(plan: LoadPlan, items: readonly Item[], requests: readonly Buffer[]): Promise<LoadResult> {
  const free = Array.from(
    { length: plan.connections },
    (_, index) => new KeepAliveConnection(plan.ports[index % plan.ports.length] ?? 0),
  );
  const all = [...free];
  await new Promise((resolve) => setTimeout(resolve, 200));
  const gapMs = plan.closed ? 0 : (plan.seconds * 1_000) / requests.length;
  const answers: Record<string, number> = {};
  const latencies: (number | null)[] = new Array<null>(requests.length).fill(null);
  const late: number[] = [];
  const messagesDueAt: number[] = [];
  const started = performance.now();
  let next = 0;
  let answered = 0;

  const send = (connection: KeepAliveConnection): void => {
    const index = next++;
    const now = performance.now();
    const dueAt = plan.closed ? now : started + index * gapMs;
    if (items[index]?.kind !== 'status') messagesDueAt.push(performance.timeOrigin + dueAt);
    connection.send(requests[index] as Buffer, (status) => {
      latencies[index] = performance.now() - dueAt;
      answers[status] = (answers[status] ?? 0) + 1;
      answered += 1;
      free.push(connection);
      if (plan.closed || isDue()) pump();
    });
  };
  const isDue = () => performance.now() >= started + next * gapMs;
  const isOver = () =>
    next >= requests.length || performance.now() - started > (plan.seconds + ANSWER_LIMIT_MS / 1_000) * 1_000;
  const stopsTaking = () => plan.closed !== undefined && performance.now() - started > plan.seconds * 1_000;
  const pump = (): void => {
    while (free.length > 0 && !isOver() && !stopsTaking() && (plan.closed || isDue())) {
      const connection = free.shift();
      if (connection) send(connection);
    }
  };
  await new Promise<void>((resolve) => {
    let ticked = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      late.push(now - ticked - TICK_MS);
      ticked = now;
      pump();
      if (!isOver() && !stopsTaking()) return;
      const waited = performance.now() - started - plan.seconds * 1_000;
      if (answered < next && waited < ANSWER_LIMIT_MS) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  const seconds = (performance.now() - started) / 1_000;
  for (const connection of all) connection.close();
  const sorted = late.sort((one, other) => one - other);
  return {
    sent: next,
    answers,
    latencies: latencies.slice(0, plan.closed ? next : requests.length),
    lateMs: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    seconds,
    messages: messagesDueAt.length,
    messagesDueAt,
  };
}
