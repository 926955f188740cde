import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../src/hmac.js';

const HEADER = /^sha256=([0-9a-f]{64})$/i;

/** Whether the header can hold a signature at all: asked before the body is read. */
export const looksSigned = (header: unknown): header is string => typeof header === 'string' && HEADER.test(header);

export type SignatureCheck = (rawBody: Uint8Array, header: unknown) => boolean;

/** Checks Meta's `X-Hub-Signature-256` against the body exactly as it arrived.
 *  @param appSecrets all that are valid now: two while they are rotated. Empty ones are left out, they would let anybody in
 *  @returns a check over the bytes before JSON parsing (Meta signs its escaped text; re-serialised JSON does not match).
 *    False when the header is missing, malformed or wrong; never throws. Source: reference §1.2 */
export function createSignatureCheck(appSecrets: readonly string[]): SignatureCheck {
  const macs = appSecrets.filter((secret) => secret !== '').map((secret) => hmacSha256(Buffer.from(secret)));
  return (rawBody, header) => {
    const claimed = typeof header === 'string' ? HEADER.exec(header)?.[1] : undefined;
    if (claimed === undefined) return false;
    const claimedDigest = Buffer.from(claimed, 'hex');
    let matches = false;
    // Every secret is tried: how long it takes says nothing about which of them matched.
    for (const mac of macs) if (timingSafeEqual(mac.ofBytes(rawBody), claimedDigest)) matches = true;
    return matches;
  };
}
