import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export type Handshake = (query: string) => string | undefined;

/** Meta's question when the callback is saved: `hub.mode=subscribe`, our token, a challenge to give back (reference §1.1).
 *  Each must be there once: what is said twice says nothing.
 *  @returns the challenge, or undefined when the question is not Meta's. Tokens are compared in constant time */
export function createHandshake(verifyTokens: readonly string[]): Handshake {
  const known = verifyTokens.map(digest);
  return (query) => {
    const members = new URLSearchParams(query);
    const only = (name: string): string | undefined => {
      const values = members.getAll(name);
      return values.length === 1 ? values[0] : undefined;
    };
    const offered = digest(only('hub.verify_token') ?? '');
    let matches = false;
    for (const token of known) if (timingSafeEqual(token, offered)) matches = true;
    const challenge = only('hub.challenge');
    return matches && challenge && only('hub.mode') === 'subscribe' ? challenge : undefined;
  };
}
