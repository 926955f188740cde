import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import { partitionOf } from '../contacts/person-key.js';
import type { Engine, Where } from '../storage/engine.js';
import type { AwaitedReplies } from './awaited-replies.js';
import { TURN_INPUTS } from './same-sender.js';
import { inbox, type InboxRow } from './inbox-tables.js';

/** Who may have a turn now, and which rows it is about: read in batches in the order of arrival, for each person in the platform's order.
 *
 *  Left out are those whose turn runs, whose reply is on its way, and whose row is being retried (it holds their later ones back). A
 *  person with more than a turn's rows in a full batch is a crowd: read one by one from then on, a turn's worth at a time, so that a
 *  flood hides nobody and costs no more than anybody's rows. */

const BATCH_ROWS = 400;
/** Of those in a full batch, all that waits is read, as far as this goes. */
const WHOLE_ROWS = 2_000;
/** Persons left out of a read at the most; those beyond are read in vain. */
const MAX_LEFT_OUT = 2_000;
const MAX_CROWDS = 1_000;
const CROWDS_A_ROUND = 16;
const CROWD_ROWS = 2 * TURN_INPUTS;
/** The newest rows of those who wait for a reply that are looked at for something urgent. */
const NEWEST_ROWS = 200;
/** How often one round reads anew because a crowd filled the batch. */
const PASSES = 3;
const POST_PATIENCE_MS = 1_000;
const MAX_COMPLETE = 2_000;

type Owned = readonly number[] | 'all';

export class WaitingPeople {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #replies: AwaitedReplies;
  readonly #running: ReadonlySet<PersonKey>;
  readonly #crowds = new Set<PersonKey>();
  /** POSTs of several rows that were seen whole of late. */
  readonly #complete = new Set<string>();
  /** Until when a person's failing row rests, by the wall clock: it is kept with the row. */
  readonly #resting = new Map<PersonKey, number>();

  constructor(engine: Engine, clock: Clock, replies: AwaitedReplies, running: ReadonlySet<PersonKey>) {
    this.#engine = engine;
    this.#clock = clock;
    this.#replies = replies;
    this.#running = running;
  }

  /** A row of the person failed and is not to be tried before. */
  rest(key: PersonKey, until: number): void {
    this.#resting.set(key, until);
  }

  /** When somebody's rest ends next, ms from now. */
  nextEndMs(): number | undefined {
    if (this.#resting.size === 0) return undefined;
    return Math.max(0, Math.min(...this.#resting.values()) - this.#clock.now());
  }

  /** @returns for each person who may have a turn the first rows of it, at most a turn's worth; `more`: a look right after this one may
   *  find others */
  async next(owned: Owned): Promise<{ people: Map<PersonKey, readonly InboxRow[]>; more: boolean }> {
    const now = this.#clock.now();
    for (const [key, until] of this.#resting) if (until <= now) this.#resting.delete(key);
    await this.#hearUrgent();
    const found = await this.#read(owned);
    const people = new Map<PersonKey, readonly InboxRow[]>();
    for (const [key, rows] of found.people) {
      const theirs = rows.sort((one, other) => one.at - other.at || one.arrival - other.arrival);
      const first = theirs.slice(0, TURN_INPUTS);
      const restUntil = Math.max(...theirs.map((row) => row.notBefore));
      if (restUntil > now) this.rest(key, restUntil);
      else if (!this.#running.has(key) && !this.#replies.mustWait(key, theirs) && this.#isComplete(first, theirs, now))
        people.set(key, first);
    }
    return { people, more: found.more };
  }

  /** Whether of every POST all rows of the person are there: an append is no transaction on MongoDB, and a large POST is none anywhere.
   *  Once it was so it stays so, whatever is handled or moved to another key before the rest. */
  #isComplete(first: readonly InboxRow[], all: readonly InboxRow[], now: number): boolean {
    return first.every(({ postId, postRows, arrival }) => {
      // A clock that differs from that of the process which took the POST says nothing.
      if (postRows <= 1 || Math.abs(now - arrival / 1_000) > POST_PATIENCE_MS || this.#complete.has(postId))
        return true;
      if (all.filter((other) => other.postId === postId).length < postRows) return false;
      this.#complete.add(postId);
      for (const oldest of this.#complete) {
        if (this.#complete.size <= MAX_COMPLETE) break;
        this.#complete.delete(oldest);
      }
      return true;
    });
  }

  /** A stop, "operator" or a change of identity among what came while a reply is on its way lets the person's next turn start. */
  async #hearUrgent(): Promise<void> {
    const held = this.#replies.held;
    if (held.length === 0) return;
    const newest = await this.#engine.find(inbox, {
      where: { state: 'waiting', personKey: { in: held.slice(0, MAX_LEFT_OUT) } },
      orderBy: [['arrival', 'desc']],
      limit: NEWEST_ROWS,
    });
    for (const [key, rows] of byPerson(newest)) this.#replies.mustWait(key, rows);
  }

  async #read(owned: Owned): Promise<{ people: Map<PersonKey, InboxRow[]>; more: boolean }> {
    const people = new Map<PersonKey, InboxRow[]>();
    let full = false;
    for (let pass = 0; pass < PASSES && people.size === 0; pass += 1) {
      const rows = await this.#batch(owned);
      full = rows.length === BATCH_ROWS;
      const found = byPerson(rows);
      if (!full) {
        for (const [key, theirs] of found) people.set(key, theirs);
        break;
      }
      this.#tellCrowds(found);
      if (found.size === 0) continue;
      // The batch may have cut somebody's rows short, and the order within a person is the platform's, not that of arrival.
      const whole = byPerson(await this.#waiting({ personKey: { in: [...found.keys()] } }, WHOLE_ROWS));
      this.#tellCrowds(whole);
      for (const [key, theirs] of whole) people.set(key, theirs);
    }
    const crowds = await this.#readCrowds(owned, people);
    return { people, more: full || crowds > 0 };
  }

  #batch(owned: Owned): Promise<InboxRow[]> {
    const leftOut = new Set([...this.#crowds, ...this.#running, ...this.#replies.held, ...this.#resting.keys()]);
    const notIn = [...leftOut].slice(0, MAX_LEFT_OUT);
    return this.#waiting(
      {
        ...(owned === 'all' ? {} : { partition: { in: owned } }),
        ...(notIn.length > 0 ? { personKey: { notIn } } : {}),
      },
      BATCH_ROWS,
    );
  }

  #waiting(where: Where<InboxRow>, limit: number): Promise<InboxRow[]> {
    return this.#engine.find(inbox, { where: { state: 'waiting', ...where }, orderBy: [['arrival', 'asc']], limit });
  }

  /** Takes the crowds out of what was found. */
  #tellCrowds(found: Map<PersonKey, InboxRow[]>): void {
    for (const [key, rows] of found) {
      if (rows.length <= TURN_INPUTS || this.#crowds.size >= MAX_CROWDS) continue;
      this.#crowds.add(key);
      found.delete(key);
    }
  }

  /** @returns how many might have had a turn */
  async #readCrowds(owned: Owned, people: Map<PersonKey, InboxRow[]>): Promise<number> {
    const held = new Set(this.#replies.held);
    const due: PersonKey[] = [];
    for (const key of this.#crowds) {
      if (owned !== 'all' && !owned.includes(partitionOf(key))) this.#crowds.delete(key);
      else if (!this.#running.has(key) && !held.has(key) && !this.#resting.has(key)) due.push(key);
    }
    await Promise.all(
      due.slice(0, CROWDS_A_ROUND).map(async (key) => {
        const rows = await this.#engine.find(inbox, {
          where: { state: 'waiting', personKey: key },
          orderBy: [
            ['at', 'asc'],
            ['arrival', 'asc'],
          ],
          limit: CROWD_ROWS,
        });
        this.#crowds.delete(key);
        if (rows.length > 0) people.set(key, rows);
        if (rows.length === CROWD_ROWS) this.#crowds.add(key); // at the end: everybody gets their turn
      }),
    );
    return due.length;
  }
}

function byPerson(rows: readonly InboxRow[]): Map<PersonKey, InboxRow[]> {
  const people = new Map<PersonKey, InboxRow[]>();
  for (const row of rows) {
    if (row.personKey === null) continue;
    const theirs = people.get(row.personKey);
    if (theirs) theirs.push(row);
    else people.set(row.personKey, [row]);
  }
  return people;
}
