import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Connection } from 'mongoose';
import { StoreUnavailable } from './engine.js';
import { checkFileId, type Files, type OpenFile } from './files.js';
import { GridFSBucket, type Collection } from './mongo-driver.js';
import { asUnavailable } from './mongo-errors.js';

/** Files in GridFS: their pieces first, then the entry that makes them a file. Of one that was cut off there are pieces alone. */

const BUCKET = 'media';

type Entry = { readonly _id: string; readonly length: number; readonly uploadDate: Date };

export class MongoFiles implements Files {
  readonly #connection: Connection;
  #opened: GridFSBucket | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async write(id: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const bucket = this.#bucket();
    await this.remove([id]);
    let fault: unknown;
    const watched = async function* () {
      try {
        yield* source;
      } catch (error) {
        fault = error;
        throw error;
      }
    };
    try {
      // Its types know ObjectIds alone, the driver takes any id.
      await pipeline(Readable.from(watched()), bucket.openUploadStreamWithId(checkFileId(id) as never, id));
    } catch (error) {
      await this.remove([id]).catch(() => undefined);
      throw fault ?? unavailable(error);
    }
  }

  async open(id: string): Promise<OpenFile | undefined> {
    try {
      const bucket = this.#bucket();
      const entry = await bucket.find({ _id: checkFileId(id) as never }, { limit: 1 }).next();
      return entry ? { bytes: entry.length, stream: bucket.openDownloadStream(id as never) } : undefined;
    } catch (error) {
      throw unavailable(error);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const list = ids.map(checkFileId);
    try {
      await this.#collection('files').deleteMany({ _id: { $in: list } });
      await this.#collection('chunks').deleteMany({ files_id: { $in: list } });
    } catch (error) {
      throw unavailable(error);
    }
  }

  async *list(): AsyncGenerator<{ id: string; since: number | null }> {
    try {
      const pieces = this.#collection('chunks').find({ n: 0 }, { projection: { files_id: 1 } });
      for await (const piece of pieces) {
        const id = (piece as { files_id: string }).files_id;
        const entry = (await this.#collection('files').findOne({ _id: id })) as Entry | null;
        yield { id, since: entry?.uploadDate.getTime() ?? null };
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  #bucket(): GridFSBucket {
    const { db } = this.#connection;
    if (!db) throw new StoreUnavailable('the database cannot be reached');
    // It makes its indexes at the first write.
    return (this.#opened ??= new GridFSBucket(db, { bucketName: BUCKET }));
  }

  #collection(part: 'files' | 'chunks') {
    return this.#connection.collection(`${BUCKET}.${part}`) as Collection;
  }
}

const unavailable = (error: unknown): unknown => (error instanceof StoreUnavailable ? error : asUnavailable(error));
