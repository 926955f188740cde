import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { needs } from '../means/availability.js';
import { lookAfter, temporaryFolder } from '../means/caretaker.js';
import { freePort } from '../means/free-port.js';
import { findMongod } from '../means/mongod-binary.js';
import { mongodAvailability } from '../means/mongod.js';
import { eventually } from './eventually.js';

const SET_NAME = 'away';

/** A mongod of the test's own, which it may stop; the one of the whole run is everybody's. */
export type PrivateMongod = {
  readonly uri: string;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
};

/** In a `describe`: its tests start a mongod themselves, even where MONGODB_URI names another. */
export function needsPrivateMongod(): void {
  needs('A mongod of its own', binary);
}

/** @param replicaSet false: a lone server, which has no transactions */
export async function startMongod({ replicaSet = true } = {}): Promise<PrivateMongod> {
  const found = await binary();
  if (found.kind === 'missing') throw new Error(found.reason);
  const [folder, port] = [temporaryFolder('private-mongod'), await freePort()];
  const child = spawn(
    found.path,
    [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet', '--nounixsocket'],
      ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64', ...(replicaSet ? ['--replSet', SET_NAME] : [])],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    { stdio: 'ignore' },
  );
  lookAfter(child);
  await becomesReady(port, replicaSet);
  const query = replicaSet ? `?replicaSet=${SET_NAME}` : '?directConnection=true';
  return {
    uri: `mongodb://127.0.0.1:${port}/vestnik${query}`,
    signal: (signal) => void child.kill(signal),
    stop: () => end(child),
  };
}

async function binary(): ReturnType<typeof findMongod> {
  const found = await mongodAvailability();
  return found.kind === 'found' && found.path === '' ? findMongod(() => undefined) : found;
}

async function becomesReady(port: number, replicaSet: boolean): Promise<void> {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    if (replicaSet) {
      const settings = { electionTimeoutMillis: 500, heartbeatIntervalMillis: 500 };
      const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
      await admin.command({ replSetInitiate: { _id: SET_NAME, members, settings } });
    }
    await eventually(async () => Boolean((await admin.command({ hello: 1 }))['isWritablePrimary']), 60_000, 'primary');
  } finally {
    await client.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
