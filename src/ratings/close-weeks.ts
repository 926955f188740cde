import { survivorsOf } from '../contacts/find-contacts.js';
import { insert, remove, set, slices, type Engine, type Op } from '../storage/engine.js';
import { arePeople, closing, type Group, type OwnedTap } from './closing.js';
import { CHOICES } from './rating-ask.js';
import { isKeyOver } from './rating-facts.js';
import type { RatingKeys } from './rating-keys.js';
import { closedWeeks, ratingGroups, ratingKeys, waitingTaps, type WaitingTap } from './rating-tables.js';
import { openChoice } from './sealed-choice.js';
import { weekAfter, weekOf, type Week } from './week.js';

/** The job that closes weeks, one process at a time under a lease; two that do by mistake want the same rows, and one of them stops. Cut off
 *  at any point it is run again: what was counted is gone from what waits. */

/** A turn that began in the old week has long ended by then. */
const GRACE_MS = 10 * 60_000;
/** Weeks in one run: more than two years of standing still. */
const MOST_WEEKS = 120;
/** Taps looked at in one close. */
const MOST_WAITING = 200_000;
const PAGE = 1_000;
const MOST_KEYS = 1_000;
const TRIES = 3;

export type CloseDeps = { readonly engine: Engine; readonly keys: RatingKeys; readonly now: number };

/** Closes every week that is over and not closed yet, then deletes the rating keys whose time is over.
 *  @returns how many weeks were closed and how many keys deleted */
export async function closeWeeksWhenDue({ engine, keys, now }: CloseDeps): Promise<{ closed: number; keys: number }> {
  const last = weekAfter(weekOf(now - GRACE_MS), -1);
  let closed = 0;
  if (!(await engine.get(closedWeeks, last))) {
    for (const week of await dueWeeks(engine, last)) {
      await closeWeek({ engine, keys, now }, week);
      closed += 1;
    }
  }
  // Not before the week that ends with them is closed.
  const gone = await deleteKeys(engine, now - GRACE_MS);
  // What was deleted must not be read in the write-ahead log either.
  if (closed > 0 || gone > 0) await engine.scrub();
  return { closed, keys: gone };
}

/** From the oldest week of which something waits: whether nobody was there to close it or it came late, it goes first. */
async function dueWeeks(engine: Engine, last: Week): Promise<readonly Week[]> {
  const [oldest] = await engine.find(waitingTaps, { where: {}, orderBy: [['week', 'asc']], limit: 1 });
  const weeks: Week[] = [];
  let week = oldest && oldest.week < last ? oldest.week : last;
  if (week < weekAfter(last, -MOST_WEEKS)) week = weekAfter(last, -MOST_WEEKS);
  for (; week <= last; week = weekAfter(week)) weeks.push(week);
  const closed = new Set((await engine.getMany(closedWeeks, weeks)).map(({ id }) => id));
  return weeks.filter((one) => !closed.has(one));
}

async function closeWeek(deps: CloseDeps, week: Week): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) if (await tryToClose(deps, week)) break;
  await deps.engine.commit([insert(closedWeeks, { id: week, closedAt: deps.now }, 'keep')]);
}

/** @returns false when something changed meanwhile: what is left has to be looked at again */
async function tryToClose({ engine, keys }: CloseDeps, week: Week): Promise<boolean> {
  const waiting = await waitingUpTo(engine, week);
  const opened = await keys.open([...new Set(waiting.map(({ key }) => key))].slice(0, MOST_KEYS));
  // Nobody can ever open these: the key was lost with a restore.
  const lost = waiting.filter(({ key }) => !opened.has(key));
  const people = await peopleOf(engine, waiting);
  const owned = waiting
    .filter(({ key }) => opened.has(key))
    .map((tap): OwnedTap => ({ tap, person: people.get(tap.contactId) ?? tap.contactId }));
  const { groups, dropped } = closing(week, owned);
  let allWritten = true;
  for (const group of groups) if (!(await publish(engine, week, group, opened))) allWritten = false;
  for (const slice of slices([...lost, ...dropped.map(({ tap }) => tap)]))
    await engine.removeMany(
      waitingTaps,
      slice.map(({ id }) => id),
    );
  return allWritten;
}

async function waitingUpTo(engine: Engine, week: Week): Promise<readonly WaitingTap[]> {
  const found: WaitingTap[] = [];
  let after = '';
  while (found.length < MOST_WAITING) {
    const page = await engine.find(waitingTaps, {
      where: { week: { lte: week }, id: { gt: after } },
      orderBy: [['id', 'asc']],
      limit: PAGE,
    });
    found.push(...page);
    after = page.at(-1)?.id ?? '';
    if (page.length < PAGE) break;
  }
  return found;
}

/** Of two contacts that became one, one person. */
async function peopleOf(engine: Engine, taps: readonly WaitingTap[]): Promise<ReadonlyMap<string, string>> {
  const people = new Map<string, string>();
  for (const slice of slices([...new Set(taps.map(({ contactId }) => contactId))]))
    for (const [id, contact] of await survivorsOf(engine, slice)) people.set(id, contact.id);
  return people;
}

/** Opens a group and writes what it comes to, in the commit that deletes its taps: nothing finer is ever written.
 *  @returns false on a conflict: a person was erased meanwhile, or another process closes the week too */
async function publish(
  engine: Engine,
  week: Week,
  group: Group,
  keys: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const counts = Array.from({ length: CHOICES }, () => 0);
  const good: OwnedTap[] = [];
  const bad: OwnedTap[] = [];
  for (const one of group.taps) {
    const { key, sealed, about, topic, language, id } = one.tap;
    const bytes = keys.get(key);
    const choice = bytes && openChoice(bytes, key, { id, about, topic, language }, sealed);
    if (choice === undefined) {
      bad.push(one);
      continue;
    }
    good.push(one);
    counts[choice - 1] = (counts[choice - 1] ?? 0) + 1;
  }
  const deleted = [...good, ...bad].flatMap(({ tap }) => deletedOps(tap));
  const [first] = good;
  // Without the forged ones there are too few: all of them go, uncounted.
  if (!first || !arePeople(good)) return (await engine.commit(deleted)) === 'committed';
  const { about, language } = first.tap;
  const row = { id: group.id, about, topic: group.topic, language, week, counts };
  return (await engine.commit([insert(ratingGroups, row), ...deleted])) === 'committed';
}

/** What a commit depends on it must also write: a tap that an erasure has taken meanwhile makes it a conflict. */
const deletedOps = (tap: WaitingTap): Op[] => [
  set(waitingTaps, tap.id, { week: tap.week }, { sealed: tap.sealed }),
  remove(waitingTaps, tap.id),
];

/** Final: from then on nobody can open what was sealed under them. */
async function deleteKeys(engine: Engine, now: number): Promise<number> {
  const rows = await engine.find(ratingKeys, { where: {}, orderBy: [['id', 'asc']], limit: MOST_KEYS });
  const over = rows.filter(({ id }) => isKeyOver(id, now));
  return over.length === 0
    ? 0
    : engine.removeMany(
        ratingKeys,
        over.map(({ id }) => id),
      );
}
