import type { Content } from '../inbox/update.js';

/** The customer service window (reference §8.1): 24 h from the person's last message, by Meta's clock. */
const WINDOW_MS = 24 * 3_600_000;
/** Our clock and Meta's differ, and a send takes time: the last minutes of a window are not used. */
export const WINDOW_MARGIN_MS = 5 * 60_000;

/** Until when free-form messages may leave; ms. */
export const windowUntil = (lastInboundAt: number): number => lastInboundAt + WINDOW_MS - WINDOW_MARGIN_MS;

export const windowOpen = (lastInboundAt: number, now: number): boolean => now < windowUntil(lastInboundAt);

/** Whether a message opens the window. For `unsupported`, reactions and system messages Meta does not say: assumed not (reference §12). */
export const opensWindow = (content: Content): boolean =>
  content.type !== 'unsupported' &&
  content.type !== 'reaction' &&
  content.type !== 'unknown' &&
  content.type !== 'edit' &&
  content.type !== 'revoke';
