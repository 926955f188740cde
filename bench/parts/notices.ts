import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN } from '../account.js';
import { mib, ms, pair, percent, perSecond, spreadOf, type Row } from '../figures.js';
import { generateLoad } from '../helpers.js';
import { personPhone } from '../payloads.js';
import { memoryMiB } from '../process-group.js';
import { audiencePhone, seedAudience } from '../seed-audience.js';
import { startServer, type UnderTest } from '../server-under-test.js';
import type { Context, Part } from './context.js';

/* A notice to 100,000 people while others write and are answered. Notices leave a tenth of what the inbound messages leave of the rate. */

const PEOPLE = 100_000;
const RATES = [80, 1_000] as const;
const MESSAGES_PER_SECOND = 5;
const PLAN_LIMIT_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The first seconds belong to the planning. */
const WARM_MS = 3_000;

export const notices: Part = {
  name: 'notices',
  about: `a notice to ${PEOPLE} people at ${RATES.join(' and ')} messages a second, while others are answered`,
  async run(context) {
    const rows: Row[] = [];
    for (const rate of RATES) rows.push(...(await atRate(context, rate)));
    return rows;
  },
};

async function atRate({ graph, seconds, say }: Context, rate: number): Promise<Row[]> {
  say(`${PEOPLE} people at ${rate}/s, ${MESSAGES_PER_SECOND} messages/s beside it, ${seconds} s`);
  const server = await startServer({
    graphPort: graph.port,
    seededRows: 1,
    seedMore: (engine) => seedAudience(engine, PEOPLE),
    env: { WHATSAPP_MESSAGES_PER_SECOND: String(rate), QUIET_HOURS: 'off', SECOND_APPROVAL_ABOVE: '1000000' },
  });
  try {
    const atStart = memoryMiB(server.pids);
    await graph.ask('reset');
    await server.longestHoldMs();
    const planMs = await announce(server);
    const startedAt = performance.timeOrigin + performance.now();
    const load = { rates: { message: MESSAGES_PER_SECOND }, seconds, connections: 16, firstStatus: 0, firstPerson: 0 };
    const result = await generateLoad({ ports: server.ports, seeded: server.seeded, ...load });
    const endedAt = performance.timeOrigin + performance.now();
    await sleep(1_000);
    const { firsts, twice } = await graph.ask('summary');
    const at = new Map(firsts);
    const told = firsts.flatMap(([phone, time]) => (phone.startsWith(audiencePhone(0).slice(0, 4)) ? [time] : []));
    const [from, until] = [startedAt + WARM_MS, Math.min(endedAt, Math.max(...told))];
    const sustained = told.filter((time) => time >= from && time < until).length / ((until - from) / 1_000);
    const left = Math.floor((rate - MESSAGES_PER_SECOND) * 0.9);
    const answers = result.messagesDueAt.map((dueAt, index) => {
      const time = at.get(personPhone(index));
      return time === undefined ? null : time - dueAt;
    });
    const all = firsts.map(([, time]) => time);
    return [
      { what: `${PEOPLE} recipients at ${rate}/s: planned in`, ours: ms(planMs), goal: '< 10 s' },
      {
        what: '… sustained',
        ours: `${perSecond(sustained)}, ${percent(sustained / left)} of the ${left} left`,
        goal: '>= 98 %',
      },
      { what: '… the fullest second at Graph, with the answers', ours: String(fullestSecond(all)), goal: `<= ${rate}` },
      { what: '… told twice', ours: String(twice), goal: '0' },
      { what: '… a customer’s answer beside it: p50 / p99', ours: pair(spreadOf(answers)) },
      { what: '… longest hold of the event loop', ours: ms(await server.longestHoldMs()) },
      { what: '… memory', ours: mib(memoryMiB(server.pids)), baseline: `${mib(atStart)} at the start` },
    ];
  } finally {
    await server.stop();
  }
}

/** Approves a notice that is due at once. @returns how long its audience took to be written down, ms */
async function announce(server: UnderTest): Promise<number> {
  const call = async (path: string, body?: object): Promise<Notice> => {
    const response = await fetch(`http://127.0.0.1:${server.ports[0]}/api/v1/notices${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Notice;
  };
  const time = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString();
  const window = { startsAt: time(20 * HOUR_MS), endsAt: time(21 * HOUR_MS), announceBefore: ['P1D'] };
  const { id } = await call('', window);
  await call(`/${id}/approve`, { evenIfLate: true });
  const startedAt = performance.now();
  while (performance.now() - startedAt < PLAN_LIMIT_MS) {
    const { announcements } = await call(`/${id}`);
    if (announcements.some(({ deliveries }) => deliveries.planned === PEOPLE)) return performance.now() - startedAt;
    await sleep(200);
  }
  throw new Error('the audience was not planned in time');
}

type Notice = {
  readonly id: string;
  readonly announcements: readonly { readonly deliveries: { readonly planned: number } }[];
};

/** The most that came within any 1,000 ms. */
function fullestSecond(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort();
  let most = 0;
  let from = 0;
  for (let to = 0; to < sorted.length; to += 1) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) > 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
