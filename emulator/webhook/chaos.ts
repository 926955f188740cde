import type { FaultKind } from '../graph/faults.js';

/** Misbehaviour by chance, decided by a seed: the same seed does the same to the same happenings, whatever else goes on
 *  beside them and in whatever order they come. Chances are from 0 to 1. */
export interface ChaosSettings {
  seed: string;
  /** the same update is posted once or twice more */
  duplicate: number;
  /** an update is held back until a few later ones have gone out, at most half a second */
  reorder: number;
  /** an update leaves late */
  delay: number;
  delayMs: number;
  /** the first POST of an update never arrives; it comes again as after a failure */
  drop: number;
  /** the server has it and says 200, but the platform does not hear that, and posts it again */
  deaf: number;
  /** what waits goes out in one POST with several entries, changes and mixed values */
  oddBatches: number;
  /** any Graph call is answered late */
  slow: number;
  slowMs: number;
  /** sends go wrong in these ways, the first that is drawn */
  sends: { readonly chance: number; readonly fault: FaultKind }[];
}

export const calm = (): ChaosSettings => ({
  seed: '1',
  duplicate: 0,
  reorder: 0,
  delay: 0,
  delayMs: 2_000,
  drop: 0,
  deaf: 0,
  oddBatches: 0,
  slow: 0,
  slowMs: 2_000,
  sends: [],
});

/** What becomes of one update on its way to the server. */
export interface Fate {
  readonly copies: number;
  readonly delayMs: number;
  /** how many later updates overtake it */
  readonly behind: number;
  readonly lost: boolean;
  readonly deaf: boolean;
}

export const PLAIN: Fate = { copies: 1, delayMs: 0, behind: 0, lost: false, deaf: false };

/** A number from 0 to below 1, always the same for the same words. */
export function drawn(seed: string, label: string): number {
  let hash = 0x811c9dc5;
  for (const text of [seed, '\u0000', label]) {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // FNV's low bits hardly differ between labels that differ in their last character: stirred until they do.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** @param label names the update so that it is called the same in every run: whose it is and the how manieth */
export function fateOf(chaos: ChaosSettings, label: string): Fate {
  if (!disturbsWebhooks(chaos)) return PLAIN;
  const draw = (what: string) => drawn(chaos.seed, `${what} ${label}`);
  const hit = (what: 'duplicate' | 'reorder' | 'delay' | 'drop' | 'deaf') =>
    chaos[what] > 0 && draw(what) < chaos[what];
  return {
    copies: hit('duplicate') ? 2 + Math.floor(draw('copies') * 2) : 1,
    delayMs: hit('delay') ? Math.ceil(draw('delayMs') * chaos.delayMs) : 0,
    behind: hit('reorder') ? 1 + Math.floor(draw('behind') * 5) : 0,
    lost: hit('drop'),
    deaf: hit('deaf'),
  };
}

export const disturbsWebhooks = ({ duplicate, reorder, delay, drop, deaf }: ChaosSettings): boolean =>
  duplicate > 0 || reorder > 0 || delay > 0 || drop > 0 || deaf > 0;

/** The fault of one send, if it is to have one. @param label whose send it is and the how manieth try */
export function sendFaultOf(chaos: ChaosSettings, label: string): FaultKind | undefined {
  return chaos.sends.find(({ chance }, index) => drawn(chaos.seed, `send${index} ${label}`) < chance)?.fault;
}

/** How late a Graph call is answered. @param label the how manieth call it is */
export const slownessOf = (chaos: ChaosSettings, label: string): number =>
  chaos.slow > 0 && drawn(chaos.seed, `slow ${label}`) < chaos.slow
    ? Math.ceil(drawn(chaos.seed, `slowMs ${label}`) * chaos.slowMs)
    : 0;
