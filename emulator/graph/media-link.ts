import type { Clock } from '../clock.js';
import { graphError, type GraphError } from '../graph-errors.js';
import { MEDIA_LIMITS, type MediaKind } from '../limits.js';
import type { Media, MediaStore } from './media-store.js';

/** Which files sent by link are fetched: those on this machine, all, or none. Others are taken on trust: a development machine may be
 *  offline, and nothing is asked of the internet unless somebody wants it. */
export interface LinkSettings {
  fetch: 'loopback' | 'all' | 'none';
  timeoutMs: number;
}

/** What the platform fetched for a link. */
export type Fetched = Media | 'trusted' | GraphError;

/** So long a fetched file is used again for the same link (reference §6.2). */
const KEPT_MS = 10 * 60 * 1000;
const MAX_LINKS = 1_000;
const MAX_REDIRECTS = 3;

/** Files that sends name by link: fetched once the send is taken, as the platform does, and kept for ten minutes. */
export class Links {
  private readonly known = new Map<string, { readonly at: number; readonly file: Promise<Fetched> }>();
  private readonly ended = new AbortController();

  constructor(
    private readonly clock: Clock,
    private readonly settings: () => LinkSettings,
    private readonly media: MediaStore,
  ) {}

  /** @returns the file, or the error the message fails with (131053) */
  async fetch(kind: MediaKind, link: string): Promise<Fetched> {
    const key = `${kind} ${link}`;
    const before = this.known.get(key);
    if (before && this.clock.now() - before.at <= KEPT_MS) {
      const file = await before.file;
      // A file that made room for others, or was deleted, is fetched anew.
      if (file === 'trusted' || ('id' in file && this.media.get(file.id))) return file;
    }
    const file = this.download(kind, link);
    this.known.delete(key);
    this.known.set(key, { at: this.clock.now(), file });
    for (const old of this.known.keys()) if (this.known.size > MAX_LINKS) this.known.delete(old);
    return file;
  }

  clear(): void {
    this.known.clear();
  }

  /** What is being fetched is given up. */
  close(): void {
    this.ended.abort();
  }

  private async download(kind: MediaKind, link: string): Promise<Fetched> {
    const { fetch: reach, timeoutMs } = this.settings();
    let address = new URL(link);
    if (!isWithin(address, reach)) return 'trusted';
    try {
      const signal = AbortSignal.any([this.ended.signal, AbortSignal.timeout(timeoutMs)]);
      for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
        const response = await fetch(address, { redirect: 'manual', signal });
        const next = response.headers.get('location');
        if (response.status < 300 || response.status >= 400 || next === null)
          return await this.take(kind, link, response);
        await response.body?.cancel();
        address = new URL(next, address);
        if (!isWithin(address, reach)) return failed(link, 'it leads to another machine');
      }
      return failed(link, `more than ${MAX_REDIRECTS} redirects`);
    } catch (error) {
      return failed(link, error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no answer');
    }
  }

  private async take(kind: MediaKind, link: string, response: Response): Promise<Fetched> {
    const mimeType = response.headers.get('content-type')?.toLowerCase() ?? '';
    const { types, maxBytes } = MEDIA_LIMITS[kind];
    const wrong = !response.ok
      ? `HTTP ${response.status}`
      : // Anything may be sent as a document.
        kind !== 'document' && !types.test(mimeType)
        ? `a file of the type '${mimeType}' cannot be sent as ${kind}`
        : undefined;
    const bytes = wrong === undefined ? await read(response, maxBytes) : undefined;
    if (!bytes) {
      if (wrong !== undefined) await response.body?.cancel();
      return failed(link, wrong ?? `a file sent as ${kind} may have ${maxBytes} bytes at most`);
    }
    if (bytes.length === 0) return failed(link, 'the file is empty');
    return this.media.add({ bytes, mimeType: mimeType || 'application/octet-stream', from: 'business' });
  }
}

/** @returns undefined when there are more bytes than that */
async function read(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) return undefined; // leaving the loop hangs up
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isWithin({ hostname }: URL, reach: LinkSettings['fetch']): boolean {
  if (reach !== 'loopback') return reach === 'all';
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const failed = (link: string, why: string): GraphError =>
  graphError(131053, `Downloading media from weblink ${link} failed: ${why}.`);
