import { KEY_LIVES_MS, weekOfKey } from './rating-facts.js';
import type { WaitingTap } from './rating-tables.js';
import { weekAfter, weekEnd, type Week } from './week.js';

/* How a week closes (DESIGN §3 "Stars"). Pure.
 *
 * All waiting taps of one topic and language are opened at once, and only if they are from at least five people. Fewer wait for the next
 * close. Those that have waited once, and those whose key will be gone by the next close, join the others of their language, if that makes
 * five people; if not, they are dropped unopened. */

/** Fewer people than this are never counted together. */
export const LEAST_PEOPLE = 5;
/** Taps of one group in one commit; the rest are counted with the next week. */
export const MOST_TAPS = 10_000;
/** The topic of what several topics come to together. */
export const OTHER = 'other';

/** A tap and whose it is by now, after all merges. */
export type OwnedTap = { readonly tap: WaitingTap; readonly person: string };

export type Group = {
  readonly id: string;
  readonly topic: string;
  readonly taps: readonly OwnedTap[];
};

export type Closing = {
  /** To be opened, each in one commit with its row. */
  readonly groups: readonly Group[];
  /** To be deleted unopened. */
  readonly dropped: readonly OwnedTap[];
};

/** @param week the one that closes @param taps all that wait, of that week and of earlier ones */
export function closing(week: Week, taps: readonly OwnedTap[]): Closing {
  const groups: Group[] = [];
  const dropped: OwnedTap[] = [];
  const rest = new Map<string, OwnedTap[]>();
  for (const [key, theirs] of grouped(taps, ({ tap }) => `${tap.about}.${tap.topic}.${tap.language}`)) {
    const [first] = theirs;
    if (!first) continue;
    if (arePeople(theirs)) {
      groups.push({ id: `${week}.${key}`, topic: first.tap.topic, taps: upTo(MOST_TAPS, theirs) });
      continue;
    }
    const last = theirs.filter(({ tap }) => isLastClose(tap, week));
    const others = `${first.tap.about}.${first.tap.language}`;
    rest.set(others, [...(rest.get(others) ?? []), ...last]);
  }
  for (const [key, theirs] of rest) {
    // An article may be called "other", too: the star keeps the two apart.
    if (arePeople(theirs)) groups.push({ id: `${week}.*.${key}`, topic: OTHER, taps: upTo(MOST_TAPS, theirs) });
    else dropped.push(...theirs);
  }
  return { groups, dropped };
}

export const arePeople = (taps: readonly OwnedTap[]): boolean =>
  new Set(taps.map(({ person }) => person)).size >= LEAST_PEOPLE;

/** Whether there will be no other close for it: it has waited once, or its key goes before. */
export const isLastClose = (tap: WaitingTap, week: Week): boolean =>
  tap.week < week || weekEnd(weekOfKey(tap.key)) + KEY_LIVES_MS < weekEnd(weekAfter(week));

/** Those that have waited longest; the rest are asked about again at the next close. */
const upTo = (most: number, taps: readonly OwnedTap[]): readonly OwnedTap[] =>
  taps.length <= most ? taps : taps.toSorted((one, other) => one.tap.week.localeCompare(other.tap.week)).slice(0, most);

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
