import type { Clock } from '../clock.js';
import type { Engine, Patch } from '../storage/engine.js';
import type { Announcements } from './announcements.js';
import type { Ready } from './calls.js';
import { inHand } from './claims.js';
import { consentFacts, dependsOn } from './consent-facts.js';
import { gateOf, type Gate } from './gate.js';
import { isHeldReason, type Limits, type NumberLimits } from './limits.js';
import { hasStatus, type OutboxRow } from './outbox-table.js';
import { recipientsOf } from './recipients.js';
import { saidAlready } from './said-already.js';
import { gone } from './settlement.js';

/** What is asked of every message right before it leaves: who it is for by now, whether they still want it, whether the notices have taken
 *  it back, and what the platform's limits say. Reads; what comes of it is written by the dispatcher. */

export type LastQuestionsDeps = {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly announcements: Announcements;
};

export type Answers = {
  readonly ready: readonly Ready[];
  /** To be asked again then, by the row's id. */
  readonly held: ReadonlyMap<string, Held>;
  /** They shall not leave, or have left already. */
  readonly over: readonly Patch<OutboxRow>[];
  /** Some are of announcements that began, or were paused, since the last look: how those stand has to be read anew. */
  readonly isBehind: boolean;
};

export type Held = { readonly dueAt: number; readonly reason: string | undefined };

/** @throws StoreUnavailable */
export async function askOnceMore(
  { engine, clock, limits, announcements }: LastQuestionsDeps,
  rows: readonly OutboxRow[],
  number: NumberLimits,
): Promise<Answers> {
  const people = await recipientsOf(engine, rows);
  const consents = await consentFacts(engine, rows, people);
  const judge = await limits.look(rows, people, number);
  const twice = await saidAlready(engine, rows, people);
  const ready: Ready[] = [];
  const held = new Map<string, Held>();
  const over: Patch<OutboxRow>[] = [];
  let isBehind = false;
  for (const row of rows) {
    const contact = people.get(row.contactId);
    const consent = consents.get(row.id);
    if (announcements.standing(row).kind === 'waits') {
      isBehind = true;
      held.set(row.id, { dueAt: clock.now(), reason: undefined });
      continue;
    }
    let gate = takenBack(announcements, row, twice) ?? gateOf(row, contact, clock.now(), consent);
    if (contact && gate.kind === 'leaves') {
      const verdict = judge(row);
      if (verdict.kind === 'leaves') {
        const depends = consent ? [dependsOn(consent, contact)] : [];
        const together = verdict.op ? [...depends, verdict.op] : depends;
        ready.push({ row, to: gate.to, contact, together, ...(verdict.content && { content: verdict.content }) });
        continue;
      }
      if (verdict.kind === 'later') {
        held.set(row.id, verdict);
        continue;
      }
      gate = verdict;
    }
    if (gate.kind !== 'leaves') over.push({ id: row.id, set: endOf(gate, clock.now()), when: inHand(row) });
  }
  return { ready, held, over, isBehind };
}

/** What the notices have taken back, or the person has had. */
function takenBack(announcements: Announcements, row: OutboxRow, twice: ReadonlySet<string>): Gate | undefined {
  if (row.announcementId === null || hasStatus(row)) return undefined;
  if (twice.has(row.id)) return { kind: 'refused', reason: 'merged' };
  const standing = announcements.standing(row);
  if (standing.kind !== 'refused') return undefined;
  return standing.reason === 'tooLate' && isHeldReason(row.reason) ? { ...standing, reason: row.reason } : standing;
}

const endOf = (gate: Exclude<Gate, { kind: 'leaves' }>, now: number): Partial<OutboxRow> =>
  gate.kind === 'hasLeft'
    ? gone(now)
    : { state: 'rejected', active: false, settledAt: now, reason: gate.reason, errorCode: null };
