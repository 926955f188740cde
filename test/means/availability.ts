/**
 * What a part of the tests needs and may not be had on this machine: a mongod, a browser. Locally such a part is left out
 * and the end of the run says so in capitals; with `CI=true` it must run, so there it fails instead.
 */
export type Availability = { kind: 'found'; path: string; origin: string } | { kind: 'missing'; reason: string };

const notRun = new Map<string, string>();

/** Parts left out in this run and why, for the reporter's last words. */
export const partsNotRun = (): ReadonlyMap<string, string> => notRun;

/** To be called in a `describe`: its tests run when `find` finds what they need, else they are left out loudly (or fail in CI). */
export function needs(part: string, find: () => Promise<Availability>): void {
  before(`${part} is at hand`, async function () {
    this.timeout(300_000); // the first run fetches
    const found = await find();
    if (found.kind === 'found') return;
    if (process.env['CI'] === 'true') throw new Error(`${part}: ${found.reason}`);
    notRun.set(part, found.reason);
    this.skip();
  });
}
