import { createConnection, type ConnectOptions, type Connection } from 'mongoose';
import { StoreUnavailable, type Engine } from './engine.js';
import { APP_NAME, endAbandonedTransactions } from './mongo-abandoned.js';
import { asUnavailable } from './mongo-errors.js';
import { MongoEngine } from './mongo-store.js';

export type MongoOptions = {
  readonly uri: string;
  readonly onPoint?: (point: string) => void;
  /** How long an operation looks for a primary before the store counts as down. */
  readonly serverSelectionMs?: number;
};

/** MongoDB answers, but it is no replica set: transactions need one. */
export class NotAReplicaSet extends Error {
  override readonly name = 'NotAReplicaSet';
  constructor() {
    super(
      'MONGODB_URI points to a MongoDB that is not a replica set, and transactions need one. One server is enough: start it as ' +
        '`mongod --replSet rs0`, then run `mongosh --eval "rs.initiate()"` once.',
    );
  }
}

/** The database when the URI names none. */
const DATABASE = 'vestnik';
const HOSTS_AND_DATABASE = /^mongodb(?:\+srv)?:\/\/([^/?]+)(?:\/([^?]*))?/;

/** Opens the store at `uri`. @throws NotAReplicaSet, StoreUnavailable */
export async function openMongo(options: MongoOptions): Promise<Engine> {
  const connection = connectTo(options.uri, {
    serverSelectionTimeoutMS: options.serverSelectionMs ?? 4_000,
    // A server that stands still says nothing: these two find it out within about 5 s and free whatever waits for it.
    heartbeatFrequencyMS: 1_500,
    connectTimeoutMS: 3_000,
    maxPoolSize: 20,
    waitQueueTimeoutMS: 4_000,
    maxIdleTimeMS: 60_000,
    // Durable means: on the disks of a majority.
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'local' },
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
  });
  try {
    await connection.asPromise();
    await mustBeReplicaSet(connection);
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    if (error instanceof NotAReplicaSet) throw error;
    throw (await standsAlone(options.uri)) ? new NotAReplicaSet() : asUnavailable(error);
  }
  const stop = endAbandonedTransactions(connection);
  return new MongoEngine(connection, options.onPoint ?? (() => undefined), stop);
}

function connectTo(uri: string, options: ConnectOptions): Connection {
  const database = HOSTS_AND_DATABASE.exec(uri)?.[2];
  const connection = createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    appName: APP_NAME,
    ...(database ? {} : { dbName: DATABASE }),
    ...options,
  });
  connection.on('error', () => undefined); // every operation says so itself
  return connection;
}

async function mustBeReplicaSet(connection: Connection): Promise<void> {
  if (!connection.db) throw new StoreUnavailable('the database cannot be reached');
  const hello = await connection.db.admin().command({ hello: 1 });
  const isRouter = hello['msg'] === 'isdbgrid'; // of a sharded cluster, made of replica sets
  if (!hello['setName'] && !isRouter) throw new NotAReplicaSet();
}

/** With `replicaSet=` in the URI the driver never takes up a server that is in none, and only says that it found nobody. */
async function standsAlone(uri: string): Promise<boolean> {
  const hosts = HOSTS_AND_DATABASE.exec(uri)?.[1] ?? '';
  if (uri.startsWith('mongodb+srv:') || hosts.includes(',')) return false;
  const alone = uri.replace(/([?&])replicaSet=[^&]*&?/i, '$1');
  const connection = connectTo(alone, { directConnection: true, serverSelectionTimeoutMS: 1_000 });
  try {
    await connection.asPromise();
    await mustBeReplicaSet(connection);
    return false;
  } catch (error) {
    return error instanceof NotAReplicaSet;
  } finally {
    await connection.close(true).catch(() => undefined);
  }
}
