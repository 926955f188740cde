import { windowUntil } from '../messages/window.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A case that an agent answered is over after so much silence of the person's. */
const SILENCE_MS = 20 * HOUR_MS;
/** However late the agent answered: nobody is told good-bye in the same breath. */
const PATIENCE_MS = 2 * HOUR_MS;
/** The closing word leaves so long before the window ends. */
const WORD_NEEDS_MS = 15 * MINUTE_MS;

/** When a case has fallen silent: 20 h after the person last wrote. An answer that came later than that gives them two more hours, fewer
 *  where the closing word would not fit their window any more; where it would not fit in any case it waits the two hours without one. */
export function quietUntil({ lastInboundAt, repliedAt }: { lastInboundAt: number; repliedAt: number }): number {
  const silent = lastInboundAt + SILENCE_MS;
  const patient = repliedAt + PATIENCE_MS;
  if (patient <= silent) return silent;
  const lastWord = windowUntil(lastInboundAt) - WORD_NEEDS_MS;
  return repliedAt + PATIENCE_MS / 4 <= lastWord ? Math.min(patient, lastWord) : patient;
}
