import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { startPair, type RunningEmulator, type RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { Platform } from './platform.js';

/** A server and the platform it speaks with, both running. */
export type Stand = {
  readonly server: RunningServer;
  readonly emulator: RunningEmulator;
  readonly platform: Platform;
  /** Set on MongoDB: a second server may join. */
  readonly mongoUri: string | undefined;
};

/** Far above what a journey takes: it is for a machine that has much else to do. */
export const JOURNEY_LIMIT_MS = 60_000;

type Wishes = {
  readonly env?: Readonly<Record<string, string>>;
  /** What the server imports first, see `Program`. */
  readonly imports?: readonly string[];
};

/** The platform's own course of things, only quicker, so that nobody waits for ticks. */
const QUICK = { statuses: { sentMs: 10, deliveredMs: 20, readMs: 20 }, retryScheduleMs: [200, 400, 800] };

/** Runs journeys once with a server on SQLite and once with one on MongoDB; a describe's journeys share the server. */
export function onBothStores(title: string, journeys: (stand: () => Stand) => void, wishes: Wishes = {}): void {
  onSqlite(`${title}, on SQLite`, journeys, wishes);
  onMongo(`${title}, on MongoDB`, journeys, wishes);
}

/** The same on SQLite alone. */
export function onSqlite(title: string, journeys: (stand: () => Stand) => void, wishes: Wishes = {}): void {
  describe(title, function () {
    this.timeout(JOURNEY_LIMIT_MS);
    withStand(journeys, wishes, () => Promise.resolve(undefined));
  });
}

/** The same on MongoDB alone. */
export function onMongo(title: string, journeys: (stand: () => Stand) => void, wishes: Wishes = {}): void {
  describe(title, function () {
    this.timeout(JOURNEY_LIMIT_MS);
    needsMongo();
    withStand(journeys, wishes, () => freshMongoUri('journey'));
  });
}

function withStand(
  journeys: (stand: () => Stand) => void,
  { env = {}, imports = [] }: Wishes,
  uri: () => Promise<string | undefined>,
): void {
  let stand: Stand | undefined;
  let stop: (() => Promise<void>) | undefined;

  before('server and platform run', async function () {
    this.timeout(120_000);
    const mongoUri = await uri();
    const pair = await startPair({ ...(mongoUri ? { mongoUri } : {}), server: { env, imports } });
    stop = pair.stop;
    stand = { ...pair, platform: new Platform(pair.emulator), mongoUri };
    await stand.platform.settings(QUICK);
  });
  after('server and platform end', async function () {
    this.timeout(60_000);
    await stop?.();
  });
  journeys(() => {
    if (!stand) throw new Error('the server is not up');
    return stand;
  });
}

/** What the server's API answers to its administrator. */
export async function api(server: RunningServer, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json', ...init.headers },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** The value of one line of `/metrics`, such as `vestnik_inbox_depth`; 0 when it is not there yet. */
export async function metric(server: RunningServer, line: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found ? Number(found.split(' ').at(-1)) : 0;
}

type Depths = { counts: { inboxDepth: number; outbox: { queued: number; claimed: number; attempted: number } } };

/** Waits until nothing waits in the inbox and nothing is on its way out, as the server's rows have it. */
export async function settled(server: RunningServer, withinMs = 20_000): Promise<void> {
  let still = 0;
  await eventually(
    async () => {
      const { counts } = (await (await fetch(`${server.url}/readyz?deep`)).json()) as Depths;
      const { queued, claimed, attempted } = counts.outbox;
      // The counts are not of one moment: a turn may have moved from one to the other between them.
      still = counts.inboxDepth + queued + claimed + attempted === 0 ? still + 1 : 0;
      return still === 2;
    },
    withinMs,
    'that nothing waits any more',
  );
}

/** A contact, as the API shows them. */
export type Contact = { id: string; name: string | null; identities: { kind: string; value: string }[] };

/** A message of a thread, as the API shows it. */
export type Message = {
  id: string;
  contactId: string;
  direction: 'inbound' | 'outbound';
  type: string;
  text: string | null;
  state: string;
};

/** Contacts by `phone=` or `userId=`. */
export async function contactsOf(server: RunningServer, query: string): Promise<Contact[]> {
  return ((await api(server, `/contacts?${query}`)) as { items: Contact[] }).items;
}

/** What was said between us and one contact, newest first. */
export async function messagesOf(server: RunningServer, contactId: string): Promise<Message[]> {
  return ((await api(server, `/messages?contactId=${contactId}&limit=100`)) as { items: Message[] }).items;
}
