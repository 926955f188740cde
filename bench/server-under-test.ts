import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { discard, lookAfter, temporaryFolder } from '../test/means/caretaker.js';
import { freePort } from '../test/means/free-port.js';
import { openSqlite } from '../src/storage/sqlite-engine.js';
import type { Engine } from '../src/storage/engine.js';
import { ACCOUNT, ADMIN_TOKEN, SECRET_KEY } from './account.js';
import { cpuMs } from './process-group.js';
import type { Seeded } from './payloads.js';
import { seedSentMessages } from './seed.js';

/* `dist/src/main.js` as the Procfile runs it, on a fresh store, once or several times on one MongoDB. */

export type UnderTest = {
  readonly ports: readonly number[];
  readonly pids: readonly number[];
  readonly seeded: Seeded;
  readonly profileDir: string | undefined;
  metrics(): Promise<Metrics>;
  /** The longest that the event loop was held since this was last asked, ms. */
  longestHoldMs(): Promise<number>;
  /** Waits until nothing waits and nothing works any more, at most `limitMs`. @returns whether it came to that */
  drained(limitMs: number): Promise<boolean>;
  stop(): Promise<void>;
  /** Deletes what it wrote, the profile too; to be called once it has stopped. */
  discard(): Promise<void>;
};

/** Values by name and labels, as they stand in the text. Of several processes: the greatest. */
export type Metrics = ReadonlyMap<string, number>;

export type ServerOptions = {
  readonly graphPort: number;
  readonly seededRows: number;
  readonly mongoUri?: string;
  readonly processes?: number;
  /** Writes more into the store before the start. */
  readonly seedMore?: (engine: Engine) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
  /** Writes a CPU profile when it ends. */
  readonly profile?: boolean;
};

/** The event loop's figures contain the period at which they are taken. */
const LAG_PERIOD_MS = 10;
const READY_LIMIT_MS = 30_000;
const LAST_WORDS = 4_000;
const STOP_LIMIT_MS = 25_000;
const MESSAGES_PER_SECOND = '5000';

export async function startServer(options: ServerOptions): Promise<UnderTest> {
  const { mongoUri, processes = 1 } = options;
  const folder = temporaryFolder('bench');
  const seeded = await seed(folder, options);
  const servers: { child: ChildProcess; port: number }[] = [];
  for (let index = 0; index < processes; index += 1) {
    const port = await freePort();
    servers.push({ port, child: launch(mongoUri ? join(folder, String(index)) : folder, port, folder, options) });
    await ready(servers.at(-1)?.child, port);
    await trained(mongoUri ? join(folder, String(index)) : folder);
  }
  const pids = servers.map(({ child }) => child.pid ?? 0);
  let hold = 0;
  const metrics = async () => {
    const now = merged(await Promise.all(servers.map(({ port }) => readMetrics(port))));
    hold = Math.max(hold, (now.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1_000 - LAG_PERIOD_MS); // each reading starts it anew
    return now;
  };
  return {
    ports: servers.map(({ port }) => port),
    pids,
    seeded,
    profileDir: options.profile ? folder : undefined,
    metrics,
    async longestHoldMs() {
      await metrics();
      const longest = hold;
      hold = 0;
      return longest;
    },
    drained: (limitMs) => drained(pids, metrics, limitMs),
    async stop() {
      for (const { child } of servers) await stop(child);
      if (!options.profile) await discard(folder);
    },
    discard: () => discard(folder),
  };
}

async function seed(folder: string, { mongoUri, seededRows, seedMore }: ServerOptions): Promise<Seeded> {
  const engine: Engine = mongoUri
    ? await (await import('../src/storage/mongo-engine.js')).openMongo({ uri: mongoUri })
    : openSqlite({ dataDir: folder });
  try {
    const seeded = await seedSentMessages(engine, Math.max(1, Math.ceil(seededRows)));
    await seedMore?.(engine);
    return seeded;
  } finally {
    await engine.close();
  }
}

function launch(dataDir: string, port: number, folder: string, options: ServerOptions): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(WHATSAPP_|MONGODB_URI|ROLE|VESTNIK_|NODE_OPTIONS)/.test(name),
  );
  const profiling = options.profile ? ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', '500'] : [];
  const child = spawn(
    process.execPath,
    [...flagsOfProcfile(), ...profiling, join(import.meta.dirname, '../src/main.js')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        NODE_ENV: 'production',
        PORT: String(port),
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        SECRET_KEY,
        ADMIN_API_TOKEN: ADMIN_TOKEN,
        WHATSAPP_ACCESS_TOKEN: ACCOUNT.accessToken,
        WHATSAPP_APP_SECRET: ACCOUNT.appSecret,
        WHATSAPP_VERIFY_TOKEN: ACCOUNT.verifyToken,
        WHATSAPP_PHONE_NUMBER_ID: ACCOUNT.phoneNumberId,
        WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT.businessAccountId,
        WHATSAPP_GRAPH_URL: `http://127.0.0.1:${options.graphPort}`,
        WHATSAPP_MESSAGES_PER_SECOND: MESSAGES_PER_SECOND,
        ...(options.mongoUri ? { MONGODB_URI: options.mongoUri } : {}),
        ...options.env,
      },
    },
  );
  lookAfter(child);
  // Warnings and errors go there; they matter when it does not start.
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-LAST_WORDS)));
  child.once('exit', (code) => {
    if (code !== 0) console.error(`the server ended with code ${code}: ${said}`);
  });
  return child;
}

function flagsOfProcfile(): string[] {
  const procfile = readFileSync(join(import.meta.dirname, '../../Procfile'), 'utf8');
  return (/node (.*)dist\/src\/main\.js/.exec(procfile)?.[1] ?? '').split(' ').filter((flag) => flag !== '');
}

async function ready(child: ChildProcess | undefined, port: number): Promise<void> {
  const until = performance.now() + READY_LIMIT_MS;
  while (performance.now() < until && child?.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error('the server did not become ready');
}

/** A first start trains the classifier in a thread of its own; that belongs to the articles and to no webhook. */
async function trained(dataDir: string): Promise<void> {
  const until = performance.now() + READY_LIMIT_MS;
  while (performance.now() < until) {
    if (existsSync(join(dataDir, 'knowledge.model'))) return;
    await sleep(50);
  }
  throw new Error('the classifier was not trained in time');
}

async function readMetrics(port: number): Promise<Metrics> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

function merged(all: readonly Metrics[]): Metrics {
  const most = new Map<string, number>();
  for (const metrics of all)
    for (const [name, value] of metrics) most.set(name, Math.max(most.get(name) ?? -Infinity, value));
  return most;
}

const WAITING = [
  'vestnik_inbox_depth',
  ...['queued', 'claimed', 'attempted'].map((state) => `vestnik_outbox{state="${state}"}`),
];
const LOOK_MS = 500;
/** An idle server polls a little. */
const IDLE_SHARE = 0.05;

/** Nothing waits by its own word, and it has stopped using the CPU: statuses are folded, too. */
async function drained(pids: readonly number[], metrics: () => Promise<Metrics>, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  while (performance.now() < until) {
    const before = cpuMs(pids) ?? 0;
    await sleep(LOOK_MS);
    if ((cpuMs(pids) ?? 0) - before > LOOK_MS * IDLE_SHARE * pids.length) continue;
    const now = await metrics();
    if (WAITING.every((name) => (now.get(name) ?? 0) === 0)) return true;
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(overdue);
}
