import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreUnavailable } from './engine.js';
import { checkFileId, type Files, type OpenFile } from './files.js';

/** Files in a folder, in at most a few thousand folders below it, so that none grows too large. Nobody but the owner reads them, and none
 *  can be executed. */

const PART = '.part';
/** Of the id's end, which is random: its beginning is the time. */
const SHELF_LETTERS = 2;

export class DiskFiles implements Files {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(id: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const { shelf, path } = this.#placeOf(id);
    const part = path + PART;
    try {
      const handle = await onDisk(async () => {
        await mkdir(shelf, { recursive: true, mode: 0o700 });
        return open(part, 'w', 0o600);
      });
      try {
        for await (const chunk of source) await onDisk(() => handle.writeFile(chunk));
        await onDisk(() => handle.sync());
      } finally {
        await handle.close();
      }
      await onDisk(() => rename(part, path));
      await onDisk(() => syncFolder(shelf));
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async open(id: string): Promise<OpenFile | undefined> {
    const { path } = this.#placeOf(id);
    try {
      const handle = await open(path, 'r');
      const { size } = await handle.stat();
      return { bytes: size, stream: createReadStream(path, { fd: handle, autoClose: true }) };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unavailable(error);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { path } = this.#placeOf(id);
      for (const file of [path, path + PART]) await onDisk(() => rm(file, { force: true }));
    }
  }

  async *list(): AsyncGenerator<{ id: string; since: number | null }> {
    for (const shelf of await entries(this.#folder)) {
      if (!shelf.isDirectory()) continue;
      for (const file of await entries(join(this.#folder, shelf.name))) {
        if (!file.isFile()) continue;
        if (file.name.endsWith(PART)) yield { id: file.name.slice(0, -PART.length), since: null };
        else {
          const found = await stat(join(this.#folder, shelf.name, file.name)).catch(() => undefined);
          if (found) yield { id: file.name, since: found.mtimeMs };
        }
      }
    }
  }

  #placeOf(id: string): { shelf: string; path: string } {
    const shelf = join(this.#folder, checkFileId(id).slice(-SHELF_LETTERS).toLowerCase());
    return { shelf, path: join(shelf, id) };
  }
}

async function entries(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw unavailable(error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk, a folder that cannot be written: it heals by itself or by somebody's hand, and is nobody's file to blame. */
async function onDisk<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw unavailable(error);
  }
}

const unavailable = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable('a file cannot be read or written', { cause });

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
