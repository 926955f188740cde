import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { StoreUnavailable, type CommitOutcome } from './engine.js';
import type { ClientSession, Collection } from './mongo-driver.js';
import { asUnavailable, isDuplicate, isUnknownCommit, mayRepeatTransaction } from './mongo-errors.js';
import { batchesOf, type Batch, type PreparedCommit } from './mongo-writes.js';
import type { AnyTable } from './table.js';

/** Commits as transactions: a group at once; when somebody in it meets a conflict its halves, one after the other, and so on down to
 *  whoever it was. One conflict among sixty costs a dozen transactions, not sixty. */

export type TransactionHost = {
  readonly connection: Connection;
  collection(table: AnyTable): Collection;
  onPoint(point: string): void;
};

/** `busy`: nothing was kept, since another transaction holds one of the documents or the primary moved; it may be made again. */
type Attempt = CommitOutcome | { readonly busy: unknown };

const PATIENCE_MS = 4_000;
const PAUSE_MS = 5;
const MAX_PAUSE_MS = 100;
const COMMIT_ATTEMPTS = 5;

export async function commitGroup(
  host: TransactionHost,
  commits: readonly PreparedCommit[],
): Promise<PromiseSettledResult<CommitOutcome>[]> {
  return commitSome(host, commits, performance.now() + PATIENCE_MS);
}

async function commitSome(
  host: TransactionHost,
  commits: readonly PreparedCommit[],
  until: number,
): Promise<PromiseSettledResult<CommitOutcome>[]> {
  const [first] = commits;
  if (first && commits.length === 1) return Promise.allSettled([commitAlone(host, first, until)]);
  if (first && (await triedTogether(host, commits)))
    return commits.map(() => ({ status: 'fulfilled', value: 'committed' }));
  // One half after the other: of two that want the same unique value each could meet the other half-way, and both would be refused.
  const middle = Math.ceil(commits.length / 2);
  const results: PromiseSettledResult<CommitOutcome>[] = [];
  for (const half of [commits.slice(0, middle), commits.slice(middle)])
    if (half.length > 0) results.push(...(await commitSome(host, half, until)));
  return results;
}

/** @returns false when they have to be made in smaller groups. @throws what every one of them would meet */
const triedTogether = async (host: TransactionHost, commits: readonly PreparedCommit[]): Promise<boolean> =>
  (await attempt(host, commits)) === 'committed';

/** Again and again while another transaction is in the way: who met a conflict must be able to decide anew at once, and here it could not. */
async function commitAlone(host: TransactionHost, commit: PreparedCommit, until: number): Promise<CommitOutcome> {
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    const outcome = await attempt(host, [commit]);
    if (typeof outcome === 'string') return outcome;
    if (performance.now() + pauseMs > until)
      throw new StoreUnavailable('the rows of a commit are held by another transaction', { cause: outcome.busy });
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

async function attempt(host: TransactionHost, commits: readonly PreparedCommit[]): Promise<Attempt> {
  const batches = batchesOf(commits);
  if (batches.length === 0) return 'committed';
  let session: ClientSession | undefined;
  try {
    session = await host.connection.startSession();
    session.startTransaction({
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'snapshot' },
      readPreference: 'primary',
    });
    for (const batch of batches) {
      if (await write(host.collection(batch.table), batch, session)) continue;
      await session.abortTransaction();
      return 'conflict';
    }
    host.onPoint('in-group');
    await commitTransaction(session);
    return 'committed';
  } catch (error) {
    if (session?.inTransaction()) await session.abortTransaction().catch(() => undefined);
    if (isDuplicate(error)) return 'conflict';
    if (mayRepeatTransaction(error)) return { busy: error };
    throw asUnavailable(error);
  } finally {
    await session?.endSession().catch(() => undefined);
  }
}

/** @returns false when a compare-and-set met another row than it expected */
async function write(collection: Collection, batch: Batch, session: ClientSession): Promise<boolean> {
  const result = await collection.bulkWrite(batch.operations, { session, ordered: true });
  const hits = result.matchedCount + result.insertedCount + result.upsertedCount;
  return batch.mustHit === undefined || hits === batch.mustHit;
}

async function commitTransaction(session: ClientSession): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (number === COMMIT_ATTEMPTS || !isUnknownCommit(error)) throw error;
    }
  }
}
