import type { Planned, SkipReason } from './notice.js';

/** The planner: of a notice's announcements, which start now, which are skipped and why, which are cut short. Asked at any moment, however
 *  late: a tick that was missed or came twice changes nothing. Pure; times are ms.
 *
 *  - Of several overdue words "before" only the latest is said, and not even that when it is late and the next may leave within the hour.
 *  - A word "before" that missed its time because the window has begun becomes "has begun", if nothing of the kind is planned.
 *  - Whatever is useless is skipped, or cut short for those who have not got it yet. */

const HOUR_MS = 3_600_000;
/** Up to this long after its time a word is not called late. */
const LATE_MS = 5 * 60_000;

export type DueFacts = { readonly startsAt: number; readonly endsAt: number };

export type Due = {
  readonly starts: readonly string[];
  readonly skips: readonly Skip[];
  /** Running ones that are over for whoever has not got them. */
  readonly ends: readonly Skip[];
  /** "Has begun" takes the place of a "before" that came too late, and starts at once. */
  readonly turnsIntoBegun: boolean;
};
type Skip = { readonly id: string; readonly reason: SkipReason };

export function whatIsDue(announcements: readonly Planned[], { startsAt, endsAt }: DueFacts, now: number): Due {
  const starts: string[] = [];
  const skips: Skip[] = [];
  const planned = announcements.filter(({ state }) => state === 'planned');
  const words = planned.filter(({ kind }) => kind === 'before');
  const isOver = ({ uselessAfter }: Planned) => uselessAfter <= now;

  for (const one of planned)
    if (one.kind !== 'before' && isOver(one)) skips.push({ id: one.id, reason: 'tooLate' });
    else if (one.kind !== 'before' && one.notBefore <= now) starts.push(one.id);

  const overdue = words.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
  const latest = overdue.at(-1);
  for (const one of overdue.slice(0, -1)) skips.push({ id: one.id, reason: 'tooLate' });
  const ahead = words.filter(({ at }) => at > now);
  const isMissed = latest !== undefined && isOver(latest);
  if (latest) {
    if (isMissed || isReplacedSoon(latest, ahead, now)) skips.push({ id: latest.id, reason: 'tooLate' });
    else starts.push(latest.id);
  }
  // Only those that somebody's night makes leave the evening before.
  for (const one of ahead) if (one.notBefore <= now && !isOver(one)) starts.push(one.id);

  const saysBegun = announcements.some(({ kind }) => kind === 'begun');
  const turnsIntoBegun = isMissed && startsAt <= now && now < endsAt && !saysBegun;

  const starting = announcements.filter(({ id }) => starts.includes(id) && overdue.some((one) => one.id === id));
  const ends = announcements
    .filter(({ state }) => state === 'running')
    .filter((one) => isOver(one) || (one.kind === 'before' && starting.some((later) => later.at >= one.at)))
    .map(({ id }): Skip => ({ id, reason: 'tooLate' }));
  return { starts, skips, ends, turnsIntoBegun };
}

const isReplacedSoon = (latest: Planned, ahead: readonly Planned[], now: number): boolean =>
  now - latest.at > LATE_MS && ahead.some(({ notBefore }) => notBefore <= now + HOUR_MS);

/** When to ask again; undefined when nothing is planned or running any more. */
export function nextLook(announcements: readonly Planned[], now: number): number | undefined {
  const times = announcements.flatMap(({ state, notBefore, at, uselessAfter }) => {
    if (state === 'planned') return [notBefore > now ? notBefore : at > now ? at : now];
    return state === 'running' ? [uselessAfter] : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}
