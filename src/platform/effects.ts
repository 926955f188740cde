import { knownError, type ErrorEffect, type KnownError } from './error-catalogue.js';
import type { PauseReason } from './number-table.js';

/** What an error of Meta's does beside ending, or not ending, the message that got it: six effects (docs/platform-limits.md lists them for
 *  every code, and a test holds the two together). */
export const SEND_EFFECTS = {
  later: 'the message goes back to the queue',
  final: 'the message is refused for good; nothing else changes',
  pauseTemplate: 'the message is refused, and nothing leaves with this template until Meta calls it approved again',
  pauseClass: 'the message is refused, and nothing leaves that nobody asked for, until an operator resumes',
  pauseNumber: 'nothing leaves from this number, until an operator resumes',
  pauseAll: 'nothing leaves, and a person is called: until an operator resumes, or the token works again',
} as const;
export type SendEffect = keyof typeof SEND_EFFECTS;

/** @param code of an answer of Graph's or of a failed status */
export function effectOf(code: number): SendEffect {
  const known = knownError(code);
  return known ? effectOfKnown(known) : 'final';
}

export function effectOfKnown({ effect, proofNothingSent, class: kind }: KnownError): SendEffect {
  const paused = PAUSING[effect];
  if (paused) return paused;
  return proofNothingSent || kind === 'access' ? 'later' : 'final';
}

const PAUSING: Partial<Record<ErrorEffect, SendEffect>> = {
  holdTemplate: 'pauseTemplate',
  dropTemplate: 'pauseTemplate',
  pauseInitiated: 'pauseClass',
  pauseNumber: 'pauseNumber',
  pauseAccount: 'pauseAll',
};

const CATEGORY_LIMIT = 131064;

/** Under which reason the number is held; undefined for effects that hold no number. */
export function pauseOf(code: number): PauseReason | undefined {
  switch (effectOf(code)) {
    case 'pauseClass':
      return code === CATEGORY_LIMIT ? 'categoryLimit' : 'spamLimit';
    case 'pauseNumber':
      return 'policy';
    case 'pauseAll':
      return knownError(code)?.class === 'access' ? 'token' : 'policy';
    default:
      return undefined;
  }
}

const PAUSED_CODE = 132015;
const DISABLED_CODE = 132016;
const MISSING_CODE = 132001;

/** What a refusal says of the template's standing; undefined where it says nothing. `HELD` is our own word: it cannot be sent as our files
 *  have it, whatever Meta calls it, until the next listing. */
export function templateStatusOf(code: number): 'PAUSED' | 'DISABLED' | 'MISSING' | 'HELD' | undefined {
  if (effectOf(code) !== 'pauseTemplate') return undefined;
  if (code === PAUSED_CODE) return 'PAUSED';
  if (code === DISABLED_CODE) return 'DISABLED';
  return code === MISSING_CODE ? 'MISSING' : 'HELD';
}
