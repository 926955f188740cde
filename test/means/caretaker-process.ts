import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

// The other end of caretaker.ts: lines come in while the run lives; their end is the end of the run.

const GRACE_MS = 5_000;
const pids = new Set<number>();
const folders = new Set<string>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [act, value] = [line.slice(0, 4), line.slice(5)];
  if (act === '+pid') pids.add(Number(value));
  if (act === '-pid') pids.delete(Number(value));
  if (act === '+dir') folders.add(value);
  if (act === '-dir') folders.delete(value);
}

signalAll('SIGTERM');
for (let waitedMs = 0; waitedMs < GRACE_MS && [...pids].some(isAlive); waitedMs += 100) await sleep(100);
signalAll('SIGKILL');
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

function signalAll(signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
      process.kill(pid, 'SIGCONT'); // a stopped process hears nothing but SIGKILL until it is continued
    } catch {
      pids.delete(pid);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
