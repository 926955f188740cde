import { mib, ms, pair, perSecond, times, us, type Row } from '../figures.js';
import { measureBare, measureServer, type Measured } from '../measure.js';
import { memoryMiB } from '../process-group.js';
import { startServer } from '../server-under-test.js';
import type { Part } from './context.js';

/** More than any of the two takes; what is not used was prepared in vain. */
const MOST_PER_SECOND = 12_000;
const AT_ONCE = 64;
const RATE = 3_300;

/** The door alone: made durable against thrown away. */
export const webhooks: Part = {
  name: 'webhooks',
  about: 'durable webhooks per second, the time to the answer, CPU per webhook and per send',
  async run({ bare, graph, shortSeconds: seconds, say }) {
    const closed = { rates: { status: 1 }, seconds, connections: AT_ONCE, closed: { mostPerSecond: MOST_PER_SECOND } };
    const open = { rates: { status: RATE }, seconds };
    say(`as many as are answered, ${AT_ONCE} at once, then ${RATE}/s; ${seconds} s each`);
    await measureBare(bare, { ...open, seconds: 2 }); // warm
    const bareMost = await measureBare(bare, closed);
    const bareOpen = await measureBare(bare, open);

    const rows = (MOST_PER_SECOND + RATE * 2) * seconds;
    const server = await startServer({ graphPort: graph.port, seededRows: rows / 3 });
    try {
      const quiet = memoryMiB(server.pids);
      await measureServer(server, { rates: { status: RATE, message: 300 }, seconds: 2, firstPerson: 1_000_000 }); // warm
      const ourMost = await measureServer(server, { ...closed, firstStatus: RATE * 2 });
      const next = RATE * 2 + MOST_PER_SECOND * seconds;
      const ourOpen = await measureServer(server, { ...open, firstStatus: next });
      const reactions = await measureServer(server, { rates: { reaction: 500 }, seconds, firstPerson: 2_000_000 });
      const messages = await measureServer(server, { rates: { message: 500 }, seconds, firstPerson: 3_000_000 });
      const { cpuUsPerWebhook: message } = messages;
      const { cpuUsPerWebhook: reaction } = reactions;
      const send = message === undefined || reaction === undefined ? undefined : message - reaction;
      return [
        ...ceiling(ourMost, bareMost),
        {
          what: `${RATE} statuses/s: p50 / p99`,
          ours: pair(ourOpen.spread),
          baseline: pair(bareOpen.spread),
          ratio: times(ourOpen.spread.p99, bareOpen.spread.p99),
        },
        {
          what: 'CPU per status, folded',
          ours: us(ourOpen.cpuUsPerWebhook),
          baseline: us(bareOpen.cpuUsPerWebhook),
          ratio: times(ourOpen.cpuUsPerWebhook, bareOpen.cpuUsPerWebhook),
        },
        {
          what: 'CPU per message of a new person, no answer due',
          ours: us(reaction),
          baseline: us(bareOpen.cpuUsPerWebhook),
          ratio: times(reaction, bareOpen.cpuUsPerWebhook),
        },
        {
          what: 'CPU per message of a new person, answered',
          ours: us(message),
          baseline: us(bareOpen.cpuUsPerWebhook),
          ratio: times(message, bareOpen.cpuUsPerWebhook),
        },
        {
          what: 'CPU per send (the difference)',
          ours: us(send),
          baseline: us(bareOpen.cpuUsPerWebhook),
          ratio: times(send, bareOpen.cpuUsPerWebhook),
        },
        {
          what: 'generator late (p99), worst of the runs',
          ours: ms(Math.max(ourOpen.result.lateMs, messages.result.lateMs)),
          baseline: ms(bareOpen.result.lateMs),
        },
        { what: 'memory after the start', ours: mib(quiet) },
      ];
    } finally {
      await server.stop();
    }
  },
};

function ceiling(ours: Measured, bare: Measured): Row[] {
  const [our, theirs] = [ours.ok / ours.result.seconds, bare.ok / bare.result.seconds];
  return [
    {
      what: 'webhooks per second, durable',
      ours: perSecond(our),
      baseline: perSecond(theirs),
      ratio: times(our, theirs),
    },
    {
      what: '… at that rate: p50 / p99',
      ours: pair(ours.spread),
      baseline: pair(bare.spread),
      ratio: times(ours.spread.p99, bare.spread.p99),
    },
    {
      what: '… CPU per webhook',
      ours: us(ours.cpuUsPerWebhook),
      baseline: us(bare.cpuUsPerWebhook),
      ratio: times(ours.cpuUsPerWebhook, bare.cpuUsPerWebhook),
    },
  ];
}
