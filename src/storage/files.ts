import type { Readable } from 'node:stream';

/** Files beside the rows: what is too large for a row, each under the id of the row that owns it (`Table.files`). Written whole or not at
 *  all, never changed. On SQLite they lie in `DATA_DIR/media`, on MongoDB in GridFS. */
export interface Files {
  /** Durable once it resolves; what lay there before is replaced. @throws whatever `source` throws, and then nothing lies there;
   *  StoreUnavailable when it cannot be written now */
  write(id: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** @returns undefined when there is none. A stream that is not read to its end has to be destroyed. */
  open(id: string): Promise<OpenFile | undefined>;
  /** Whole or half-written; those that are not there are gone already. */
  remove(ids: readonly string[]): Promise<void>;
  /** All there are, in no order. `since`: when it was written, ms; null for one that was cut off half-way. */
  list(): AsyncIterable<{ readonly id: string; readonly since: number | null }>;
}

export type OpenFile = { readonly bytes: number; readonly stream: Readable };

/** An id becomes part of a path. @throws Error for anything but letters, digits, `-` and `_` */
export function checkFileId(id: string): string {
  if (!/^[\w-]{1,100}$/.test(id)) throw new Error('this is no id of a file');
  return id;
}
