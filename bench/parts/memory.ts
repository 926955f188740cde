import { mib, times } from '../figures.js';
import { measureServer } from '../measure.js';
import { memoryMiB } from '../process-group.js';
import { startServer } from '../server-under-test.js';
import type { Part } from './context.js';

const MESSAGES = 100_000;
const RATE = 1_000;
const SECONDS_BY_DEFAULT = 60;

/** What stays in memory of the people who have written. `--seconds` shortens it: so many times 1,000 messages. */
export const memory: Part = {
  name: 'memory',
  about: `memory after ${MESSAGES} messages of as many people, beside memory after the start`,
  async run({ graph, seconds: wanted, say }) {
    const seconds = wanted < SECONDS_BY_DEFAULT ? wanted : MESSAGES / RATE;
    const server = await startServer({ graphPort: graph.port, seededRows: 1 });
    try {
      const atStart = memoryMiB(server.pids);
      say(`${RATE} messages/s for ${seconds} s`);
      const { ok } = await measureServer(server, { rates: { message: RATE }, seconds });
      const after = memoryMiB(server.pids);
      return [
        {
          what: `memory after ${ok} messages`,
          ours: mib(after),
          baseline: `${mib(atStart)} at the start`,
          ratio: times(after, atStart),
        },
      ];
    } finally {
      await server.stop();
    }
  },
};
