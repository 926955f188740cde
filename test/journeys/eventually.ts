import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 25;

/** Asks until `check` is true or gives something, and hands that back. A check that throws is asked again too: its last
 *  complaint is what the test fails with. @throws after `withinMs` */
export async function eventually<T>(
  check: () => Promise<T> | T,
  withinMs = 20_000,
  what?: string,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let complaint: unknown;
    try {
      const found = await check();
      if (found !== undefined && found !== null && found !== false)
        return found as Exclude<T, false | null | undefined>;
    } catch (error) {
      complaint = error;
    }
    if (performance.now() > deadline) {
      if (complaint instanceof Error) throw complaint;
      throw new Error(`${what ?? check.toString()} was not so within ${withinMs} ms`);
    }
    await sleep(PAUSE_MS);
  }
}
