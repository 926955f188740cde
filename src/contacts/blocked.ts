import type { ContactRow } from './contact-tables.js';

/** People whom the company has blocked in WhatsApp. Of blocks Meta tells this alone, by refusing a message to them (reference §7.5, §9.4);
 *  who has blocked the company it tells nobody: there a message is just not delivered. Pure. */

/** Meta's code: we have blocked this person. */
export const BLOCKED_BY_US = 130_403;

/** Nothing tells that a block was lifted but the person's own next word, which a block would have kept back. So the next notice after this
 *  long asks again. */
const BELIEVED_FOR_MS = 7 * 24 * 3_600_000;

/** Whether a notice to them would be refused. */
export const isBlocked = ({ blockedAt }: Pick<ContactRow, 'blockedAt'>, now: number): boolean =>
  blockedAt !== null && now < blockedAt + BELIEVED_FOR_MS;
