import { instantOf, localTime } from '../calendar/zoned-time.js';
import type { QuietHours } from '../config.js';
import type { SkipReason } from './notice.js';
import type { AnnouncementKind } from './wordings.js';

/** When an announcement leaves to one person, whose night it respects. Pure; times are ms. */

const HOUR_MS = 3_600_000;

/** The night around a moment, by the clocks of a zone: from when until when; undefined when it is day there. */
export function nightAt(
  at: number,
  timeZone: string,
  quiet: QuietHours | null,
): { readonly from: number; readonly until: number } | undefined {
  if (!quiet || quiet.fromHour === quiet.toHour) return undefined;
  const { year, month, day, hour } = localTime(at, timeZone);
  const { fromHour, toHour } = quiet;
  const overMidnight = fromHour > toHour;
  const isNight = overMidnight ? hour >= fromHour || hour < toHour : hour >= fromHour && hour < toHour;
  if (!isNight) return undefined;
  const evening = overMidnight && hour < toHour ? day - 1 : day;
  return {
    from: instantOf(year, month, evening, fromHour * 60, timeZone),
    until: instantOf(year, month, overMidnight ? evening + 1 : evening, toHour * 60, timeZone),
  };
}

/** When the next night begins, ms; infinite without quiet hours. */
export function nextNight(at: number, timeZone: string, quiet: QuietHours | null): number {
  if (!quiet || quiet.fromHour === quiet.toHour) return Infinity;
  const { year, month, day } = localTime(at, timeZone);
  for (let ahead = 0; ahead <= 2; ahead += 1) {
    const from = instantOf(year, month, day + ahead, quiet.fromHour * 60, timeZone);
    if (from > at) return from;
  }
  return Infinity;
}

export type Leaving =
  /** `by`: it must have left by then: what follows is night, or the announcement is useless. */
  | { readonly kind: 'leaves'; readonly at: number; readonly by: number }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

export type LeavingFacts = {
  readonly kind: AnnouncementKind;
  /** When it is meant to leave. */
  readonly at: number;
  readonly notBefore: number;
  readonly uselessAfter: number;
  /** The window that it speaks of. */
  readonly startsAt: number;
  readonly urgent: boolean;
};

/** When it leaves to somebody in the zone, asked at `now`: by day at once; at night
 *  - `before`, `changed` and `cancelled` wait for the morning if that is at least an hour before the start, or before it is useless
 *    where the window is under way; else they leave in the hour before the night, if it is not too late for that; else they are skipped;
 *  - `begun` is skipped;
 *  - `done` waits for the morning.
 *  What is meant to leave later than now is asked about the moment when it is meant to leave. */
export function leavingAt(facts: LeavingFacts, timeZone: string, quiet: QuietHours | null, now: number): Leaving {
  const { kind, uselessAfter, startsAt } = facts;
  const at = Math.max(facts.at, now);
  if (now >= uselessAfter) return { kind: 'skipped', reason: 'tooLate' };
  const night = facts.urgent ? undefined : nightAt(at, timeZone, quiet);
  if (!night) return byDay(facts, at, timeZone, quiet);
  if (kind === 'begun') return { kind: 'skipped', reason: 'quietHours' };
  if (kind === 'done') {
    return night.until < uselessAfter
      ? byDay(facts, night.until, timeZone, quiet)
      : { kind: 'skipped', reason: 'quietHours' };
  }
  const deadline = startsAt > at ? startsAt : uselessAfter;
  if (night.until + HOUR_MS <= deadline) return byDay(facts, night.until, timeZone, quiet);
  const evening = Math.max(night.from - HOUR_MS, facts.notBefore, now);
  if (evening < night.from) return { kind: 'leaves', at: evening, by: Math.min(night.from, uselessAfter) };
  return { kind: 'skipped', reason: 'quietHours' };
}

function byDay(
  { urgent, uselessAfter }: LeavingFacts,
  at: number,
  timeZone: string,
  quiet: QuietHours | null,
): Leaving {
  if (at >= uselessAfter) return { kind: 'skipped', reason: 'tooLate' };
  return { kind: 'leaves', at, by: urgent ? uselessAfter : Math.min(uselessAfter, nextNight(at, timeZone, quiet)) };
}

/** The earliest moment at which somebody in one of the zones may get it: `at`, or the evening before. */
export function earliestLeaving(
  facts: Omit<LeavingFacts, 'notBefore'>,
  timeZones: Iterable<string>,
  quiet: QuietHours | null,
): number {
  let earliest = facts.at;
  if (facts.urgent || facts.kind === 'begun' || facts.kind === 'done') return earliest;
  for (const timeZone of timeZones) {
    const night = nightAt(facts.at, timeZone, quiet);
    if (!night) continue;
    const deadline = facts.startsAt > facts.at ? facts.startsAt : facts.uselessAfter;
    if (night.until + HOUR_MS > deadline) earliest = Math.min(earliest, night.from - HOUR_MS);
  }
  return earliest;
}
