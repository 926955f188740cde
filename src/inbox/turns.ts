import { contacts, identities } from '../contacts/contact-tables.js';
import type { PersonKey } from '../contacts/identity.js';
import { mergeOps } from '../contacts/merge.js';
import { partitionOf } from '../contacts/person-key.js';
import { outbox } from '../delivery/outbox-table.js';
import { hashed } from '../keys.js';
import { conversations } from '../messages/message-tables.js';
import { set, type Engine, type Op } from '../storage/engine.js';
import type { Clock } from '../clock.js';
import { decideTurn, TURN_INPUTS, type Decision, type TurnDeps } from './decide-turn.js';
import { inbox, type InboxRow } from './inbox-tables.js';
import { loadFacts, type BatchFacts, type Waiting } from './turn-facts.js';
import type { PersonUpdate, Update } from './update.js';

/** Turns (DESIGN §3 "A customer's message"): what waits is read in batches, put in order for each person, decided, and committed. One
 *  turn of a person at a time; many persons at once. The next turn of a person starts when the reply is accepted, rejected or unknown,
 *  or 5 s after its commit; a stop, "operator" and a change of identity never wait. A turn that fails is tried again a limited number of
 *  times, then its first row is set aside as dead, and the person's next update goes on. */

export type TurnsDeps = TurnDeps & {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Reads one stored body; undefined when it holds no update of a person (a fault: such a row is dead). */
  readonly read: (raw: Uint8Array) => Update | undefined;
  /** Whether a row may not wait for the reply before it. */
  readonly isUrgent: (update: PersonUpdate) => boolean;
  /** Partitions that this process owns now; all of them on SQLite. */
  readonly ownedPartitions: () => readonly number[] | 'all';
  /** Told after a commit that queued something to send. */
  readonly onQueued: () => void;
  readonly log: {
    warn(event: string, fields: Record<string, string | number>): void;
    error(event: string, fields: Record<string, string | number>): void;
  };
  readonly onPoint?: (point: string) => void;
};

const BATCH_ROWS = 400;
/** Persons whose rows are left out of a read because their turn runs or waits. */
const MAX_BLOCKED = 2_000;
const REPLY_PATIENCE_MS = 5_000;
const POST_PATIENCE_MS = 1_000;
const CONFLICT_TRIES = 6;
const MAX_TRIES = 5;
const RETRY_BASE_MS = 500;
const IDLE_POLL_MS = { sqlite: 1_000, mongodb: 100 } as const;

type Awaiting = { readonly outboxId: string; readonly until: number; readonly verdicts: Map<string, boolean> };

export class Turns {
  readonly #deps: TurnsDeps;
  readonly #running = new Set<PersonKey>();
  readonly #awaiting = new Map<PersonKey, Awaiting>();
  readonly #awaitedBy = new Map<string, PersonKey>();
  #timer: NodeJS.Timeout | undefined;
  #looping = false;
  #again = false;
  #stopped = false;
  #idle: (() => void) | undefined;

  constructor(deps: TurnsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.nudge();
  }

  /** Something new may be waiting. */
  nudge(): void {
    if (this.#stopped) return;
    if (this.#looping) {
      this.#again = true;
      return;
    }
    this.#looping = true;
    clearTimeout(this.#timer);
    void this.#loop().finally(() => {
      this.#looping = false;
      if (this.#stopped) this.#idle?.();
      else if (this.#again) this.nudge();
      else this.#timer = setTimeout(() => this.nudge(), this.#nextPollMs());
    });
  }

  /** The dispatcher of this process settled a row: the person's next turn may start. */
  replySettled(outboxId: string): void {
    const key = this.#awaitedBy.get(outboxId);
    if (key === undefined) return;
    this.#release(key);
    this.nudge();
  }

  /** Starts no new turn and resolves when the running ones are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#looping) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #nextPollMs(): number {
    // Somebody's reply is on its way: look again when its patience ends at the latest.
    return this.#awaiting.size > 0 ? 100 : IDLE_POLL_MS[this.#deps.engine.kind];
  }

  async #loop(): Promise<void> {
    this.#again = false;
    try {
      // Bounded: a round that finds a full batch asks for another through `#again`.
      const found = await this.#round();
      if (found) this.#again = true;
    } catch (error) {
      this.#deps.log.warn('turns.storeUnavailable', { error: nameOf(error) });
      this.#again = false;
    }
  }

  /** @returns whether another round may find more right away */
  async #round(): Promise<boolean> {
    const now = this.#deps.clock.now();
    await this.#settleAwaiting();
    const owned = this.#deps.ownedPartitions();
    if (owned !== 'all' && owned.length === 0) return false;
    const awaiting = [...this.#awaiting.keys()].slice(0, MAX_BLOCKED);
    const blocked = [...this.#running, ...awaiting].slice(0, MAX_BLOCKED);
    // Two reads: one person's flood behind an awaited reply must not hide the others, nor a stop of their own.
    const [fresh, held] = await Promise.all([
      this.#waiting(now, owned, blocked.length > 0 ? { notIn: blocked } : undefined),
      awaiting.length > 0 ? this.#waiting(now, owned, { in: awaiting }) : [],
    ]);
    const rows = [...(fresh.length === BATCH_ROWS ? await this.#wholePersons(fresh) : fresh), ...held];
    if (rows.length === 0) return false;
    const ready = this.#readyPersons(rows, now);
    if (ready.size === 0) return false;
    await this.#runBatch(ready);
    return true;
  }

  #waiting(
    now: number,
    owned: readonly number[] | 'all',
    personKey: { readonly in: readonly PersonKey[] } | { readonly notIn: readonly PersonKey[] } | undefined,
  ): Promise<InboxRow[]> {
    return this.#deps.engine.find(inbox, {
      where: {
        state: 'waiting',
        notBefore: { lte: now },
        ...(owned === 'all' ? {} : { partition: { in: owned } }),
        ...(personKey ? { personKey } : {}),
      },
      orderBy: [['arrival', 'asc']],
      limit: BATCH_ROWS,
    });
  }

  /** A full batch may have cut a person's rows short, and the order within a person is the platform's, not that of arrival. */
  #wholePersons(rows: readonly InboxRow[]): Promise<InboxRow[]> {
    const keys = [...new Set(rows.flatMap((row) => row.personKey ?? []))];
    return this.#deps.engine.find(inbox, {
      where: { state: 'waiting', personKey: { in: keys } },
      orderBy: [['arrival', 'asc']],
      limit: BATCH_ROWS * TURN_INPUTS,
    });
  }

  #readyPersons(rows: readonly InboxRow[], now: number): Map<PersonKey, Waiting[]> {
    const byPerson = new Map<PersonKey, InboxRow[]>();
    for (const row of rows) {
      if (row.personKey === null || this.#running.has(row.personKey)) continue;
      const theirs = byPerson.get(row.personKey);
      if (theirs) theirs.push(row);
      else byPerson.set(row.personKey, [row]);
    }
    const ready = new Map<PersonKey, Waiting[]>();
    for (const [key, theirs] of byPerson) {
      // A row that is being retried holds the person's later ones back.
      if (theirs.some((row) => row.notBefore > now) || !this.#postsComplete(theirs, now)) continue;
      const waiting = this.#readRows(theirs);
      if (waiting.length > 0 && !this.#mustWait(key, waiting, now)) ready.set(key, waiting);
    }
    return ready;
  }

  /** MongoDB's append is no transaction: the rows of one POST may appear one after another. */
  #postsComplete(rows: readonly InboxRow[], now: number): boolean {
    if (this.#deps.engine.kind === 'sqlite') return true;
    return rows.every(
      (row) =>
        row.postRows <= 1 ||
        now - row.arrival / 1_000 > POST_PATIENCE_MS ||
        rows.filter((other) => other.postId === row.postId).length >= row.postRows,
    );
  }

  #readRows(rows: readonly InboxRow[]): Waiting[] {
    const waiting: Waiting[] = [];
    for (const row of [...rows].sort((one, other) => one.at - other.at || one.arrival - other.arrival)) {
      const update = row.raw ? this.#deps.read(row.raw) : undefined;
      if (update && (update.kind === 'message' || update.kind === 'identityChange' || update.kind === 'preference'))
        waiting.push({ row, update });
      else void this.#bury(row, 'unreadable');
    }
    // A row that has failed before is tried alone: if it fails again, it alone is set aside.
    const failed = waiting.findIndex(({ row }) => row.tries > 0);
    return failed === 0 ? waiting.slice(0, 1) : failed > 0 ? waiting.slice(0, failed) : waiting;
  }

  #mustWait(key: PersonKey, waiting: readonly Waiting[], now: number): boolean {
    const awaiting = this.#awaiting.get(key);
    if (!awaiting) return false;
    if (now >= awaiting.until) {
      this.#release(key);
      return false;
    }
    return !waiting.some(({ row, update }) => {
      let verdict = awaiting.verdicts.get(row.id);
      if (verdict === undefined) awaiting.verdicts.set(row.id, (verdict = this.#deps.isUrgent(update)));
      return verdict;
    });
  }

  async #runBatch(batch: ReadonlyMap<PersonKey, readonly Waiting[]>): Promise<void> {
    for (const key of batch.keys()) this.#running.add(key);
    try {
      const facts = await loadFacts(this.#deps.engine, batch);
      await Promise.all([...batch].map(([key, waiting]) => this.#runTurn(key, waiting, facts)));
    } finally {
      for (const key of batch.keys()) this.#running.delete(key);
    }
  }

  async #runTurn(key: PersonKey, waiting: readonly Waiting[], facts: BatchFacts): Promise<void> {
    try {
      let known = facts;
      let keyTaken: PersonKey | undefined;
      for (let attempt = 1; attempt <= CONFLICT_TRIES; attempt += 1) {
        const decision = decideTurn(this.#deps, key, waiting, known, this.#deps.clock.now(), keyTaken);
        if (!decision) return;
        if (await this.#carryOut(key, decision)) return;
        // Somebody changed what the decision stood on, or two people became one: read again and decide anew.
        known = await loadFacts(this.#deps.engine, new Map([[key, waiting]]));
        keyTaken = await this.#keyTakenBy(key, attempt);
      }
      throw new Error('conflicts did not end');
    } catch (error) {
      await this.#failed(waiting, error).catch(() => undefined);
    }
  }

  /** A new contact whose key belongs to somebody who had the same number before gets another one. */
  async #keyTakenBy(key: PersonKey, attempt: number): Promise<PersonKey | undefined> {
    if (attempt < 2) return undefined;
    const [holder] = await this.#deps.engine.find(contacts, { where: { personKey: key }, limit: 1 });
    return holder ? (hashed(this.#deps.pepper, `${key}:${holder.id}`) as PersonKey) : undefined;
  }

  /** @returns false when it has to be decided again */
  async #carryOut(key: PersonKey, decision: Decision): Promise<boolean> {
    const { engine } = this.#deps;
    switch (decision.kind) {
      case 'rekey': {
        const { personKey } = decision;
        const ops = decision.rows.map(({ row }) =>
          set(inbox, row.id, { personKey, partition: partitionOf(personKey) }, { state: 'waiting' }, 'skip'),
        );
        await engine.commit(ops, key);
        this.#again = true;
        return true;
      }
      case 'merge':
        await this.#merge(decision);
        return false;
      case 'commit': {
        this.#deps.onPoint?.('before-turn-commit');
        if ((await engine.commit(decision.ops, decision.serial)) === 'conflict') return false;
        if (decision.awaits) {
          this.#await(key, decision.awaits);
          this.#deps.onQueued();
        }
        return true;
      }
    }
  }

  async #merge({ survivor, loser }: Extract<Decision, { kind: 'merge' }>): Promise<void> {
    const { engine, clock } = this.#deps;
    const LIMIT = 250;
    const [loserIdentities, rows, waiting, unsent] = await Promise.all([
      engine.find(identities, { where: { contactId: loser.id }, limit: LIMIT }),
      engine.find(conversations, { where: { personKey: { in: [survivor.personKey, loser.personKey] } }, limit: LIMIT }),
      engine.find(inbox, { where: { state: 'waiting', personKey: loser.personKey }, limit: LIMIT }),
      engine.find(outbox, { where: { contactId: loser.id, active: true }, limit: LIMIT }),
    ]);
    const personKey = survivor.personKey;
    const moves: Op[] = [
      ...waiting.map((row) =>
        set(inbox, row.id, { personKey, partition: partitionOf(personKey) }, { state: 'waiting' }, 'skip'),
      ),
      ...unsent.map((row) => set(outbox, row.id, { personKey, contactId: survivor.id }, { active: true }, 'skip')),
    ];
    await engine.commit(
      [...mergeOps({ survivor, loser, loserIdentities, conversations: rows, now: clock.now() }), ...moves],
      personKey,
    );
  }

  #await(key: PersonKey, outboxId: string): void {
    this.#release(key);
    this.#awaiting.set(key, { outboxId, until: this.#deps.clock.now() + REPLY_PATIENCE_MS, verdicts: new Map() });
    this.#awaitedBy.set(outboxId, key);
  }

  #release(key: PersonKey): void {
    const awaiting = this.#awaiting.get(key);
    if (!awaiting) return;
    this.#awaiting.delete(key);
    this.#awaitedBy.delete(awaiting.outboxId);
  }

  /** Replies that another process sends are asked for; those past their patience are let go. */
  async #settleAwaiting(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const [key, awaiting] of this.#awaiting) if (now >= awaiting.until) this.#release(key);
    if (this.#deps.engine.kind === 'sqlite' || this.#awaiting.size === 0) return;
    const asked = [...this.#awaiting].slice(0, 500);
    const rows = await this.#deps.engine.getMany(
      outbox,
      asked.map(([, awaiting]) => awaiting.outboxId),
    );
    const settled = new Set(
      rows.filter((row) => ['accepted', 'rejected', 'unknown'].includes(row.state)).map((row) => row.id),
    );
    for (const [key, awaiting] of asked) if (settled.has(awaiting.outboxId)) this.#release(key);
  }

  /** The first row is to blame; a turn of several is tried row by row from then on. */
  async #failed(waiting: readonly Waiting[], error: unknown): Promise<void> {
    const row = waiting[0]?.row;
    if (!row) return;
    if (nameOf(error) === 'StoreUnavailable') return; // nothing is wrong with the row: it is taken again when the store is back
    const tries = row.tries + 1;
    this.#deps.log.warn('turn.failed', { row: row.id, tries, error: nameOf(error) });
    if (tries >= MAX_TRIES) return this.#bury(row, nameOf(error), tries);
    const notBefore = this.#deps.clock.now() + RETRY_BASE_MS * 2 ** tries;
    await this.#deps.engine.patchMany(inbox, [{ id: row.id, set: { tries, notBefore }, when: { state: 'waiting' } }]);
  }

  async #bury(row: InboxRow, reason: string, tries = row.tries + 1): Promise<void> {
    this.#deps.log.error('update.dead', { row: row.id, reason, tries });
    await this.#deps.engine
      .patchMany(inbox, [{ id: row.id, set: { state: 'dead', reason, tries }, when: { state: 'waiting' } }])
      .catch(() => undefined);
  }
}

/** The kind of an error, never its words: they may quote the message. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
