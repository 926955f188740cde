import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashed } from '../keys.js';
import type { Engine } from '../storage/engine.js';
import { ADMIN, type Operator } from './operator.js';
import { operators } from './operator-tables.js';

/** A new operator's token: 256 random bits behind a prefix by which a leaked one is recognised. */
export const newToken = (random: (bytes: number) => Buffer = randomBytes): string =>
  `vestnik_${random(32).toString('base64url')}`;

export const tokenHash = (pepper: Buffer, token: string): string => hashed(pepper, `operator-token:${token}`);

/** @returns who bears the token; undefined for an unknown or disabled one. @throws StoreUnavailable */
export type Authenticate = (token: string) => Promise<Operator | undefined>;

const MAX_TOKEN_LENGTH = 512;

export function createAuthenticate(deps: {
  readonly engine: Engine;
  readonly pepper: Buffer;
  readonly adminToken: string;
}): Authenticate {
  const adminDigest = sha256(deps.adminToken);
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    // Equally long digests: the comparison tells nothing, not even the length.
    if (timingSafeEqual(sha256(token), adminDigest)) return ADMIN;
    // Found by a keyed hash: how long the index takes tells nothing about a token either.
    const [row] = await deps.engine.find(operators, {
      where: { tokenHash: tokenHash(deps.pepper, token) },
      limit: 1,
    });
    return row && row.disabledAt === null ? { id: row.id, name: row.name, role: row.role } : undefined;
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
