import { randomBytes } from 'node:crypto';
import type { Topic } from '../contacts/contact-shape.js';
import type { ContactId } from '../contacts/identity.js';
import { insert, set, type Engine, type Op } from '../storage/engine.js';
import { applyAct, changes, NOTHING_SAID, type ConsentState } from './consent.js';
import { consentGuards, consentLedger, type GuardRow, type LedgerRow } from './consent-tables.js';
import { actOf, makeEntry, type Evidence } from './ledger-entry.js';

/** Writing the ledger: a person's chain as it was read, grown in memory, and the writes that make it so. All of it is one commit that
 *  compares and sets the person's guard, so that a chain never forks. */

export type Statement = {
  readonly act: 'optIn' | 'optOut' | 'reason';
  /** Null: everything. */
  readonly topic: Topic | null;
  readonly at: number;
  readonly evidence: Evidence;
};

export type Ledger = {
  readonly key: Buffer;
  readonly newSalt: () => string;
};

export const createLedger = (key: Buffer, newSalt: () => string = randomSalt): Ledger => ({ key, newSalt });

const randomSalt = (): string => randomBytes(16).toString('base64url');

/** However many people: a contact without a guard never said anything. */
export async function readGuards(
  engine: Pick<Engine, 'getMany'>,
  contactIds: readonly ContactId[],
): Promise<Map<ContactId, GuardRow>> {
  const ids = [...new Set(contactIds)];
  if (ids.length === 0) return new Map();
  return new Map((await engine.getMany(consentGuards, ids)).map((row) => [row.id, row]));
}

export const stateOf = (guard: GuardRow | undefined): ConsentState =>
  guard ? { topics: guard.topics, stoppedAll: guard.stoppedAll, lastStop: guard.lastStop } : NOTHING_SAID;

/** A send was decided on what the guard says, or on there being none: it writes it in the same commit, so that a stop that comes
 *  meanwhile conflicts with it (DESIGN §2). */
export const sendOp = (contactId: ContactId, guard: GuardRow | undefined): Op =>
  guard
    ? set(consentGuards, guard.id, { version: guard.version + 1 }, { version: guard.version })
    : insert(consentGuards, { ...newGuard(contactId), sealed: true }); // there is no head to seal yet

const SERVICE_MS = 30 * 24 * 3_600_000;
/** Of more open cases and call-backs the oldest are forgotten. */
const MAX_OPEN = 50;

export class Chain {
  readonly #ledger: Ledger;
  readonly #before: GuardRow | undefined;
  readonly #entries: LedgerRow[] = [];
  #guard: GuardRow;

  constructor(ledger: Ledger, contactId: ContactId, guard: GuardRow | undefined) {
    this.#ledger = ledger;
    this.#before = guard;
    this.#guard = guard ?? newGuard(contactId);
  }

  get guard(): GuardRow {
    return this.#guard;
  }

  /** Enters what was said, unless it is known: what changes nothing, but for a consent that a later stop outweighs. @returns whether the
   *  state is another one now */
  say({ act, topic, at, evidence }: Statement): boolean {
    const state = stateOf(this.#guard);
    const meant = actOf({ act, topic, at }, evidence);
    const counts = changes(state, meant);
    if (!counts && act !== 'reason' && !isOutweighed(state, act, topic, evidence)) return false;
    this.#grow({ act, topic, at, otherHead: null }, evidence, applyAct(state, meant));
    return counts;
  }

  /** A case or a call-back is open: `service` lasts as long. */
  openService(id: string): void {
    const open = [...this.#guard.serviceOpen.filter((one) => one !== id), id].slice(-MAX_OPEN);
    this.#guard = { ...this.#guard, serviceOpen: open };
  }

  closeService(id: string, at: number): void {
    if (!this.#guard.serviceOpen.includes(id)) return;
    const until = Math.max(this.#guard.serviceUntil ?? 0, at + SERVICE_MS);
    const open = this.#guard.serviceOpen.filter((one) => one !== id);
    this.#guard = { ...this.#guard, serviceOpen: open, serviceUntil: until };
  }

  erase(at: number): void {
    const state = applyAct(stateOf(this.#guard), { act: 'erased', at });
    this.#grow({ act: 'erased', topic: null, at, otherHead: null }, { channel: 'system', recordedAt: at }, state);
    this.#guard = { ...this.#guard, serviceOpen: [], serviceUntil: null };
  }

  /** The other person is this one: its chain ends, each names the other's head, the strictest state goes on here. */
  merge(loser: Chain, at: number): void {
    const [ours, theirs] = [this.#guard, loser.#guard];
    const evidence = { channel: 'system', recordedAt: at } as const;
    const act = { act: 'merged', topic: null, at } as const;
    const state = applyAct(stateOf(ours), { act: 'merged', at, other: stateOf(theirs) });
    this.#grow({ ...act, otherHead: theirs.head }, { ...evidence, other: theirs.id, closes: false }, state);
    loser.#grow({ ...act, otherHead: ours.head }, { ...evidence, other: ours.id, closes: true }, stateOf(theirs));
    const until = [ours.serviceUntil, theirs.serviceUntil].filter((time) => time !== null);
    this.#guard = {
      ...this.#guard,
      serviceOpen: [...new Set([...theirs.serviceOpen, ...ours.serviceOpen])].slice(-MAX_OPEN),
      serviceUntil: until.length === 0 ? null : Math.max(...until),
    };
    loser.#guard = { ...loser.#guard, serviceOpen: [], serviceUntil: null, mergedInto: ours.id };
  }

  /** The entries and one write of the guard; none when nothing was said. */
  ops(): Op[] {
    const before = this.#before;
    if (this.#guard === before || (!before && this.#guard.seq === 0)) return [];
    const entries = this.#entries.map((row) => insert(consentLedger, row));
    if (!before) return [...entries, insert(consentGuards, this.#guard)];
    const { id, ...patch } = { ...this.#guard, version: before.version + 1 };
    return [...entries, set(consentGuards, id, patch, { version: before.version })];
  }

  #grow(
    entry: Pick<LedgerRow, 'act' | 'topic' | 'at' | 'otherHead'>,
    evidence: Evidence,
    { topics, stoppedAll, lastStop }: ConsentState,
  ): void {
    const { id: contactId, seq: last, head: previous, mergedInto } = this.#guard;
    if (mergedInto !== null) throw new Error('the chain is closed: the person goes on under another id');
    const seq = last + 1;
    const row = makeEntry(this.#ledger.key, this.#ledger.newSalt(), { contactId, seq, previous, ...entry }, evidence);
    this.#entries.push(row);
    this.#guard = { ...this.#guard, topics, stoppedAll, lastStop, seq, head: row.hash, sealed: false };
  }
}

/** A consent that was really given, and that a stop outweighs: it is recorded all the same. */
const isOutweighed = (
  { topics }: ConsentState,
  act: Statement['act'],
  topic: Topic | null,
  { channel, undo }: Evidence,
): boolean => act === 'optIn' && topic !== null && !undo && channel !== 'whatsapp' && topics[topic].state === 'out';

const newGuard = (contactId: ContactId): GuardRow => ({
  id: contactId,
  contactId,
  ...NOTHING_SAID,
  serviceOpen: [],
  serviceUntil: null,
  head: '',
  seq: 0,
  mergedInto: null,
  sealed: false,
  version: 1,
});
