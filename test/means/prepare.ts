import type { Availability } from './availability.js';
import { browserAvailability } from './browser.js';
import { mongodAvailability } from './mongod.js';

/**
 * Before mocha starts, while the network is still open: finds or fetches the server and the browser and says which they are.
 * @returns what the test processes need in their environment to find them again
 */
export async function prepare(say: (line: string) => void): Promise<Record<string, string>> {
  const [mongod, browser] = await Promise.all([mongodAvailability(say), browserAvailability(say)]);
  say(sentence('MongoDB', mongod));
  say(sentence('browser', browser));
  return { VESTNIK_TEST_MONGOD: JSON.stringify(mongod), VESTNIK_TEST_BROWSER: JSON.stringify(browser) };
}

function sentence(part: string, found: Availability): string {
  return found.kind === 'found'
    ? `${part}: ${found.origin}`
    : `${part}: MISSING, its tests will not run: ${found.reason}`;
}
