import type { PersonKey } from '../contacts/identity.js';
import { PRIORITIES, type OutboxRow } from './outbox-table.js';

/** Which of the claimed rows leave next: one a person, replies before notices, each person's in their order, as far as the rates allow.
 *  Pure. */
export type ChoiceFacts = {
  /** How many may leave now, and how many of them may be notices. */
  readonly limit: number;
  readonly noticeLimit: number;
  readonly now: number;
  /** A message of theirs is in the air. */
  readonly isBusy: (person: PersonKey) => boolean;
  /** By the pair rate; ms. */
  readonly waitMs: (person: PersonKey, reserved: boolean) => number;
  /** An earlier reply of theirs waits until then. */
  readonly heldUntil: (person: PersonKey) => number;
};

export type Choice = {
  readonly chosen: readonly OutboxRow[];
  /** Stay in hand. */
  readonly kept: readonly OutboxRow[];
  /** Go back to the queue: the person has to wait. */
  readonly deferred: readonly { readonly row: OutboxRow; readonly dueAt: number }[];
};

export function choose(rows: readonly OutboxRow[], facts: ChoiceFacts): Choice {
  const chosen: OutboxRow[] = [];
  const kept: OutboxRow[] = [];
  const deferred: { row: OutboxRow; dueAt: number }[] = [];
  let noticesLeft = facts.noticeLimit;
  for (const [person, theirs] of byPerson(rows)) {
    if (chosen.length >= facts.limit || facts.isBusy(person)) {
      kept.push(...theirs);
      continue;
    }
    const due = dueTimes(person, theirs, facts);
    const isDue = (row: OutboxRow) => (due.get(row) ?? 0) <= facts.now;
    const next = theirs.find((row, index) => isDue(row) && (index === 0 || isReserved(row)));
    const isLeaving = next !== undefined && (!isNotice(next) || noticesLeft > 0);
    if (isLeaving) chosen.push(next);
    if (isLeaving && isNotice(next)) noticesLeft -= 1;
    for (const row of theirs) {
      if (isLeaving && row === next) continue;
      if (isDue(row)) kept.push(row);
      else deferred.push({ row, dueAt: due.get(row) ?? facts.now });
    }
  }
  return { chosen, kept, deferred };
}

export const isNotice = (row: Pick<OutboxRow, 'priority'>): boolean => row.priority >= PRIORITIES.notice;

const isReserved = (row: OutboxRow): boolean => row.priority === PRIORITIES.reserved;

/** When each row of a person may leave. A person's next row is the oldest reply, else the oldest notice; but where the ordinary burst is
 *  used up, a reserved reply (a stop's confirmation, a human) may leave before ordinary ones that wait: that is what the reserve is
 *  for. */
function dueTimes(person: PersonKey, theirs: readonly OutboxRow[], facts: ChoiceFacts): Map<OutboxRow, number> {
  const ordinary = facts.now + facts.waitMs(person, false);
  const reserved = facts.now + facts.waitMs(person, true);
  const reply = Math.max(ordinary, facts.heldUntil(person));
  return new Map(theirs.map((row) => [row, isReserved(row) ? reserved : isNotice(row) ? ordinary : reply]));
}

/** Persons in the order of their most urgent row; each one's rows: replies by age, then notices by age. */
function byPerson(rows: readonly OutboxRow[]): Map<PersonKey, OutboxRow[]> {
  const persons = new Map<PersonKey, OutboxRow[]>();
  for (const row of [...rows].sort((one, other) => one.priority - other.priority || byAge(one, other))) {
    const theirs = persons.get(row.personKey);
    if (theirs) theirs.push(row);
    else persons.set(row.personKey, [row]);
  }
  for (const theirs of persons.values())
    if (theirs.length > 1)
      theirs.sort((one, other) => Number(isNotice(one)) - Number(isNotice(other)) || byAge(one, other));
  return persons;
}

const byAge = (one: OutboxRow, other: OutboxRow): number => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
