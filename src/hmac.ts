import { createHmac, hash } from 'node:crypto';

/** HMAC-SHA256 (RFC 2104) as two one-shot hashes. `createHmac` makes an object for every message, which costs twice as much as the hashes
 *  themselves, and once more when it is collected. */

const BLOCK = 64;
const DIGEST = 32;
/** What is longer goes to `createHmac`: there the object costs nothing beside the bytes. */
const ROOM = 4_096;

export type Mac = {
  readonly ofText: (text: string) => Buffer;
  readonly ofBytes: (bytes: Uint8Array) => Buffer;
};

export function hmacSha256(key: Uint8Array): Mac {
  const block = Buffer.alloc(BLOCK);
  if (key.length > BLOCK) block.write(hash('sha256', key, 'hex'), 'hex');
  else block.set(key);
  const inner = Buffer.alloc(BLOCK + ROOM);
  const outer = Buffer.alloc(BLOCK + DIGEST);
  for (let index = 0; index < BLOCK; index += 1) {
    inner[index] = (block[index] ?? 0) ^ 0x36;
    outer[index] = (block[index] ?? 0) ^ 0x5c;
  }
  const long = (message: string | Uint8Array) => createHmac('sha256', key).update(message).digest();
  const short = (size: number): Buffer => {
    outer.write(hash('sha256', inner.subarray(0, BLOCK + size), 'binary'), BLOCK, 'latin1');
    return hash('sha256', outer, 'buffer');
  };
  return {
    // Three bytes a unit of UTF-16 at the most.
    ofText: (text) => (text.length * 3 > ROOM ? long(text) : short(inner.write(text, BLOCK, 'utf8'))),
    ofBytes: (bytes) => {
      if (bytes.length > ROOM) return long(bytes);
      inner.set(bytes, BLOCK);
      return short(bytes.length);
    },
  };
}
