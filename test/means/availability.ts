/**
 * What a part of the tests needs and may not be had on this machine: a mongod, a browser. Locally such a part is left out
 * and the end of the run says so in capitals; with `CI=true` it must run, so there it fails instead.
 */
export type Availability = { kind: 'found'; path: string; origin: string } | { kind: 'missing'; reason: string };

const notRun = new Map<string, string>();

/** Parts left out in this run and why, for the reporter's last words. */
export const partsNotRun = (): ReadonlyMap<string, string> => notRun;

/** Whether `find` finds what the part needs; where not, the run's last words tell of it. @throws in CI, where it must be there */
export async function isAtHand(part: string, find: () => Promise<Availability>): Promise<boolean> {
  const found = await find();
  if (found.kind === 'found') return true;
  if (process.env['CI'] === 'true') throw new Error(`${part}: ${found.reason}`);
  notRun.set(part, found.reason);
  return false;
}

/** To be called in a `describe`: its tests run when `find` finds what they need, else they are left out loudly (or fail in CI). */
export function needs(part: string, find: () => Promise<Availability>): void {
  before(`${part} is at hand`, async function () {
    this.timeout(300_000); // the first run fetches
    if (!(await isAtHand(part, find))) this.skip();
  });
}
