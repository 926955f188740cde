import { performance } from 'node:perf_hooks';
import type { Collection } from './mongo-driver.js';
import type { Lease } from './engine.js';

export const LEASES = 'leases';

/** Takes the lease when it is free, ours, or run out by the database's own clock. A new holder gets the next fence number.
 *  @returns its fence; undefined while another holds it */
export async function takeLease(leases: Collection, name: string, holder: string, forMs: number): Promise<number | undefined> {
  const expiresAt = { $add: ['$$NOW', forMs] };
  try {
    const lease = await leases.findOneAndUpdate(
      { _id: name, $or: [{ holder }, { $expr: { $lte: ['$expiresAt', '$$NOW'] } }] },
      [
        {
          $set: {
            // The same holder keeps its fence only while its lease has not run out: after a gap it is a new one.
            fence: { $cond: [{ $and: [{ $eq: ['$holder', holder] }, { $gt: ['$expiresAt', '$$NOW'] }] }, '$fence', { $add: [{ $ifNull: ['$fence', 0] }, 1] }] },
            holder,
            expiresAt,
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    return typeof lease?.['fence'] === 'number' ? lease['fence'] : undefined;
  } catch (error) {
    // The filter did not match a lease that is there, so the upsert met its key: somebody else holds it.
    if ((error as { code?: unknown }).code === 11_000) return undefined;
    throw error;
  }
}

export const grantOf = (name: string, fence: number, untilMonotonicMs: number): Lease => ({
  name,
  fence,
  remainingMs: () => untilMonotonicMs - performance.now(),
});
