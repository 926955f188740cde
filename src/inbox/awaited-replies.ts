import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import { outbox } from '../delivery/outbox-table.js';
import type { Engine } from '../storage/engine.js';
import type { InboxRow } from './inbox-tables.js';

/** Replies on their way: the person's next turn starts when the reply is accepted, rejected or unknown, or 5 s after its commit,
 *  whichever is first (DESIGN §3). What is urgent does not wait. */

const PATIENCE_MS = 5_000;
/** Replies that another process sends are asked for so often, so many at a time. */
const ASK_EVERY_MS = 50;
const ASKED = 500;

type Awaited = {
  readonly outboxId: string;
  readonly until: number;
  /** More of the person's rows were seen: they are left out of the reads until the reply's fate is known. */
  hasMore: boolean;
  /** By row id: whether it may not wait. */
  readonly verdicts: Map<string, boolean>;
};

export class AwaitedReplies {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #isUrgent: (row: InboxRow) => boolean;
  readonly #byPerson = new Map<PersonKey, Awaited>();
  readonly #personOf = new Map<string, PersonKey>();
  readonly #holding = new Set<PersonKey>();
  #askedAt = -Infinity;

  constructor(engine: Engine, clock: Clock, isUrgent: (row: InboxRow) => boolean) {
    this.#engine = engine;
    this.#clock = clock;
    this.#isUrgent = isUrgent;
  }

  /** A turn of the person queued this reply. */
  add(key: PersonKey, outboxId: string): void {
    this.release(key);
    const until = this.#clock.monotonic() + PATIENCE_MS;
    this.#byPerson.set(key, { outboxId, until, hasMore: false, verdicts: new Map() });
    this.#personOf.set(outboxId, key);
  }

  /** @returns whether somebody waited for it and has more to be heard */
  settled(outboxId: string): boolean {
    const key = this.#personOf.get(outboxId);
    if (key === undefined) return false;
    const { hasMore } = this.#byPerson.get(key) ?? { hasMore: false };
    this.release(key);
    return hasMore;
  }

  release(key: PersonKey): void {
    const awaited = this.#byPerson.get(key);
    if (!awaited) return;
    this.#byPerson.delete(key);
    this.#holding.delete(key);
    this.#personOf.delete(awaited.outboxId);
  }

  /** Persons whose rows wait for a reply. */
  get held(): readonly PersonKey[] {
    return [...this.#holding];
  }

  /** Whether these rows of the person have to wait; if not, the person is waited for no more. */
  mustWait(key: PersonKey, rows: readonly InboxRow[]): boolean {
    const awaited = this.#byPerson.get(key);
    if (!awaited) return false;
    for (const row of rows) {
      let verdict = awaited.verdicts.get(row.id);
      if (verdict === undefined) awaited.verdicts.set(row.id, (verdict = this.#isUrgent(row)));
      if (!verdict) continue;
      this.release(key);
      return false;
    }
    awaited.hasMore = true;
    this.#holding.add(key);
    return true;
  }

  /** Lets go of whose patience is over, and, where another process may send, of whose reply has met its fate. */
  async refresh(): Promise<void> {
    const now = this.#clock.monotonic();
    // In the order they were added, so the first that has time left ends it.
    for (const [key, { until }] of this.#byPerson) {
      if (until > now) break;
      this.release(key);
    }
    if (this.#engine.kind === 'sqlite' || this.#byPerson.size === 0 || now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    const asked = [...this.#byPerson].slice(0, ASKED);
    const rows = await this.#engine.getMany(
      outbox,
      asked.map(([, { outboxId }]) => outboxId),
    );
    for (const row of rows) if (['accepted', 'rejected', 'unknown'].includes(row.state)) this.settled(row.id);
  }

  /** When somebody's patience ends next, ms from now; undefined when nobody has more to be heard. */
  nextEndMs(): number | undefined {
    const [key] = this.#holding;
    const until = key === undefined ? undefined : this.#byPerson.get(key)?.until;
    return until === undefined ? undefined : Math.max(0, until - this.#clock.monotonic());
  }
}
