import { chromium, type Browser } from 'playwright-core';
import { needs, type Availability } from './availability.js';
import { findBrowser } from './browser-binary.js';

const FLAGS = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

let found: Promise<Availability> | undefined;
const open = new Set<Browser>();

/** Where the tests' browser comes from. `run.mjs` looks before the run and hands the answer down in the environment. */
export function browserAvailability(say: (line: string) => void = () => undefined): Promise<Availability> {
  const handedDown = process.env['VESTNIK_TEST_BROWSER'];
  found ??= handedDown ? Promise.resolve(JSON.parse(handedDown) as Availability) : findBrowser(say);
  return found;
}

/** In a `describe`: its tests need a browser. Without one they are left out loudly; in CI they fail. */
export function needsBrowser(): void {
  needs('The browser', () => browserAvailability());
}

/** A headless Chromium under playwright; closed by its test or, at the latest, at the end of the run. */
export async function openBrowser(): Promise<Browser> {
  const binary = await browserAvailability();
  if (binary.kind === 'missing') throw new Error(binary.reason);
  const browser = await chromium.launch({ executablePath: binary.path, args: FLAGS });
  open.add(browser);
  browser.once('disconnected', () => open.delete(browser));
  return browser;
}

/** The end of the run. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all([...open].map((browser) => browser.close()));
}
