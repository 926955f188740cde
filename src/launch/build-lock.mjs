import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 1_000;
const STALE_AFTER_MS = 15_000;
const POLL_MS = 100;
const WAIT_LIMIT_MS = 300_000;

/**
 * Runs `work` while holding the lock directory `lockDir`: of two processes that start at once the second waits for the
 * first. A holder that died (no such process on this machine, or no heartbeat for 15 s) loses the lock.
 * @template T
 * @param {string} lockDir
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBuildLock(lockDir, work) {
  const token = randomUUID();
  const deadline = Date.now() + WAIT_LIMIT_MS;
  await mkdir(dirname(lockDir), { recursive: true });
  while (!(await take(lockDir, token))) {
    if (Date.now() > deadline) throw new Error(`Another build has held ${lockDir} for minutes: end it, or delete it.`);
    if (await isStale(lockDir)) await breakLock(lockDir);
    else await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => void touch(lockDir), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await ownerOf(lockDir))?.token === token) await rm(lockDir, { recursive: true, force: true });
  }
}

async function take(lockDir, token) {
  try {
    await mkdir(lockDir); // atomic everywhere: exactly one creator succeeds
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(lockDir, 'owner.json'), JSON.stringify({ token, pid: process.pid, host: hostname() }));
  return true;
}

async function isStale(lockDir) {
  const age = await stat(lockDir).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0, // gone in the meantime: not stale, free
  );
  if (age > STALE_AFTER_MS) return true;
  const owner = await ownerOf(lockDir);
  return owner !== undefined && owner.host === hostname() && !isAlive(owner.pid);
}

// Two waiters may both find the lock stale, and the slower one then moves away what the faster one has just taken. The
// worst that follows is two compilers writing the same files, so nothing finer is worth its weight here.
async function breakLock(lockDir) {
  const aside = `${lockDir}-${randomUUID()}`;
  await rename(lockDir, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

async function ownerOf(lockDir) {
  try {
    return JSON.parse(await readFile(join(lockDir, 'owner.json'), 'utf8'));
  } catch {
    return undefined; // not written yet, or gone
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // there, but somebody else's
  }
}

async function touch(path) {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
