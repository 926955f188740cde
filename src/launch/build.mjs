import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBuildLock } from './build-lock.mjs';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

const SOURCE_FOLDERS = ['src', 'webhooks', 'emulator', 'test', 'bench'];
const SETTINGS = ['tsconfig.json', 'package.json', 'package-lock.json'];

/** What the compiler printed when it failed; the launcher shows it without a stack trace. */
export class BuildFailed extends Error {}

/**
 * Makes `dist/` match the sources. Nothing happens when the stamp of the last build equals the sources' fingerprint; the
 * stamp is written last, so a build that was cut short is done again.
 * @param {{ root?: string, onBuild?: () => void, compile?: (root: string) => Promise<void> }} [options]
 *   `onBuild` is called once, only when a build is really needed
 * @throws {BuildFailed}
 */
export async function ensureBuilt({ root = PROJECT_ROOT, onBuild, compile = runCompiler } = {}) {
  if (!existsSync(join(root, 'tsconfig.json'))) return; // an installation of dist/ alone
  if (await isFresh(root)) return;
  await withBuildLock(join(root, '.cache', 'build-lock'), async () => {
    const fingerprint = await fingerprintOf(root);
    if ((await stampOf(root)) === fingerprint) return; // another process built it while this one waited
    onBuild?.();
    await compile(root);
    await removeOrphans(root);
    await mkdir(join(root, 'dist'), { recursive: true });
    await writeFile(stampPath(root), fingerprint);
  });
}

async function isFresh(root) {
  const stamp = await stampOf(root);
  return stamp !== undefined && stamp === (await fingerprintOf(root));
}

const stampPath = (root) => join(root, 'dist', '.stamp');

const stampOf = (root) => readFile(stampPath(root), 'utf8').catch(() => undefined);

// Contents rather than times: a checkout or an unpacked archive changes every time and no content. Some 3 MB in 30 ms.
async function fingerprintOf(root) {
  const hash = createHash('sha256');
  const sources = (await Promise.all(SOURCE_FOLDERS.map((folder) => filesUnder(root, folder))))
    .flat()
    .filter((path) => path.endsWith('.ts'));
  for (const path of [...SETTINGS, ...sources].sort()) {
    const content = await readFile(join(root, path)).catch(() => undefined);
    if (content) hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
}

// A renamed test would otherwise leave its old self in dist/, and mocha would go on running it.
async function removeOrphans(root) {
  for (const path of await filesUnder(root, 'dist')) {
    const source = /^dist\/(.+)\.js(?:\.map)?$/.exec(path)?.[1];
    if (source !== undefined && !existsSync(join(root, `${source}.ts`))) await rm(join(root, path), { force: true });
  }
}

async function runCompiler(root) {
  const compiler = findCompiler(root);
  if (!compiler) {
    throw new BuildFailed('The sources changed since the last build and the compiler is not installed: run "npm ci".');
  }
  const child = spawn(process.execPath, [compiler, '-p', root, '--pretty', String(Boolean(process.stdout.isTTY))], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((done, failed) => child.on('error', failed).on('close', done));
  if (code !== 0) throw new BuildFailed(output.trimEnd() || `The compiler ended with code ${code}.`);
}

function findCompiler(root) {
  try {
    return createRequire(join(root, 'package.json')).resolve('typescript/lib/tsc.js');
  } catch {
    return undefined;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await ensureBuilt();
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
