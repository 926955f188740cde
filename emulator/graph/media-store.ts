import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { newNumericId } from '../ids.js';
import { MEDIA_LIFE_MS } from '../limits.js';

/** A file the platform holds. Its bytes are asked of the store: they may lie on disk. */
export interface Media {
  readonly id: string;
  readonly mimeType: string;
  readonly size: number;
  /** base64, as webhooks have it */
  readonly sha256: string;
  readonly filename?: string;
  /** whose it is decides how long it lives (reference §2.9) */
  readonly from: 'business' | 'customer';
  /** ms, the platform's clock */
  readonly at: number;
  readonly animated?: true;
}

export interface NewMedia {
  readonly bytes: Buffer;
  readonly mimeType: string;
  readonly filename?: string | undefined;
  readonly from: Media['from'];
}

/** All files together, in memory or on disk; the oldest make room. */
export const MAX_MEDIA_BYTES = { inMemory: 256 * 1024 * 1024, onDisk: 1024 * 1024 * 1024 } as const;

/** Files of both sides, by media id: with a folder they lie there and outlive a restart, else in memory. */
export class MediaStore {
  private readonly byId = new Map<string, Media>();
  /** bytes that have no file, or not yet */
  private readonly held = new Map<string, Buffer>();
  private readonly writing = new Set<Promise<void>>();
  private readonly folder: string | undefined;
  private bytes = 0;

  constructor(
    private readonly clock: Clock,
    dataDir?: string,
  ) {
    if (!dataDir) return;
    this.folder = path.join(dataDir, 'media');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** @returns nothing when it was never there, was deleted, or its time is over */
  get(id: string): Media | undefined {
    const media = this.byId.get(id);
    if (!media || this.clock.now() - media.at <= MEDIA_LIFE_MS[media.from]) return media;
    this.remove(id);
    return undefined;
  }

  all(): IterableIterator<Media> {
    return this.byId.values();
  }

  add({ bytes, mimeType, filename, from }: NewMedia): Media {
    const media: Media = {
      id: newNumericId(),
      mimeType,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('base64'),
      ...(filename ? { filename } : {}),
      from,
      at: this.clock.now(),
      ...(isAnimatedWebp(bytes) ? { animated: true as const } : {}),
    };
    this.held.set(media.id, bytes);
    this.restore(media);
    if (this.folder) this.keep(media.id, bytes);
    return media;
  }

  /** The bytes. @throws when the file was taken away from outside */
  async read(media: Media): Promise<Buffer> {
    const held = this.held.get(media.id);
    if (held) return held;
    if (!this.folder) throw new Error(`media ${media.id} has no bytes`);
    return readFile(path.join(this.folder, media.id));
  }

  /** Knows a file again that an earlier run has written. */
  restore(media: Media): void {
    this.byId.set(media.id, media);
    this.bytes += media.size;
    const most = this.folder ? MAX_MEDIA_BYTES.onDisk : MAX_MEDIA_BYTES.inMemory;
    for (const old of this.byId.values()) {
      if (this.bytes <= most || old === media) break;
      this.remove(old.id);
    }
  }

  remove(id: string): boolean {
    const media = this.byId.get(id);
    if (!media) return false;
    this.bytes -= media.size;
    this.held.delete(id);
    if (this.folder) rmSync(path.join(this.folder, id), { force: true });
    return this.byId.delete(id);
  }

  clear(): void {
    for (const id of [...this.byId.keys()]) this.remove(id);
  }

  /** Resolves once every file lies on the disk. */
  async close(): Promise<void> {
    await Promise.all(this.writing);
  }

  private keep(id: string, bytes: Buffer): void {
    const written = this.write(id, bytes).finally(() => this.writing.delete(written));
    this.writing.add(written);
  }

  private async write(id: string, bytes: Buffer): Promise<void> {
    if (!this.folder) return;
    try {
      await writeFile(path.join(this.folder, id), bytes, { mode: 0o600 });
      // Deleted while it was being written: the file must not stay behind.
      if (!this.byId.has(id)) rmSync(path.join(this.folder, id), { force: true });
      this.held.delete(id);
    } catch (error) {
      // Memory goes on holding it; only a restart would lose it.
      process.stderr.write(`emulator: media cannot be written: ${String(error)}\n`);
    }
  }
}

/** Whether a WebP moves: its extended header says so. Decides how many bytes a sticker may have (reference §6.2). */
function isAnimatedWebp(bytes: Buffer): boolean {
  const ANIMATION = 0x02;
  return bytes.toString('latin1', 8, 16) === 'WEBPVP8X' && ((bytes[20] ?? 0) & ANIMATION) !== 0;
}
