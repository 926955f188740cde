import { StoreUnavailable } from './engine.js';

/** What the driver's errors mean for us. */

type DriverError = {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly writeErrors?: unknown;
  readonly result?: { getWriteConcernError?: () => unknown };
  readonly hasErrorLabel?: (label: string) => boolean;
};

const DUPLICATE_KEY = 11_000;
const WRITE_CONFLICT = 112;
/** The server refuses what we ask, and would refuse it tomorrow: BadValue, FailedToParse, TypeMismatch, ImmutableField and their like. */
const FAULTS_OF_OURS = new Set([2, 9, 14, 17, 28, 40, 52, 54, 55, 56, 57, 66, 73, 85, 86, 10_334, 17_419]);

/** @returns code of each operation of a bulk that failed, by its position; undefined when more than single operations failed */
export function failedOperations(error: unknown): Map<number, number> | undefined {
  const { writeErrors, result } = error as DriverError;
  if (result?.getWriteConcernError?.()) return undefined; // not on a majority's disks: nothing of it counts as written
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    code?: number;
    index?: number;
  }[];
  if (list.length === 0) return undefined;
  return new Map(list.map(({ index = 0, code = 0 }) => [index, code]));
}

/** @returns positions of the operations that met what is there already; undefined when anything else went wrong */
export function duplicatesOf(error: unknown): ReadonlySet<number> | undefined {
  const failed = failedOperations(error);
  if (!failed)
    return (error as DriverError).code === DUPLICATE_KEY && !(error as DriverError).result ? new Set([0]) : undefined;
  return [...failed.values()].every((code) => code === DUPLICATE_KEY) ? new Set(failed.keys()) : undefined;
}

export const isDuplicate = (error: unknown): boolean =>
  (error as DriverError).code === DUPLICATE_KEY || duplicatesOf(error) !== undefined;

const hasLabel = (error: unknown, label: string): boolean => (error as DriverError).hasErrorLabel?.(label) === true;

/** Nothing of the transaction was kept: it may be made again as a whole. */
export const mayRepeatTransaction = (error: unknown): boolean =>
  (error as DriverError).code === WRITE_CONFLICT || hasLabel(error, 'TransientTransactionError');

/** The answer to a commit was lost: asked again, MongoDB says what became of it and does nothing twice. */
export const isUnknownCommit = (error: unknown): boolean => hasLabel(error, 'UnknownTransactionCommitResult');

/** Anything of the driver's that speaks of the connection or the server is "the store is out"; the rest are faults of ours. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  const { name = '', code } = error as DriverError;
  const isOurs = code === DUPLICATE_KEY || (typeof code === 'number' && FAULTS_OF_OURS.has(code));
  if (isOurs || !/^(Mongo|Mongoose|PoolCleared|PoolClosed|ServerSelection|Disconnected)/.test(name)) return error;
  return new StoreUnavailable('the database cannot be reached or written', { cause: error });
}
