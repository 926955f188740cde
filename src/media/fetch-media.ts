import { createHash } from 'node:crypto';
import type { PhoneNumberId } from '../platform/ids.js';
import type { MediaClient } from '../platform/media-client.js';
import type { Files } from '../storage/files.js';
import { bareType, MEDIA_LIMITS, refusalOf, type Held } from './limits.js';
import type { MediaLoss, MediaRow } from './media-table.js';

/** What one try to fetch a file came to: something final, written to its row, or another try. */
export type Fetched =
  | { readonly kind: 'final'; readonly patch: Pick<MediaRow, 'state' | 'reason'> & Partial<MediaRow> }
  /** What to call it if it was the last. */
  | { readonly kind: 'again'; readonly reason: MediaLoss };

/** Addresses of one try: the one that Graph gave may have been too old by a moment. */
const ADDRESSES = 2;

class TooLarge extends Error {}
class Damaged extends Error {}

/** Fetches one file: what it is, whether we keep such a one, then its bytes, counted and hashed while they are written.
 *  @param signal ends it. @throws StoreUnavailable; whatever breaks the connection half-way is another try */
export async function fetchMedia(
  { client, files }: { readonly client: Pick<MediaClient, 'info' | 'download'>; readonly files: Files },
  row: MediaRow,
  held: Held,
  signal: AbortSignal,
): Promise<Fetched> {
  if (row.platformId === null) return again('expired');
  for (let address = 1; address <= ADDRESSES; address += 1) {
    const info = await client.info(row.phoneNumberId as PhoneNumberId, row.platformId);
    if (info.kind !== 'info') return again(info.kind === 'gone' ? 'expired' : 'unavailable');
    const known = { mimeType: bareType(info.mimeType), bytes: info.bytes };
    const refusal = refusalOf(row.kind, info.mimeType, info.bytes, held);
    if (refusal) return { kind: 'final', patch: { ...known, state: 'refused', reason: refusal } };
    const answer = await client.download(info.url, signal);
    if (answer.kind === 'expired') continue;
    if (answer.kind !== 'bytes') return again('unavailable');
    return keep(files, row, answer.body, { ...known, sha256: info.sha256 });
  }
  return again('unavailable');
}

async function keep(
  files: Files,
  row: MediaRow,
  body: AsyncIterable<Uint8Array>,
  said: { readonly mimeType: string; readonly bytes: number; readonly sha256: string | undefined },
): Promise<Fetched> {
  const { maxBytes } = MEDIA_LIMITS[row.kind];
  const hash = createHash('sha256');
  let bytes = 0;
  let sha256 = '';
  const checked = async function* () {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLarge(); // whatever Graph said of it
      hash.update(chunk);
      yield chunk;
    }
    sha256 = hash.digest('hex');
    if (bytes !== said.bytes || !isHash(said.sha256, sha256)) throw new Damaged();
  };
  const { mimeType } = said;
  try {
    await files.write(row.id, checked());
    return { kind: 'final', patch: { state: 'stored', reason: null, mimeType, bytes, sha256 } };
  } catch (error) {
    if (error instanceof TooLarge)
      return { kind: 'final', patch: { state: 'refused', reason: 'tooLarge', mimeType, bytes } };
    if (error instanceof Damaged) return again('damaged'); // cut off on the way without a word, mostly
    if (error instanceof Error && error.name === 'StoreUnavailable') throw error;
    return again('unavailable');
  }
}

/** Graph says it in hex, the webhook in base64. */
function isHash(said: string | undefined, hex: string): boolean {
  if (said === undefined || said === '') return true;
  return said.toLowerCase() === hex || Buffer.from(said, 'base64').toString('hex') === hex;
}

const again = (reason: MediaLoss): Fetched => ({ kind: 'again', reason });
