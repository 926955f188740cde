import { queuedRow } from '../delivery/reply-row.js';
import { outbox, PRIORITIES } from '../delivery/outbox-table.js';
import type { OutboundContent } from '../messages/outbound.js';
import type { Language } from '../conversation/session.js';
import { insert, set, type Engine, type Where } from '../storage/engine.js';
import { HeldLease } from '../storage/held-lease.js';
import { erasePerson, type Person } from '../storage/register.js';
import type { AnyTable } from '../storage/table.js';
import { erasures, type ErasureRow } from './erasure-table.js';
import { personOf, survivorOf } from './find-contacts.js';
import type { ContactId } from './identity.js';

/** Erasures (DESIGN §2 "Register of personal data"), beside the turns and in slices, so that nobody waits for them. Who confirms in the
 *  chat leaves a row (erasure-ops.ts); an operator's is entered and carried out at once. Either way the row stands before anything is
 *  erased and goes when nothing is left, so that a crash at any point is made good by whoever looks next.
 *
 *  First the consent: stops under the hashes of all identities, so that nothing brings the person back in the middle. Then everything
 *  that the register knows. What is kept of a person who asked in the chat is where to say so, in this row alone: the last message is
 *  queued when all else is gone, and goes with the row once its fate is known. Last the store's side files. */
export type ErasuresDeps = {
  readonly engine: Engine;
  readonly now: () => number;
  readonly newId: (now: number) => string;
  readonly holder: string;
  readonly tables: readonly AnyTable[];
  /** What waits to be handled: of a person who asked in the chat it came afterwards. */
  readonly waiting: { readonly table: AnyTable; readonly except: Where<Record<string, unknown>> };
  /** Stops that outlive the person, and the last entry of their chain. Safe to run again. */
  readonly eraseConsent: (person: Person) => Promise<void>;
  /** "Everything is gone", in the person's language. */
  readonly lastWord: (language: Language) => OutboundContent;
  /** Something is to be sent. */
  readonly onQueued: () => void;
  readonly log: { warn(event: string, fields: Record<string, string | number>): void };
};

const POLL_MS = 250;
const ROWS = 20;
/** After a failure, and while somebody reads the side files (a backup). */
const AGAIN_MS = 5_000;
/** A row that is claimed at that moment ends by itself within this. */
const GRACE_MS = 60_000;

export class Erasures {
  readonly #deps: ErasuresDeps;
  readonly #lease: HeldLease;
  /** Not to be tried before, by contact. */
  readonly #resting = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: ErasuresDeps) {
    this.#deps = deps;
    this.#lease = new HeldLease(deps.engine, 'erasures', deps.holder);
  }

  /** Looks for erasures to carry out, as long as the lease is ours. */
  async start(): Promise<void> {
    await this.#lease.start();
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#lease.stop();
  }

  #next(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      const round = this.#lease.held ? this.round() : Promise.resolve();
      this.#running = round.catch(() => undefined).finally(() => this.#next(POLL_MS));
    }, afterMs);
  }

  /** Takes every erasure that waits as far as it goes now. @throws StoreUnavailable */
  async round(): Promise<void> {
    const { engine, now, log } = this.#deps;
    for (const [id, until] of this.#resting) if (until <= now()) this.#resting.delete(id);
    const resting = [...this.#resting.keys()] as ContactId[];
    const where = resting.length > 0 ? { id: { notIn: resting } } : {};
    for (const row of await engine.find(erasures, { where, orderBy: [['id', 'asc']], limit: ROWS })) {
      try {
        await this.#advance(row);
      } catch (error) {
        log.warn('erasure.failed', { state: row.state, error: error instanceof Error ? error.name : 'unknown' });
        this.#resting.set(row.id, now() + AGAIN_MS);
      }
    }
  }

  /** An operator's: resolves when everything is gone. What of the side files somebody still reads is emptied by `round`. */
  async erase(person: Person): Promise<void> {
    const { engine, now } = this.#deps;
    const [id] = person.contactIds as readonly ContactId[];
    if (id === undefined) return;
    const row: ErasureRow = {
      id,
      state: 'erasing',
      askedAt: now(),
      byPerson: false,
      person,
      phoneNumberId: null,
      personKey: null,
      language: null,
      sayUntil: 0,
      to: null,
      outboxId: null,
    };
    // The person may have asked for it at this very moment: then theirs goes on by itself, and finds nothing left.
    const isOurs = (await engine.append(erasures, [row])) === 1;
    await this.#sweep(row, person);
    if (isOurs) await this.#advance({ ...row, person: null });
  }

  /** From state to state, as far as it goes. */
  async #advance(row: ErasureRow): Promise<void> {
    let current: ErasureRow | undefined = row;
    while (current) current = await this.#step(current);
  }

  /** @returns the row as it is now, if it can go on at once */
  #step(row: ErasureRow): Promise<ErasureRow | undefined> {
    switch (row.state) {
      case 'asked':
        return this.#identify(row);
      case 'erasing':
        return this.#eraseAll(row);
      case 'saying':
        return this.#hearOf(row);
      case 'scrubbing':
        return this.#scrub(row);
    }
  }

  async #identify(row: ErasureRow): Promise<ErasureRow | undefined> {
    const contact = await survivorOf(this.#deps.engine, row.id);
    if (!contact) return this.#change(row, { state: 'scrubbing' });
    return this.#change(row, {
      state: 'erasing',
      person: await personOf(this.#deps.engine, contact),
      personKey: contact.personKey,
      to: contact.identities,
    });
  }

  async #eraseAll(row: ErasureRow): Promise<ErasureRow | undefined> {
    const { engine, now, newId, lastWord, onQueued } = this.#deps;
    if (row.person) await this.#sweep(row, row.person);
    const { phoneNumberId, personKey, language, to, sayUntil } = row;
    if (!phoneNumberId || !personKey || !language || !to || to.length === 0 || sayUntil <= now())
      return this.#change(row, { state: 'scrubbing', person: null, to: null });
    const at = now();
    const outboxId = newId(at);
    const said = queuedRow({
      id: outboxId,
      phoneNumberId,
      contactId: row.id,
      personKey,
      purpose: 'reply',
      priority: PRIORITIES.reserved,
      content: lastWord(language),
      createdAt: at,
      dueAt: at,
      uselessAfter: sayUntil,
      answers: null,
    });
    const patch = { state: 'saying', person: null, outboxId } as const;
    const committed = await engine.commit([insert(outbox, said), set(erasures, row.id, patch, { state: 'erasing' })]);
    if (committed === 'committed') onQueued();
    return undefined;
  }

  /** All ids and keys that the person has by now: they may have become one with somebody else since the row was written. */
  async #sweep(row: ErasureRow, known: Person): Promise<void> {
    const { engine, tables, waiting, eraseConsent } = this.#deps;
    const contact = await survivorOf(engine, row.id);
    const person = contact ? together(known, await personOf(engine, contact)) : known;
    await eraseConsent(person);
    const meant = row.byPerson ? new Map([[waiting.table, waiting.except]]) : new Map<AnyTable, never>();
    const others = tables.filter((table) => table.name !== erasures.name);
    await erasePerson(engine, others, person, meant);
  }

  /** The last word is said, refused, or lost for good; or its time is over. */
  async #hearOf(row: ErasureRow): Promise<ErasureRow | undefined> {
    const { engine, now } = this.#deps;
    const said = row.outboxId === null ? undefined : await engine.get(outbox, row.outboxId);
    if (said?.active && now() < row.sayUntil + GRACE_MS) return undefined;
    if (said) await engine.removeMany(outbox, [said.id]);
    return this.#change(row, { state: 'scrubbing', to: null, personKey: null, outboxId: null });
  }

  async #scrub(row: ErasureRow): Promise<undefined> {
    const { engine, now } = this.#deps;
    if (await engine.scrub()) await engine.removeMany(erasures, [row.id]);
    else this.#resting.set(row.id, now() + AGAIN_MS);
  }

  /** @returns undefined when somebody else has taken it further */
  async #change(row: ErasureRow, patch: Partial<ErasureRow>): Promise<ErasureRow | undefined> {
    const changed = await this.#deps.engine.patchMany(erasures, [
      { id: row.id, set: patch, when: { state: row.state } },
    ]);
    return changed.length > 0 ? { ...row, ...patch } : undefined;
  }
}

const together = (one: Person, other: Person): Person => ({
  contactIds: [...new Set([...one.contactIds, ...other.contactIds])],
  personKeys: [...new Set([...one.personKeys, ...other.personKeys])],
});
