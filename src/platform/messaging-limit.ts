import type { Clock } from '../clock.js';
import type { PersonKey } from '../contacts/identity.js';
import { put, slices, type Engine, type Op } from '../storage/engine.js';
import { defineTable, type Migration } from '../storage/table.js';

/** Who was written to out of their window within the last 24 hours: Meta limits how many different people that may be, over all numbers of
 *  the portfolio (reference §7.2). One row a person, with the end of their day; the counter is kept in memory and counted anew from the
 *  rows every now and then. The row is written in the commit that writes "attempted", before the call: cut off in between, a person is
 *  counted who was not written to, never the other way round. */
export type MessagedPersonRow = {
  /** The person's key. */
  readonly id: PersonKey;
  /** ms. */
  readonly expiresAt: number;
  /** The attempt that counted last. */
  readonly outboxId: string;
  readonly attempt: number;
};

const DAY_MS = 24 * 3_600_000;
const RECOUNT_MS = 30_000;

export const messagedPeople = defineTable<MessagedPersonRow>({
  name: 'messagedPeople',
  owner: 'platform',
  columns: {
    id: { type: 'text' },
    expiresAt: { type: 'integer' },
    outboxId: { type: 'text' },
    attempt: { type: 'integer' },
  },
  indexes: [{ fields: ['expiresAt'] }],
  person: { personKey: 'id' },
  erase: { keep: 'a hash and a time: Meta counts the person until their day is over, and so do we' },
  export: { none: 'that somebody was written to stands in the thread' },
  retention: { field: 'expiresAt', days: 1 },
});

export const messagingLimitMigrations: readonly Migration[] = [
  { id: 'platform.limit/1', steps: [{ ensure: messagedPeople }] },
];

/** How many people count at this moment. @throws StoreUnavailable */
export const countMessaged = (engine: Engine, now: number): Promise<number> =>
  engine.count(messagedPeople, { expiresAt: { gt: now } });

type Attempt = { readonly id: string; readonly attempt: number; readonly personKey: PersonKey };

/** The limit as the one who sends sees it. Whoever holds a number's sending lease is the only one who takes from it. */
export class MessagingLimit {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #used = 0;
  #countedAt = -Infinity;
  /** When the person's day would have ended without the attempt; 0 for somebody who was not counted. By outbox id. */
  readonly #before = new Map<string, number>();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  get used(): number {
    return this.#used;
  }

  /** Counts the rows when the last count is old, or in doubt. @throws StoreUnavailable */
  async refresh(): Promise<void> {
    const monotonic = this.#clock.monotonic();
    if (monotonic - this.#countedAt < RECOUNT_MS) return;
    this.#used = await countMessaged(this.#engine, this.#clock.now());
    this.#countedAt = monotonic;
  }

  /** When the day of each of these people ends, for those who are counted. @throws StoreUnavailable */
  async counted(people: readonly PersonKey[]): Promise<ReadonlyMap<PersonKey, number>> {
    const now = this.#clock.now();
    const found = await Promise.all(
      [...slices([...new Set(people)])].map((slice) => this.#engine.getMany(messagedPeople, slice)),
    );
    return new Map(found.flat().flatMap((row) => (row.expiresAt > now ? [[row.id, row.expiresAt] as const] : [])));
  }

  /** When the next person is free, ms; undefined when nobody is counted. @throws StoreUnavailable */
  async nextFreeAt(): Promise<number | undefined> {
    const [next] = await this.#engine.find(messagedPeople, {
      where: { expiresAt: { gt: this.#clock.now() } },
      orderBy: [['expiresAt', 'asc']],
      limit: 1,
    });
    return next?.expiresAt;
  }

  /** Takes the right to write to somebody out of their window.
   *  @param until when their day ends, if they are counted @param limit how many may be
   *  @returns the write that goes with "attempted"; undefined when there is no room */
  take({ id, attempt, personKey }: Attempt, until: number | undefined, limit: number): Op | undefined {
    if (until === undefined) {
      if (this.#used >= limit) return undefined;
      this.#used += 1;
    }
    this.#before.set(id, until ?? 0);
    return put(messagedPeople, {
      id: personKey,
      expiresAt: this.#clock.now() + DAY_MS,
      outboxId: id,
      attempt: attempt + 1,
    });
  }

  /** It is settled: nothing is to be given back any more. */
  settled(id: string): void {
    this.#before.delete(id);
  }

  /** What was taken was not written: the next look counts anew. */
  notWritten(ids: readonly string[]): void {
    if (ids.some((id) => this.#before.delete(id))) this.#countedAt = -Infinity;
  }

  /** These attempts are proven to have reached nobody. @throws StoreUnavailable: what is not given back ends with the person's day */
  async giveBack(attempts: readonly Attempt[]): Promise<void> {
    const patches = attempts.flatMap(({ id, attempt, personKey }) => {
      const before = this.#before.get(id);
      this.#before.delete(id);
      return before === undefined
        ? []
        : [{ id: personKey, set: { expiresAt: before }, when: { outboxId: id, attempt } }];
    });
    if (patches.length === 0) return;
    const given = new Set(await this.#engine.patchMany(messagedPeople, patches));
    this.#used -= patches.filter(({ id, set }) => set.expiresAt === 0 && given.has(id)).length;
  }
}
