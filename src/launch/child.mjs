import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from './build.mjs';

const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;
const NPM_POLL_MS = 500;

/**
 * Starts a compiled program of this project; it ends with this process, whatever ends it.
 * @param {string} file from the project's root: `dist/src/main.js`
 * @param {{ flags?: readonly string[], args?: readonly string[], env: NodeJS.ProcessEnv, stdout?: 'inherit' | 'pipe' }} options
 *   `flags`: Node's own
 */
export function startChild(file, { flags = [], args = [], env, stdout = 'inherit' }) {
  const child = spawn(process.execPath, [...flags, '--import', END_WITH_PARENT, join(PROJECT_ROOT, file), ...args], {
    env,
    stdio: ['inherit', stdout, 'inherit', 'ipc'],
    // A group of its own: Ctrl-C in the terminal then reaches the launcher alone, which ends its children in order.
    detached: process.platform !== 'win32',
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  return {
    stdout: child.stdout,
    /** Resolves with the exit code; of a signal 128 and its number, as shells have it. */
    ended,
    /** SIGTERM, and SIGKILL after `limitMs`. */
    async stop(limitMs) {
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), limitMs);
      const code = await ended;
      clearTimeout(overdue);
      return code;
    },
  };
}

/**
 * Resolves when this process is asked to end: by a signal, or by npm's vanishing. Between npm and here stands a shell, which
 * dies of a SIGTERM that npm hands on without handing it on itself; npm's own death it does not even notice.
 * @returns {Promise<'asked'>}
 */
export function askedToEnd() {
  return new Promise((resolve) => {
    const end = () => resolve('asked');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
    if (process.env.npm_lifecycle_event === undefined) return;
    const atStart = ancestors();
    setInterval(() => ancestors() !== atStart && end(), NPM_POLL_MS).unref();
  });
}

// The shell and npm. Only Linux tells the parent of another process for the price of reading a file.
function ancestors() {
  const shell = process.ppid;
  try {
    const afterName = readFileSync(`/proc/${shell}/stat`, 'latin1').split(') ').at(-1);
    return `${shell} ${afterName.split(' ')[1]}`;
  } catch {
    return String(shell);
  }
}
