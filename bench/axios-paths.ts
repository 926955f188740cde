import axios, { type AxiosInstance } from 'axios';
import { createServer, Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { Pool } from 'undici';
import { createUndiciAdapter } from '../src/platform/undici-adapter.js';

/* What a send costs on each way to the platform, in CPU of this thread; the server that answers has its own. The ratios hold from
 * machine to machine, the digits do not. Run: node dist/bench/axios-paths.js */

const BODY = JSON.stringify({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '+77010000001',
  biz_opaque_callback_data: '018f2b6c7d:1',
  type: 'text',
  text: { body: 'Здравствуйте! Чем помочь?' },
});
const ANSWER = JSON.stringify({
  messaging_product: 'whatsapp',
  contacts: [{ input: '+77010000001', wa_id: '77010000001' }],
  messages: [{ id: 'wamid.HBgLNzcwMTAwMDAwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA' }],
});
const CALLS = 10_000;
const AT_ONCE = 50;
const HEADERS = { 'content-type': 'application/json', authorization: 'Bearer token' };

type Path = { readonly name: string; readonly send: () => Promise<unknown>; readonly close: () => unknown };

function paths(origin: string): Path[] {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const over = (http: AxiosInstance) => async () =>
    JSON.parse((await http.post<string>('/v25.0/PN_1/messages', BODY, { headers: HEADERS })).data) as unknown;
  const lean = { transformRequest: [], transformResponse: [], validateStatus: null, baseURL: origin };
  const undici = createUndiciAdapter({ origin, maxConnections: AT_ONCE, timeoutMs: 10_000, maxAnswerBytes: 1 << 20 });
  const pool = new Pool(origin, { connections: AT_ONCE, pipelining: 1 });
  const defaults = axios.create({ baseURL: origin, httpAgent: agent });
  return [
    {
      name: 'axios, defaults',
      send: () => defaults.post('/v25.0/PN_1/messages', JSON.parse(BODY), { headers: HEADERS }),
      close: () => agent.destroy(),
    },
    {
      name: 'axios, lean',
      send: over(axios.create({ ...lean, httpAgent: agent, maxRedirects: 0 })),
      close: () => agent.destroy(),
    },
    {
      name: 'axios over undici',
      send: over(axios.create({ ...lean, baseURL: '', adapter: undici.adapter })),
      close: undici.close,
    },
    {
      name: 'undici.request',
      send: async () => {
        const call = { method: 'POST' as const, path: '/v25.0/PN_1/messages', headers: HEADERS, body: BODY };
        return (await pool.request(call)).body.json();
      },
      close: () => pool.destroy(),
    },
  ];
}

async function cpuPerCall(send: Path['send'], calls: number): Promise<number> {
  let left = calls;
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await send();
    }),
  );
  // The share of the time in which this thread worked rather than waited: CPU of the whole process would count the server.
  const busy = performance.eventLoopUtilization(before).utilization;
  return ((performance.now() - start) * busy * 1000) / calls;
}

async function main(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const all = paths(`http://127.0.0.1:${port}`);
  const costs: number[] = [];
  for (const { send, close } of all) {
    await cpuPerCall(send, CALLS / 5); // warm
    costs.push(await cpuPerCall(send, CALLS));
    await close();
  }
  const least = Math.min(...costs);
  console.log('path                 us a send   ratio');
  all.forEach(({ name }, at) => {
    const cost = costs[at] ?? NaN;
    console.log(`${name.padEnd(20)} ${cost.toFixed(0).padStart(9)} ${(cost / least).toFixed(1).padStart(7)}`);
  });
  await worker.terminate();
}

function serve(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ANSWER) });
      response.end(ANSWER);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

if (isMainThread) await main();
else serve();
