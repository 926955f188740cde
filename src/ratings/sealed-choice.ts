import { createCipheriv, createDecipheriv } from 'node:crypto';
import { askPart } from '../conversation/star-tap.js';
import { CHOICES, type RatingAsk } from './rating-ask.js';

/** A choice under AES-256-GCM with the week's rating key: 12 bytes of nonce, one of choice, 16 of tag, whatever was chosen. What the choice
 *  belongs to is authenticated with it, so that it opens nowhere else. */

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** @param choice 1 to 5 @param nonce 12 random bytes, never used twice @returns 39 characters of base64url */
export const sealChoice = (key: Uint8Array, keyId: string, ask: RatingAsk, choice: number, nonce: Uint8Array): string =>
  seal(key, Uint8Array.of(choice), bound(ask, keyId), nonce).toString('base64url');

/** @returns what was chosen, 1 to 5; undefined for what was not sealed with this key for this ask */
export function openChoice(key: Uint8Array, keyId: string, ask: RatingAsk, sealed: string): number | undefined {
  const opened = open(key, Buffer.from(sealed, 'base64url'), bound(ask, keyId));
  const choice = opened?.length === 1 ? opened[0] : undefined;
  return choice !== undefined && choice >= 1 && choice <= CHOICES ? choice : undefined;
}

/** A rating key as it is stored: under a key derived from SECRET_KEY. */
export const wrapKey = (wrappingKey: Uint8Array, keyId: string, key: Uint8Array, nonce: Uint8Array): Buffer =>
  seal(wrappingKey, key, `rating-key.${keyId}`, nonce);

/** @returns undefined for what was not wrapped by this SECRET_KEY */
export function unwrapKey(wrappingKey: Uint8Array, keyId: string, wrapped: Uint8Array): Buffer | undefined {
  const key = open(wrappingKey, wrapped, `rating-key.${keyId}`);
  return key?.length === KEY_BYTES ? key : undefined;
}

const bound = (ask: RatingAsk, keyId: string): string => `${askPart(ask)}.${keyId}`;

function seal(key: Uint8Array, plain: Uint8Array, boundTo: string, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(boundTo, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, sealed: Uint8Array, boundTo: string): Buffer | undefined {
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(boundTo, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
