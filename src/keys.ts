import { hkdfSync } from 'node:crypto';
import { hmacSha256, type Mac } from './hmac.js';

/** Everything that is derived from SECRET_KEY. Losing it loses nothing of the conversations, but nothing hashed can be matched again. */
export type Keys = {
  /** Hashes identities and wamids where they must be found again but never read. */
  readonly pepper: Buffer;
  /** Chains the consent ledger. */
  readonly ledger: Buffer;
  /** Wraps the weekly rating keys. */
  readonly ratingWrap: Buffer;
  /** Says which SECRET_KEY a store belongs to, and nothing else about it. */
  readonly fingerprint: string;
};

const derive = (secretKey: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretKey, 'vestnik', purpose, 32));

export const deriveKeys = (secretKey: string): Keys => ({
  pepper: derive(secretKey, 'pepper'),
  ledger: derive(secretKey, 'ledger'),
  ratingWrap: derive(secretKey, 'rating-wrap'),
  fingerprint: derive(secretKey, 'fingerprint').toString('hex').slice(0, 32),
});

const macs = new WeakMap<Buffer, Mac>();

/** A text under the pepper, 128 bits, as 22 characters of base64url. */
export function hashed(pepper: Buffer, text: string): string {
  let mac = macs.get(pepper);
  if (!mac) macs.set(pepper, (mac = hmacSha256(pepper)));
  return mac.ofText(text).toString('base64url', 0, 16);
}
