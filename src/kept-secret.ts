import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A secret that was not set: made once, kept in a file that only its owner may read, and the same ever after.
 *  @throws Error when the file is there and holds none */
export function keptSecret(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const kept = read(file);
  if (kept === undefined) makeOnce(file);
  const secret = kept ?? read(file) ?? '';
  if (secret.length < 32)
    throw new Error(`the file ${file} holds no secret of 32 characters or more: remove it to get a new one`);
  return secret;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole under another name first: of two starts at the same moment one makes it and the other reads it, never half of it. */
function makeOnce(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const secret = `${randomBytes(32).toString('base64url')}\n`;
  const once = { mode: 0o600, flag: 'wx', flush: true } as const;
  try {
    writeFileSync(draft, secret, once);
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    writeFileSync(file, secret, once); // a file system without links
  } finally {
    rmSync(draft, { force: true });
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';
