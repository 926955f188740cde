import { createHash } from 'node:crypto';
import { newNumericId } from '../ids.js';

export interface Media {
  readonly id: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  readonly sha256: Buffer;
  readonly filename?: string;
}

/** All media together; the oldest make room. Only in memory: a restart forgets them, as Meta does after 30 days. */
export const MAX_MEDIA_BYTES = 256 * 1024 * 1024;

export class MediaStore {
  private readonly byId = new Map<string, Media>();
  private bytes = 0;

  get(id: string): Media | undefined {
    return this.byId.get(id);
  }

  add(bytes: Buffer, mimeType: string, filename?: string): Media {
    const sha256 = createHash('sha256').update(bytes).digest();
    const media: Media = { id: newNumericId(), mimeType, bytes, sha256, ...(filename ? { filename } : {}) };
    this.byId.set(media.id, media);
    this.bytes += bytes.length;
    for (const old of this.byId.values()) {
      if (this.bytes <= MAX_MEDIA_BYTES || old === media) break;
      this.remove(old.id);
    }
    return media;
  }

  remove(id: string): boolean {
    const media = this.byId.get(id);
    if (!media) return false;
    this.bytes -= media.bytes.length;
    return this.byId.delete(id);
  }

  clear(): void {
    this.byId.clear();
    this.bytes = 0;
  }
}
