import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/**
 * The caretaker is a small process that is told of every child and every temporary folder of a test run. It sees the run
 * end by its standard input closing, which the system does even after `kill -9`, and then ends and deletes what is left.
 */
let caretaker: Writable | undefined;

/** Sees to it that `child` does not outlive this process, whatever happens to it. */
export function lookAfter(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const pid = String(child.pid);
  tell(`+pid ${pid}`);
  child.once('exit', () => tell(`-pid ${pid}`)); // the number may soon be somebody else's
}

/** A new temporary folder, deleted when the run has ended. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `vestnik-${name}-`));
  tell(`+dir ${folder}`);
  return folder;
}

/** Deletes a temporary folder before the run ends. */
export async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  tell(`-dir ${folder}`);
}

function tell(line: string): void {
  caretaker ??= hire();
  caretaker.write(`${line}\n`);
}

function hire(): Writable {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'caretaker-process.js')], {
    detached: true, // Ctrl-C reaches the whole group of the terminal, and must not reach the one who cleans up after it
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.unref();
  child.stdin.on('error', () => undefined); // gone already: then there is nobody left to tell
  (child.stdin as Writable & { unref?: () => void }).unref?.();
  return child.stdin;
}
