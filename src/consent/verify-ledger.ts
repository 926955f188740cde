import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContactId } from '../contacts/identity.js';
import type { Query, Where } from '../storage/engine.js';
import type { AnyRow, Table } from '../storage/table.js';
import { applyAct, NOTHING_SAID, type ConsentState } from './consent.js';
import {
  consentGuards,
  consentLedger,
  ledgerSeals,
  type GuardRow,
  type LedgerRow,
  type SealRow,
} from './consent-tables.js';
import {
  actOf,
  commitmentOf,
  entryHash,
  entryId,
  evidenceOf,
  sealHash,
  sealId,
  type Evidence,
} from './ledger-entry.js';
import { stateOf } from './ledger.js';

/** Checks the whole ledger: every entry's hash and evidence, every chain from its first entry to the head that stands in the guard, what
 *  the entries come to against what the guard says, and every seal. Reads alone; beside a running server a person who is just being
 *  written is looked at again before anything is said of them. */

export type LedgerReader = {
  getMany<Row extends AnyRow>(table: Table<Row>, ids: readonly string[]): Promise<Row[]>;
  find<Row extends AnyRow>(table: Table<Row>, query: Query<Row>): Promise<Row[]>;
};

export type Verdict = {
  readonly people: number;
  readonly entries: number;
  readonly seals: number;
  readonly lastSealAt: number | undefined;
  /** What is wrong, a line each; at most `MAX_FAULTS` of them. */
  readonly faults: readonly string[];
};

export const MAX_FAULTS = 100;
const PAGE = 250;
const LOOKS = 3;
const LOOK_AGAIN_MS = 200;
const MAX_MERGES = 20;

export async function verifyLedger(reader: LedgerReader, key: Buffer, lookAgainMs = LOOK_AGAIN_MS): Promise<Verdict> {
  const faults: string[] = [];
  let people = 0;
  let entries = 0;
  for await (const page of pages(reader, consentGuards, PAGE)) {
    people += page.length;
    // What somebody writes at this moment is no damage: whoever seems damaged is read again.
    let asked = page.map(({ id }) => id);
    for (let look = 1; look <= LOOKS && asked.length > 0; look += 1) {
      if (look > 1) await sleep(lookAgainMs);
      const damaged: ContactId[] = [];
      for (const id of asked) {
        const found = await lookAt(reader, key, id);
        if (look === 1) entries += found.entries;
        if (found.faults.length > 0) damaged.push(id);
        if (look === LOOKS) faults.push(...found.faults);
      }
      asked = damaged;
    }
    if (faults.length >= MAX_FAULTS) break;
  }
  faults.push(...(await strangers(reader)));
  const seals = await verifySeals(reader, key);
  faults.push(...seals.faults);
  return { people, entries, seals: seals.count, lastSealAt: seals.lastAt, faults: faults.slice(0, MAX_FAULTS) };
}

async function* pages<Row extends AnyRow>(
  reader: LedgerReader,
  table: Table<Row>,
  size: number,
): AsyncGenerator<readonly Row[]> {
  for (let after: Row['id'] | undefined; ;) {
    const where = (after === undefined ? {} : { id: { gt: after } }) as Where<Row>;
    const page = await reader.find(table, { where, orderBy: [['id', 'asc']], limit: size });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1)?.id;
  }
}

async function lookAt(
  reader: LedgerReader,
  key: Buffer,
  id: ContactId,
): Promise<{ readonly entries: number; readonly faults: readonly string[] }> {
  const [guard] = await reader.getMany(consentGuards, [id]);
  const rows = await chainOf(reader, id);
  return {
    entries: rows.length,
    faults: guard ? await faultsOf(reader, key, guard, rows) : [`${id}: the guard is missing`],
  };
}

async function chainOf(reader: LedgerReader, contactId: ContactId): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (let after = -Infinity; ;) {
    const seq = after === -Infinity ? {} : { seq: { gt: after } };
    const where = { contactId, ...seq };
    const page = await reader.find(consentLedger, { where, orderBy: [['seq', 'asc']], limit: PAGE });
    rows.push(...page);
    if (page.length < PAGE) return rows;
    after = page.at(-1)?.seq ?? 0;
  }
}

async function faultsOf(
  reader: LedgerReader,
  key: Buffer,
  guard: GuardRow,
  rows: readonly LedgerRow[],
): Promise<string[]> {
  const isErasedElsewhere = guard.mergedInto !== null && (await isErased(reader, guard.mergedInto));
  const faults = chainFaults(key, guard.id, rows, isErasedElsewhere);
  const say = (what: string) => faults.push(`${guard.id}: ${what}`);
  if (guard.contactId !== guard.id) say('the guard is not this person’s');
  const last = rows.at(-1);
  if ((last?.seq ?? 0) < guard.seq) say(`entries after ${last?.seq ?? 0} are missing, there were ${guard.seq}`);
  else if ((last?.seq ?? 0) > guard.seq) say(`there are entries after the last one, ${guard.seq}`);
  else if ((last?.hash ?? '') !== guard.head) say('the last entry is not the one that the guard names');
  if (faults.length > 0) return faults;
  if (guard.mergedInto !== closedInto(last, guard)) say('the guard says something else than the end of the chain');
  const replayed = await replay(reader, key, rows);
  if (replayed === 'unknownHead') say('it names the head of another chain that is not there');
  else if (replayed && !isDeepStrictEqual(plain(replayed), plain(stateOf(guard))))
    say('the guard says something else than the entries');
  return faults;
}

/** Whom the chain goes on as; an erasure leaves only the guard's word for it. */
function closedInto(last: LedgerRow | undefined, guard: GuardRow): ContactId | null {
  if (last?.act !== 'merged') return null;
  const evidence = evidenceOf(last);
  if (!evidence) return guard.mergedInto;
  return evidence.closes ? (evidence.other ?? null) : null;
}

const plain = (state: ConsentState): unknown => JSON.parse(JSON.stringify(state));

/** Whether the person, after all merges, was ever erased. */
async function isErased(reader: LedgerReader, contactId: ContactId): Promise<boolean> {
  let id: ContactId | null = contactId;
  for (let merges = 0; id !== null && merges < MAX_MERGES; merges += 1) {
    const guards: GuardRow[] = await reader.getMany(consentGuards, [id]);
    const next: ContactId | null = guards[0]?.mergedInto ?? null;
    if (next === null) return (await chainOf(reader, id)).some((row) => row.act === 'erased');
    id = next;
  }
  return false;
}

function chainFaults(
  key: Buffer,
  contactId: ContactId,
  rows: readonly LedgerRow[],
  isErasedElsewhere: boolean,
): string[] {
  const faults: string[] = [];
  const lastErased = rows.findLastIndex((row) => row.act === 'erased');
  let previous = '';
  rows.forEach((row, index) => {
    const say = (what: string) => faults.push(`${contactId}: entry ${row.seq}: ${what}`);
    const { salt, evidence } = row;
    if (row.seq !== index + 1) say(`entry ${index + 1} was expected`);
    else if (row.id !== entryId(contactId, row.seq)) say('its id is another entry’s');
    if (row.previous !== previous) say('it does not follow the entry before it');
    if (entryHash(key, row) !== row.hash) say('it was altered');
    if ((salt === null) !== (evidence === null)) say('half of its evidence is missing');
    else if (salt !== null && evidence !== null && commitmentOf(salt, evidence) !== row.commitment)
      say('its evidence was altered');
    else if (evidence === null && index > lastErased && !isErasedElsewhere)
      say('its evidence is missing, and nobody was erased');
    previous = row.hash;
  });
  return faults;
}

/** What the entries come to; an erasure begins anew. Undefined where it has taken the evidence that would tell. */
async function replay(
  reader: LedgerReader,
  key: Buffer,
  rows: readonly LedgerRow[],
  depth = 0,
): Promise<ConsentState | 'unknownHead' | undefined> {
  let state = NOTHING_SAID;
  for (const row of rows.slice(
    Math.max(
      0,
      rows.findLastIndex(({ act }) => act === 'erased'),
    ),
  )) {
    const evidence = row.act === 'erased' ? ({ channel: 'system', recordedAt: row.at } as const) : evidenceOf(row);
    if (!evidence) return undefined;
    const other = await otherState(reader, key, row, evidence, depth);
    if (other === 'unknownHead' || other === 'untold') return other === 'untold' ? undefined : other;
    state = applyAct(state, actOf(row, evidence, other));
  }
  return state;
}

async function otherState(
  reader: LedgerReader,
  key: Buffer,
  row: LedgerRow,
  evidence: Evidence,
  depth: number,
): Promise<ConsentState | 'unknownHead' | 'untold' | undefined> {
  if (row.act !== 'merged' || !evidence.other) return undefined;
  if (row.otherHead === '') return NOTHING_SAID;
  const theirs = await chainOf(reader, evidence.other);
  const until = theirs.findIndex((entry) => entry.hash === row.otherHead);
  if (until < 0 || depth > MAX_MERGES) return 'unknownHead';
  // What the other chain came to counts only where it was taken over; a damaged one says so itself.
  if (evidence.closes) return NOTHING_SAID;
  if (chainFaults(key, evidence.other, theirs, true).length > 0) return 'untold';
  return (await replay(reader, key, theirs.slice(0, until + 1), depth + 1)) ?? 'untold';
}

/** Entries of people who have no guard. */
async function strangers(reader: LedgerReader): Promise<string[]> {
  const faults: string[] = [];
  const known = new Set<string>();
  for await (const page of pages(reader, consentLedger, PAGE)) {
    const asked = [...new Set(page.map((row) => row.contactId))].filter((id) => !known.has(id));
    known.clear();
    const found = new Set((await reader.getMany(consentGuards, asked)).map((guard) => guard.id));
    for (const id of asked) if (!found.has(id)) faults.push(`${id}: there are entries and no guard`);
    const last = page.at(-1)?.contactId;
    if (last !== undefined) known.add(last);
    if (faults.length >= MAX_FAULTS) break;
  }
  return faults;
}

async function verifySeals(
  reader: LedgerReader,
  key: Buffer,
): Promise<{ readonly count: number; readonly lastAt: number | undefined; readonly faults: string[] }> {
  const faults: string[] = [];
  let previous = '';
  let count = 0;
  let lastAt: number | undefined;
  for await (const page of pages(reader, ledgerSeals, 20)) {
    for (const seal of page) {
      count += 1;
      lastAt = seal.at;
      const say = (what: string) => faults.push(`seal ${seal.number}: ${what}`);
      if (seal.number !== count || seal.id !== sealId(count)) say(`seal ${count} was expected`);
      if (seal.previous !== previous) say('it does not follow the seal before it');
      const isWhole = Array.isArray(seal.heads) && sealHash(key, seal) === seal.hash;
      if (isWhole) faults.push(...(await missingHeads(reader, seal)));
      else say('it was altered');
      previous = seal.hash;
      if (faults.length >= MAX_FAULTS) return { count, lastAt, faults };
    }
  }
  return { count, lastAt, faults };
}

/** Every head that was ever sealed is an entry still. */
async function missingHeads(reader: LedgerReader, { number, heads }: SealRow): Promise<string[]> {
  const ids = heads.map(([contactId, seq]) => entryId(contactId, seq));
  const hashes = new Map<string, string>();
  for (let start = 0; start < ids.length; start += PAGE)
    for (const row of await reader.getMany(consentLedger, ids.slice(start, start + PAGE))) hashes.set(row.id, row.hash);
  return heads
    .filter(([contactId, seq, head]) => hashes.get(entryId(contactId, seq)) !== head)
    .map(([contactId, seq]) => `${contactId}: entry ${seq} stands in seal ${number}, and it is not there any more`);
}
