import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What Node is told before it runs the server, as the Procfile has it: some of it cannot be said from within.
 * @param {string} root the project's
 * @returns {readonly string[]}
 */
export function serverFlags(root) {
  try {
    const [, flags = ''] = /node (.*)dist\/src\/main\.js/.exec(readFileSync(join(root, 'Procfile'), 'utf8')) ?? [];
    return flags.split(' ').filter((flag) => flag !== '');
  } catch {
    return []; // it runs without them, too
  }
}
