import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnyRow, Column } from '../storage/table.js';
import { consentGuards, consentLedger, ledgerSeals, type SealedHead } from './consent-tables.js';
import { anyStatement, LEDGER_KEY, MemoryLedger, NOON, person, said } from './ledger.fixture.js';
import { sealHash, sealId } from './ledger-entry.js';
import { verifyLedger } from './verify-ledger.js';

const [ann, bob, cid] = [person('ann'), person('bob'), person('cid')];

const check = (ledger: MemoryLedger) => verifyLedger(ledger.reader(), LEDGER_KEY, 0);
const faults = async (ledger: MemoryLedger) => (await check(ledger)).faults;

/** Three people of whom two became one and one was erased. */
function someLedger(): MemoryLedger {
  const ledger = new MemoryLedger();
  ledger.say(ann, said('optIn', 'news', NOON), said('optIn', 'offers', NOON), said('optOut', 'news', NOON + 1));
  ledger.say(bob, said('optIn', 'maintenance', NOON, 'import', { source: 'a list' }));
  ledger.say(cid, said('optIn', 'news', NOON), said('optIn', 'offers', NOON + 4));
  const [survivor, loser] = [ledger.chain(ann), ledger.chain(bob)];
  survivor.merge(loser, NOON + 2);
  ledger.write(survivor, loser);
  ledger.say(ann, said('optOut', null, NOON + 3));
  seal(ledger);
  return ledger;
}

function seal(ledger: MemoryLedger): void {
  const seals = ledger.of(ledgerSeals);
  const heads = ledger.of(consentGuards).map((guard): SealedHead => [guard.id, guard.seq, guard.head]);
  const row = { number: seals.length + 1, at: NOON, previous: seals.at(-1)?.hash ?? '', heads };
  seals.push({ ...row, id: sealId(row.number), hash: sealHash(LEDGER_KEY, row) });
}

function erase(ledger: MemoryLedger): void {
  const chain = ledger.chain(cid);
  chain.erase(NOON + 9);
  ledger.write(chain);
  const rows = ledger.of(consentLedger);
  rows.forEach((row, index) => {
    if (row.contactId === cid) rows[index] = { ...row, salt: null, evidence: null };
  });
}

/** Whether a store would take it. */
function isStorable(columns: Readonly<Record<string, Column>>, name: string, value: unknown): boolean {
  const column = columns[name];
  if (value === null) return column?.optional === true;
  if (column?.type === 'json') return true;
  return typeof value === (column?.type === 'text' ? 'string' : 'number');
}

describe('the check of the ledger', function () {
  this.timeout(60_000);

  it('finds nothing wrong with a ledger of acts, merges and erasures', async () => {
    const ledger = someLedger();
    erase(ledger);
    assert.deepEqual(await check(ledger), { people: 3, entries: 10, seals: 1, lastSealAt: NOON, faults: [] });
  });

  it('finds an entry that was removed, the first, the last and any other', async () => {
    for (let index = 0; index < 9; index += 1) {
      const ledger = someLedger();
      ledger.of(consentLedger).splice(index, 1);
      assert.notDeepEqual(await faults(ledger), [], `entry ${index}`);
    }
  });

  it('finds entries that changed places, and one that was added', async () => {
    const swapped = someLedger();
    const rows = swapped.of(consentLedger);
    const [one, other] = [rows[0], rows[1]];
    assert.ok(one && other);
    rows[0] = { ...other, id: one.id, seq: one.seq };
    rows[1] = { ...one, id: other.id, seq: other.seq };
    assert.notDeepEqual(await faults(swapped), []);
    const added = someLedger();
    const copy = added.of(consentLedger).find((row) => row.contactId === cid);
    assert.ok(copy);
    added.of(consentLedger).push({ ...copy, id: 'cid:00000003', seq: 3 });
    assert.notDeepEqual(await faults(added), []);
    const stranger = someLedger();
    stranger.of(consentLedger).push({ ...copy, id: 'dan:00000001', contactId: person('dan') });
    assert.match(String(await faults(stranger)), /dan: there are entries and no guard/);
  });

  it('finds a person who is missing with their guard from the seal on, and a cut tail with a mended guard', async () => {
    const gone = someLedger();
    for (const table of [consentLedger, consentGuards]) {
      const rows = gone.of(table as typeof consentLedger);
      rows.splice(0, rows.length, ...rows.filter((row) => row.contactId !== cid));
    }
    assert.match(String(await faults(gone)), /cid: entry 2 stands in seal 1/);
    const cut = someLedger();
    cut.of(consentLedger).splice(
      cut.of(consentLedger).findLastIndex((row) => row.contactId === cid),
      1,
    );
    const guards = cut.of(consentGuards);
    const index = guards.findIndex((row) => row.id === cid);
    const last = cut.of(consentLedger).findLast((row) => row.contactId === cid);
    guards[index] = { ...guards[index], seq: 1, head: last?.hash ?? '' } as never;
    assert.notDeepEqual(await faults(cut), []);
  });

  it('finds evidence that is gone though nobody was erased', async () => {
    const ledger = someLedger();
    const rows = ledger.of(consentLedger);
    rows.forEach((row, index) => {
      if (row.contactId === bob) rows[index] = { ...row, salt: null, evidence: null };
    });
    assert.match(String(await faults(ledger)), /bob: entry 1: its evidence is missing/);
  });

  it('finds a guard that says something else than the entries', async () => {
    const ledger = someLedger();
    const guards = ledger.of(consentGuards);
    const index = guards.findIndex((row) => row.id === ann);
    const topics = { ...guards[index]?.topics, news: { state: 'in', since: NOON, by: 'person' } };
    guards[index] = { ...guards[index], topics } as never;
    assert.match(String(await faults(ledger)), /ann: the guard says something else/);
  });

  it('finds every single change of any field of any row', async () => {
    const fields = {
      consentLedger: Object.keys(consentLedger.columns),
      consentGuards: ['id', 'contactId', 'topics', 'stoppedAll', 'lastStop', 'head', 'seq', 'mergedInto'],
      ledgerSeals: Object.keys(ledgerSeals.columns),
    };
    const anything = fc.oneof(
      fc.constantFrom<unknown>(null, '', 'x', 0, 1, 2, 'optIn', 'optOut', 'erased', 'merged', 'news', 'ann', 'bob', []),
      fc.integer(),
      fc.string(),
    );
    const change = fc.record({
      table: fc.constantFrom(consentLedger, consentGuards, ledgerSeals),
      index: fc.nat({ max: 40 }),
      field: fc.nat({ max: 20 }),
      value: anything,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStatement, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 }),
        change,
        async (statements, who, { table, index, field, value }) => {
          const ledger = someLedger();
          // Bob goes on as Ann.
          statements.forEach((statement, n) => ledger.say([ann, cid, person('eve')][who[n] ?? 0] ?? ann, statement));
          erase(ledger);
          seal(ledger);
          assert.deepEqual(await faults(ledger), []);
          const rows = ledger.rows.get(table.name) ?? [];
          const row = rows[index % rows.length] as AnyRow & Record<string, unknown>;
          const names = fields[table.name as keyof typeof fields];
          const name = names[field % names.length] ?? 'id';
          if (JSON.stringify(row[name]) === JSON.stringify(value) || !isStorable(table.columns, name, value)) return;
          rows[index % rows.length] = { ...row, [name]: value };
          assert.notDeepEqual(
            await faults(ledger),
            [],
            `${table.name}.${name} of ${row.id} to ${JSON.stringify(value)}`,
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});
