import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { startEmulator } from '../../test/means/server.js';
import { ACCOUNT, DOOR } from '../account.js';
import { mib, ms, pair, perSecond, spreadOf, times, type Row } from '../figures.js';
import { cpuMs, memoryMiB } from '../process-group.js';
import type { Part } from './context.js';

const PEOPLE = 100_000;
const FIRST_PHONE = 77_100_000_000;
const RATE = 1_000;
const STATUSES_EACH = 3;
const TICK_MS = 10;
const DRAIN_MS = 30_000;

/** Whether the emulator can stand on the other side of our own measurements: it must not be the slower one. */
export const emulator: Part = {
  name: 'emulator',
  about: `the emulator alone: ${PEOPLE} people, ${RATE} sends/s and the ${RATE * STATUSES_EACH} statuses/s that follow`,
  async run({ seconds, shortSeconds, say }) {
    const door = await startDoor();
    const { program, url } = await startEmulator({
      webhookUrl: `http://127.0.0.1:${door.port}${DOOR}`,
      account: ACCOUNT,
    });
    const pid = program.pid;
    const pool = new Pool(url, { connections: 64, pipelining: 1 });
    const control = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
      const answer = await pool.request({ method, path: `/_emulator${path}`, ...sent });
      return (await answer.body.json()) as Record<string, number>;
    };
    try {
      const startedAt = performance.now();
      await control('POST', '/people/bulk', { count: PEOPLE, firstPhone: String(FIRST_PHONE), autoRead: true });
      const madeMs = performance.now() - startedAt;
      await control('POST', '/settings', { numberRate: false, tier: { limit: null } });
      const components = [
        { type: 'BODY', text: 'Здравствуйте, {{1}}! Работы начнутся в {{2}}, закончатся через час.' },
      ];
      await control('POST', '/templates', { name: 'works', language: 'ru', components });

      say(`${RATE} sends/s for ${seconds} s`);
      await sendAt(pool, RATE, shortSeconds, 0);
      const cpuBefore = cpuMs([pid]);
      const began = performance.now();
      const latencies = await sendAt(pool, RATE, seconds, RATE * shortSeconds);
      const sentMs = performance.now() - began;
      const waiting = (await control('GET', '/state'))['webhooksWaiting'] ?? NaN;
      const drainedMs = await drain(control);
      const cpuAfter = cpuMs([pid]);
      const messages = latencies.length * (1 + STATUSES_EACH);
      const cpuUs =
        cpuBefore === undefined || cpuAfter === undefined ? undefined : ((cpuAfter - cpuBefore) * 1_000) / messages;
      return [
        { what: `emulator: ${PEOPLE} people are made in`, ours: ms(madeMs) },
        {
          what: '… sends answered, of those started',
          ours: perSecond((latencies.length * 1_000) / sentMs),
          goal: perSecond(RATE),
        },
        { what: '… answer to a send: p50 / p99', ours: pair(spreadOf(latencies)) },
        {
          what: '… webhooks waiting when the last send was answered',
          ours: String(waiting),
          goal: `< ${RATE * STATUSES_EACH}`,
        },
        { what: '… and gone after', ours: ms(drainedMs) },
        ...(cpuUs === undefined ? [] : [cpuRow(cpuUs)]),
        { what: '… resident memory', ours: mib(memoryMiB([pid])) },
      ];
    } finally {
      await pool.destroy();
      await program.stop();
      door.server.closeAllConnections();
      door.server.close();
    }
  },
};

/** A receiver that does nothing, so that it is not what is measured. */
async function startDoor(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'Content-Length': 0 }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const cpuRow = (each: number): Row => ({
  what: `… of one core, at ${RATE} sends/s`,
  ours: times(each * RATE * (1 + STATUSES_EACH), 1_000_000).replace('x', ' cores'),
  goal: '< 1',
});

/** Sends at a steady rate, whatever the answers do; each is timed from when it was due. @returns ms, null for a failure */
async function sendAt(pool: Pool, rate: number, seconds: number, first: number): Promise<(number | null)[]> {
  const total = rate * seconds;
  const results: Promise<number | null>[] = [];
  const startedAt = performance.now();
  while (results.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate));
    while (results.length < due) {
      results.push(send(pool, first + results.length, startedAt + (results.length / rate) * 1_000));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return Promise.all(results);
}

async function send(pool: Pool, nth: number, dueAt: number): Promise<number | null> {
  const parameters = [`Клиент ${nth}`, '3:00'].map((text) => ({ type: 'text', text }));
  const body = JSON.stringify({
    messaging_product: 'whatsapp',
    to: `+${FIRST_PHONE + (nth % PEOPLE)}`,
    type: 'template',
    template: { name: 'works', language: { code: 'ru' }, components: [{ type: 'body', parameters }] },
    biz_opaque_callback_data: `row:${nth}/1`,
  });
  const headers = { authorization: `Bearer ${ACCOUNT.accessToken}`, 'content-type': 'application/json' };
  try {
    const path = `/v25.0/${ACCOUNT.phoneNumberId}/messages`;
    const answer = await pool.request({ method: 'POST', path, headers, body });
    await answer.body.dump();
    return answer.statusCode === 200 ? performance.now() - dueAt : null;
  } catch {
    return null;
  }
}

async function drain(control: (method: 'GET', path: string) => Promise<Record<string, number>>): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < DRAIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    if ((await control('GET', '/state'))['webhooksWaiting'] === 0) return performance.now() - startedAt;
  }
  return Infinity;
}
