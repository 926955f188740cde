import { performance } from 'node:perf_hooks';
import type { Lease } from './engine.js';
import type { Collection, Document } from './mongo-driver.js';

export const LEASES = 'leases';

/** Takes the lease when it is free, ours, or run out by the database's own clock. A new holder gets the next fence number.
 *  @returns its fence; undefined while another holds it */
export async function takeLease(
  leases: Collection,
  name: string,
  holder: string,
  forMs: number,
): Promise<number | undefined> {
  const taken = await takeExisting(leases, name, holder, forMs);
  if (taken !== undefined) return taken;
  // Nobody has held it yet, or somebody does: an upsert may not ask for the database's clock, so it comes before.
  if (!(await makeFree(leases, name))) return undefined;
  return takeExisting(leases, name, holder, forMs);
}

async function takeExisting(
  leases: Collection,
  name: string,
  holder: string,
  forMs: number,
): Promise<number | undefined> {
  const stillOurs = { $and: [{ $eq: ['$holder', { $literal: holder }] }, { $gt: ['$expiresAt', '$$NOW'] }] };
  const lease = (await leases.findOneAndUpdate(
    { _id: name, $or: [{ holder }, { $expr: { $lte: ['$expiresAt', '$$NOW'] } }] },
    [
      {
        $set: {
          // The same holder keeps its fence only while its lease has not run out: after a gap it is a new one.
          fence: { $cond: [stillOurs, '$fence', { $add: ['$fence', 1] }] },
          holder: { $literal: holder },
          expiresAt: { $add: ['$$NOW', forMs] },
        },
      },
    ],
    { returnDocument: 'after' },
  )) as Document | null;
  return lease ? Number(lease['fence']) : undefined;
}

/** @returns whether it made a lease that was not there */
async function makeFree(leases: Collection, name: string): Promise<boolean> {
  const free = { holder: '', fence: 0, expiresAt: new Date(0) };
  const { upsertedCount } = await leases.updateOne({ _id: name }, { $setOnInsert: free }, { upsert: true });
  return upsertedCount === 1;
}

export const grantOf = (name: string, fence: number, untilMonotonicMs: number): Lease => ({
  name,
  fence,
  remainingMs: () => untilMonotonicMs - performance.now(),
});
