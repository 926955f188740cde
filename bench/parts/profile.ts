import { percent } from '../figures.js';
import { measureServer } from '../measure.js';
import { summarize } from '../profile-summary.js';
import { seedPeople } from '../seed-people.js';
import type { Engine } from '../../src/storage/engine.js';
import { startServer } from '../server-under-test.js';
import type { Part } from './context.js';
import { A, B, WARM, WARM_STATUSES } from './scenarios.js';

const SHOWN_FUNCTIONS = 25;

const profilePart = (name: string, { title, rates }: typeof A): Part => ({
  name,
  about: `where the server's time goes under ${title}`,
  async run({ graph, shortSeconds: seconds, say }) {
    say(`${title} under the profiler, ${seconds} s`);
    const seededRows = (rates.status * seconds + WARM_STATUSES) / 3;
    const seedMore = (engine: Engine) => seedPeople(engine, rates.message * seconds);
    const server = await startServer({ graphPort: graph.port, seededRows, seedMore, profile: true });
    await measureServer(server, WARM);
    await measureServer(server, { rates, seconds, firstStatus: WARM_STATUSES });
    await server.stop();
    const { busyMs, areas, functions } = summarize(server.profileDir ?? '');
    await server.discard();
    return [
      { what: `where the time goes, ${title}`, ours: `${(busyMs / 1_000).toFixed(1)} s busy` },
      ...areas.map(({ name: area, share }) => ({ what: `… ${area}`, ours: percent(share) })),
      ...functions
        .slice(0, SHOWN_FUNCTIONS)
        .map(({ name: fn, share }) => ({ what: `    ${fn}`, ours: percent(share) })),
    ];
  },
});

export const profileA = profilePart('profile', A);
export const profileB = profilePart('profile-b', B);
