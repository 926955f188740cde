import type { QuietHours } from '../config.js';
import { momentBefore, parseLead } from './lead.js';
import type { NoticePlan, Planned } from './notice.js';
import { earliestLeaving } from './quiet-hours.js';
import type { AnnouncementKind, WindowFacts } from './wordings.js';

/** The announcements that a notice makes, and when each of them is true: from the window to the times. Pure. */

/** How long after the end somebody still wants to hear that it is over. */
const DONE_FOR_MS = 24 * 3_600_000;

export type Scheduled = Pick<Planned, 'kind' | 'lead' | 'at' | 'notBefore' | 'uselessAfter'>;

export type ScheduleFacts = {
  readonly quiet: QuietHours | null;
  /** Where the audience lives, as far as it is known. */
  readonly timeZones: Iterable<string>;
};

/** Those that were chosen: before, begun, done. In the order of time; of two durations that lead to one moment the first alone. */
export function scheduleOf(plan: NoticePlan, facts: ScheduleFacts): readonly Scheduled[] {
  const zones = [...facts.timeZones];
  const moments = new Set<number>();
  const before = plan.announceBefore.flatMap((text): Scheduled[] => {
    const lead = parseLead(text);
    if (!lead) return [];
    const at = momentBefore(plan.startsAt, lead, plan.timeZone);
    if (moments.has(at)) return [];
    moments.add(at);
    return [scheduled(plan, 'before', text, at, { ...facts, timeZones: zones })];
  });
  const others = plan.announce
    .filter((kind) => kind !== 'before')
    .map((kind) => scheduled(plan, kind, null, kind === 'begun' ? plan.startsAt : plan.endsAt, facts));
  return [...before, ...others].sort((one, other) => one.at - other.at);
}

/** One announcement of the window that is meant to leave at `at`. */
export function scheduled(
  window: WindowFacts & { readonly urgent: boolean },
  kind: AnnouncementKind,
  lead: string | null,
  at: number,
  facts: ScheduleFacts,
): Scheduled {
  const uselessAfter = uselessAfterOf(window, kind, at);
  const leaving = { kind, at, uselessAfter, startsAt: window.startsAt, urgent: window.urgent };
  // A change and a cancellation are decided at `at`: they cannot leave earlier.
  const canLeaveBefore = kind === 'before';
  const notBefore = canLeaveBefore ? earliestLeaving(leaving, facts.timeZones, facts.quiet) : at;
  return { kind, lead, at, notBefore, uselessAfter };
}

/** When it stops being true: `before` at the start; a change at the new start, or at the new end once the window is under way;
 *  `begun` and `cancelled` at the end; `done` a day after it. */
export function uselessAfterOf({ startsAt, endsAt }: WindowFacts, kind: AnnouncementKind, at: number): number {
  switch (kind) {
    case 'before':
      return startsAt;
    case 'changed':
      return at < startsAt ? startsAt : endsAt;
    case 'begun':
    case 'cancelled':
      return endsAt;
    case 'done':
      return endsAt + DONE_FOR_MS;
  }
}
