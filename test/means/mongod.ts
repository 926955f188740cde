import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { needs, type Availability } from './availability.js';
import { lookAfter, temporaryFolder } from './caretaker.js';
import { freePort } from './free-port.js';
import { findMongod } from './mongod-binary.js';

type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>;

const START_LIMIT_MS = 60_000;
const SET_NAME = 'vestnik';

let found: Promise<Availability> | undefined;
let started: Promise<string> | undefined;
let admin: Promise<MongoClient> | undefined;
const databases = new Set<string>();

/** Where the tests' mongod comes from. `run.mjs` looks before the run and hands the answer down in the environment. */
export function mongodAvailability(say: (line: string) => void = () => undefined): Promise<Availability> {
  found ??= lookFor(say);
  return found;
}

/** In a `describe`: its tests need MongoDB. Without one they are left out loudly; in CI they fail. */
export function needsMongo(): void {
  needs('MongoDB', () => mongodAvailability());
}

/** The URI (no database) of a replica set: `MONGODB_URI`, or a mongod of our own, one for the whole run. */
export function mongoUri(): Promise<string> {
  started ??= start();
  return started;
}

/** A URI with a database nobody else uses; it is dropped at the end of the run. `name` helps when looking at it. */
export async function freshMongoUri(name = 'test'): Promise<string> {
  const server = await mongoUri();
  const database = `vestnik_${name.replace(/[^a-z0-9]+/gi, '_').slice(0, 24)}_${randomBytes(5).toString('hex')}`;
  databases.add(database);
  return server.replace(/^([a-z+]+:\/\/[^/?]+)\/?[^?]*/, `$1/${database}`); // several hosts are no URL to `new URL`
}

/** Drops a database of `freshMongoUri` at once; the others go at the end of the run. */
export async function dropMongo(uri: string): Promise<void> {
  const database = /\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];
  if (database) await dropDatabase(database);
}

async function dropDatabase(database: string): Promise<void> {
  admin ??= mongoUri().then((server) => new mongoose.mongo.MongoClient(server).connect());
  await (await admin).db(database).dropDatabase();
  databases.delete(database);
}

/** The end of the run: a server that is not ours keeps nothing of us, our own ends with the caretaker. */
export async function leaveMongo(): Promise<void> {
  if (process.env['MONGODB_URI']) for (const database of databases) await dropDatabase(database);
  await (await admin)?.close();
}

async function lookFor(say: (line: string) => void): Promise<Availability> {
  const uri = process.env['MONGODB_URI'];
  if (uri) return { kind: 'found', path: '', origin: 'MONGODB_URI' };
  const handedDown = process.env['VESTNIK_TEST_MONGOD'];
  return handedDown ? (JSON.parse(handedDown) as Availability) : findMongod(say);
}

async function start(): Promise<string> {
  const given = process.env['MONGODB_URI'];
  if (given) return given;
  const mongod = await mongodAvailability();
  if (mongod.kind === 'missing') throw new Error(mongod.reason);
  const [folder, port] = [temporaryFolder('mongod'), await freePort()];
  const child = spawn(mongod.path, flags(folder, port), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  lookAfter(child);
  child.unref(); // the run may end while it lives; the caretaker ends it then
  const log = createWriteStream(join(folder, 'mongod.log'));
  let lastWords = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (lastWords = (lastWords + bytes.toString()).slice(-2_000))).pipe(log);
    (stream as typeof stream & { unref?: () => void }).unref?.();
  }
  const ended = new Promise<never>((_, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`mongod ended with code ${code}: ${lastWords}`)));
  });
  ended.catch(() => undefined);
  await Promise.race([ended, formReplicaSet(port)]);
  return `mongodb://127.0.0.1:${port}/?replicaSet=${SET_NAME}`;
}

function flags(folder: string, port: number): string[] {
  return [
    ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', SET_NAME],
    ...['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '512', '--quiet'],
    ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ];
}

async function formReplicaSet(port: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: START_LIMIT_MS,
  });
  try {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    // An election with one voter needs no waiting: the short time-outs only shorten the first one.
    const settings = { electionTimeoutMillis: 500, heartbeatIntervalMillis: 500 };
    await client.db('admin').command({ replSetInitiate: { _id: SET_NAME, members, settings } });
    while (!(await client.db('admin').command({ hello: 1 }))['isWritablePrimary']) {
      if (Date.now() > deadline) throw new Error('mongod did not become primary within a minute');
      await sleep(50);
    }
  } finally {
    await client.close();
  }
}

/** Looks at a database, or changes it, past the server. */
export async function inDatabase<Result>(
  uri: string,
  work: (database: ReturnType<MongoClient['db']>) => Promise<Result>,
): Promise<Result> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}
