import type { Clock } from '../clock.js';
import { mergeConsentOps } from '../consent/consent-ops.js';
import { readGuards } from '../consent/ledger.js';
import { contacts, identities } from '../contacts/contact-tables.js';
import type { PersonKey } from '../contacts/identity.js';
import { mergeOps } from '../contacts/merge.js';
import { partitionOf } from '../contacts/person-key.js';
import { outbox } from '../delivery/outbox-table.js';
import { conversations } from '../messages/message-tables.js';
import { set, SLICE, type Engine, type Op } from '../storage/engine.js';
import { decideTurn, type Decision, type TurnDeps } from './decide-turn.js';
import { inbox, type InboxRow } from './inbox-tables.js';
import { loadFacts, type BatchFacts, type Waiting } from './turn-facts.js';

/** One turn, from what waits to what is committed. Whoever meets a conflict reads again and decides anew. A turn that fails is tried with
 *  half of its rows until one alone is to blame: that one is tried again a limited number of times with growing pauses, then set aside
 *  as dead with its reason. A store that is out is nobody's fault. */

export type RunDeps = TurnDeps & {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: TurnLog;
  /** A reply of the person's was queued. */
  readonly onReply: (personKey: PersonKey, outboxId: string) => void;
  /** The person's failing row is not to be tried before. */
  readonly onRest: (personKey: PersonKey, until: number) => void;
  readonly onPoint?: (point: string) => void;
};

export type TurnLog = {
  warn(event: string, fields: Record<string, string | number>): void;
  error(event: string, fields: Record<string, string | number>): void;
};

type Rows = readonly [Waiting, ...Waiting[]];

const CONFLICT_TRIES = 6;
const MAX_TRIES = 5;
const RETRY_BASE_MS = 500;

/** @param facts as they were read for a batch of persons; read for this one when absent, or when they do not hold
 *  @throws StoreUnavailable */
export async function runTurn(deps: RunDeps, key: PersonKey, rows: Rows, facts: BatchFacts | undefined): Promise<void> {
  let tried = rows;
  let known = facts;
  for (;;) {
    try {
      return await decideAndCarryOut(deps, key, tried, known);
    } catch (error) {
      if (isStoreOut(error)) throw error;
      if (tried.length === 1) return blame(deps, key, tried[0].row, error);
      const [first, ...others] = tried.slice(0, Math.ceil(tried.length / 2));
      tried = first ? [first, ...others] : [tried[0]];
      known = undefined;
    }
  }
}

export const isStoreOut = (error: unknown): boolean => error instanceof Error && error.name === 'StoreUnavailable';

async function decideAndCarryOut(
  deps: RunDeps,
  key: PersonKey,
  rows: Rows,
  facts: BatchFacts | undefined,
): Promise<void> {
  let waiting: Rows = rows;
  let known = facts ?? (await loadFacts(deps.engine, new Map([[key, rows]])));
  let keyTaken = false;
  for (let attempt = 1; attempt <= CONFLICT_TRIES; attempt += 1) {
    const decision = decideTurn(deps, key, waiting, known, deps.clock.now(), keyTaken);
    if (await carryOut(deps, key, decision)) return;
    // Somebody changed what the decision stood on, or two people became one.
    const left = await stillWaiting(deps.engine, key, waiting);
    const [first, ...others] = left;
    if (!first) return;
    waiting = [first, ...others];
    known = await loadFacts(deps.engine, new Map([[key, waiting]]));
    keyTaken ||=
      decision.kind === 'commit' &&
      decision.born !== undefined &&
      (await isTaken(deps.engine, decision.born.personKey));
  }
  throw new EndlessConflict();
}

/** Others change what a decision stands on faster than it is made. */
class EndlessConflict extends Error {
  override readonly name = 'EndlessConflict';
}

/** What another process has not handled meanwhile, nor a merge taken to another key. */
async function stillWaiting(engine: Engine, key: PersonKey, rows: Rows): Promise<Waiting[]> {
  const found = await engine.getMany(
    inbox,
    rows.map(({ row }) => row.id),
  );
  const waiting = new Set(found.filter((row) => row.state === 'waiting' && row.personKey === key).map((row) => row.id));
  return rows.filter(({ row }) => waiting.has(row.id));
}

async function isTaken(engine: Engine, personKey: PersonKey): Promise<boolean> {
  return (await engine.count(contacts, { personKey })) > 0;
}

/** @returns false when it has to be decided again */
async function carryOut(deps: RunDeps, key: PersonKey, decision: Decision): Promise<boolean> {
  const { engine } = deps;
  switch (decision.kind) {
    case 'rekey':
      await engine.commit(
        decision.rows.map(({ row }) => movedOp(row, decision.personKey)),
        key,
      );
      return true;
    case 'rest':
      deps.onRest(key, decision.until);
      return true;
    case 'merge':
      await merge(deps, decision);
      return false;
    case 'commit':
      deps.onPoint?.('before-turn-commit');
      if ((await engine.commit(decision.ops, decision.personKey)) === 'conflict') return false;
      if (decision.awaits) deps.onReply(decision.personKey, decision.awaits);
      return true;
  }
}

const movedOp = (row: InboxRow, personKey: PersonKey): Op =>
  set(inbox, row.id, { personKey, partition: partitionOf(personKey) }, { state: 'waiting' }, 'skip');

/** One commit; of more than a slice the rest of the rows finds its way through the alias. */
async function merge(
  { engine, ledger }: RunDeps,
  { survivor, loser, at }: Extract<Decision, { kind: 'merge' }>,
): Promise<void> {
  const { personKey } = survivor;
  const [guards, loserIdentities, rows, waiting, unsent] = await Promise.all([
    readGuards(engine, [survivor.id, loser.id]),
    engine.find(identities, { where: { contactId: loser.id }, orderBy: [['former', 'asc']], limit: SLICE }),
    engine.find(conversations, { where: { personKey: { in: [personKey, loser.personKey] } }, limit: SLICE }),
    engine.find(inbox, { where: { state: 'waiting', personKey: loser.personKey }, limit: SLICE }),
    engine.find(outbox, { where: { contactId: loser.id, active: true }, limit: SLICE }),
  ]);
  await engine.commit(
    [
      ...mergeOps({ survivor, loser, loserIdentities, conversations: rows, at }),
      ...mergeConsentOps(ledger, guards, { survivor: survivor.id, loser: loser.id }, at),
      ...waiting.map((row) => movedOp(row, personKey)),
      ...unsent.map((row) => set(outbox, row.id, { personKey, contactId: survivor.id }, { active: true }, 'skip')),
    ],
    personKey,
  );
}

async function blame(deps: RunDeps, key: PersonKey, row: InboxRow, error: unknown): Promise<void> {
  const tries = row.tries + 1;
  if (tries >= MAX_TRIES) return bury(deps, row, nameOf(error), tries);
  deps.log.warn('turn.failed', { row: row.id, tries, error: nameOf(error) });
  const notBefore = deps.clock.now() + RETRY_BASE_MS * 2 ** tries;
  deps.onRest(key, notBefore);
  await deps.engine.patchMany(inbox, [{ id: row.id, set: { tries, notBefore }, when: { state: 'waiting' } }]);
}

/** Sets an update aside; a person must look at it. */
export async function bury(
  { engine, log }: Pick<RunDeps, 'engine' | 'log'>,
  row: InboxRow,
  reason: string,
  tries: number,
): Promise<void> {
  const patch = { id: row.id, set: { state: 'dead', reason, tries }, when: { state: 'waiting' } } as const;
  if ((await engine.patchMany(inbox, [patch])).length > 0) log.error('update.dead', { row: row.id, reason, tries });
}

/** The kind of an error, never its words: they may quote the message. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
