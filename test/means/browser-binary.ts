import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Availability } from './availability.js';
import { cacheFolder } from './cache.js';
import { onPath, runToEnd } from './command.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const UNPACK_MS = 60_000;
const APT_MS = 240_000;

/** A Chrome or Chromium: the machine's own, else the one inside an npm package (Linux, x86-64), else Debian's package. */
export async function findBrowser(say: (line: string) => void): Promise<Availability> {
  const installed = onPath(NAMES) ?? USUAL_PLACES.find((place) => existsSync(place));
  if (installed) return { kind: 'found', path: installed, origin: 'installed on this machine' };
  const failures: string[] = [];
  for (const obtain of [fromNpmPackage, fromDebian]) {
    try {
      const path = await obtain(say);
      await runToEnd(path, ['--version', '--no-sandbox'], { timeoutMs: 20_000 }); // a missing shared library shows here
      return { kind: 'found', path, origin: obtain === fromDebian ? "Debian's package" : 'from @sparticuz/chromium' };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return { kind: 'missing', reason: `no Chrome or Chromium found, and none to be had (${failures.join('; ')})` };
}

async function fromNpmPackage(say: (line: string) => void): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('@sparticuz/chromium is for x86-64 Linux');
  const folder = join(await cacheFolder('chromium-147'), 'unpacked');
  const browser = join(folder, 'chromium');
  if (existsSync(browser)) return browser;
  say('unpacking Chromium from @sparticuz/chromium');
  const unpacking = await mkdtemp(join(dirname(folder), 'unpack-'));
  try {
    // The package unpacks into the temporary folder of its process and trusts what it finds there: so it gets its own.
    const script = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
    await runToEnd(process.execPath, ['-e', script], {
      timeoutMs: UNPACK_MS,
      env: { ...process.env, TMPDIR: unpacking, NODE_OPTIONS: '' },
    });
    await rename(unpacking, folder).catch(async () => {
      if (existsSync(browser)) return; // another run was faster
      await mkdir(folder, { recursive: true });
      await cp(unpacking, folder, { recursive: true });
    });
  } finally {
    await rm(unpacking, { recursive: true, force: true });
  }
  return browser;
}

async function fromDebian(say: (line: string) => void): Promise<string> {
  const apt = onPath(['apt-get']);
  if (!apt || process.getuid?.() !== 0) throw new Error('Debian packages need apt-get and root');
  say("installing Debian's chromium");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runToEnd(apt, ['update', '-q'], { timeoutMs: APT_MS, env });
  await runToEnd(apt, ['install', '-q', '-y', '--no-install-recommends', 'chromium'], { timeoutMs: APT_MS, env });
  const installed = onPath(NAMES);
  if (!installed) throw new Error('apt-get installed chromium, yet it is not on the PATH');
  return installed;
}
