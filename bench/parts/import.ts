import { ms, pair, times } from '../figures.js';
import { ADMIN_TOKEN } from '../account.js';
import { measureServer } from '../measure.js';
import { personPhone } from '../payloads.js';
import { startServer } from '../server-under-test.js';
import type { Part } from './context.js';

const ROWS_A_CALL = 10_000;
const CALLS = 10;
const RATE = 1_000;
/** Longer than the ten calls take; the load ends with them. */
const MOST_SECONDS = 120;
const ABSENT = [404, 405];

/** Whether a long list of contacts makes the platform wait at the door. */
export const importing: Part = {
  name: 'import',
  about: `the door while ${CALLS * ROWS_A_CALL} contacts are imported, ${ROWS_A_CALL} a call`,
  async run({ graph, shortSeconds, say }) {
    const server = await startServer({ graphPort: graph.port, seededRows: (RATE * (shortSeconds + MOST_SECONDS)) / 3 });
    try {
      say(`${RATE} statuses/s alone, then beside the import`);
      const alone = await measureServer(server, { rates: { status: RATE }, seconds: shortSeconds });
      await server.longestHoldMs();
      const trial = await timedImports(server.ports[0] ?? 0, 1, 0);
      if (ABSENT.includes(trial.status))
        return [{ what: 'import of contacts', ours: 'skipped: this server takes no POST /api/v1/contacts/import' }];
      // As many seconds of load as the import will take, by the first call.
      const seconds = Math.min(MOST_SECONDS, Math.max(2, Math.ceil((trial.ms * (CALLS - 1) * 1.5) / 1_000)));
      let imports: Promise<Imports> | undefined;
      const load = { rates: { status: RATE }, seconds, firstStatus: RATE * shortSeconds };
      const beside = await measureServer(server, load, () => {
        imports = timedImports(server.ports[0] ?? 0, CALLS - 1, 1);
      });
      const done = await imports;
      const hold = await server.longestHoldMs();
      return [
        {
          what: `${RATE} statuses/s beside an import of ${CALLS * ROWS_A_CALL} contacts, and alone: p50 / p99`,
          ours: pair(beside.spread),
          baseline: pair(alone.spread),
          ratio: times(beside.spread.p99, alone.spread.p99),
        },
        { what: '… a call of 10,000 rows takes', ours: ms(((done?.ms ?? 0) + trial.ms) / CALLS) },
        { what: '… calls answered 200', ours: String((done?.ok ?? 0) + trial.ok), goal: String(CALLS) },
        { what: '… longest hold of the event loop', ours: ms(hold) },
      ];
    } finally {
      await server.stop();
    }
  },
};

type Imports = { readonly ms: number; readonly status: number; readonly ok: number };

async function timedImports(port: number, calls: number, firstCall: number): Promise<Imports> {
  const started = performance.now();
  let status = 0;
  let ok = 0;
  for (let call = firstCall; call < firstCall + calls; call += 1) {
    const rows = Array.from({ length: ROWS_A_CALL }, (_, index) => ({
      phone: `+${personPhone(5_000_000 + call * ROWS_A_CALL + index)}`,
      name: `Person ${index}`,
      language: index % 2 === 0 ? 'ru' : 'en',
      tags: ['bench'],
      topics: ['maintenance'],
      source: 'bench',
      consentedAt: '2026-01-15T10:00:00Z',
    }));
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/contacts/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ rows }),
    });
    await answer.arrayBuffer();
    status = answer.status;
    if (answer.ok) ok += 1;
  }
  return { ms: performance.now() - started, status, ok };
}
