import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { onBothStores, type StorePlace } from '../../test/means/stores.js';
import { migrations, tables } from '../composition.js';
import { declarationFaults } from './declaration-faults.js';
import type { Engine } from './engine.js';
import { isWalkable, rulesOf } from './purge.js';
import { erasePerson, exportPerson, purge } from './register.js';
import { everyRow } from './row-walk.js';
import type { AnyRow, AnyTable, ColumnType } from './table.js';
import { firstFilled, transferAll, TransferFailed } from './transfer.js';
import { timeId } from '../time-id.js';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);

/** Somebody with a row in every table; whatever is personal of them holds their canary. */
type Somebody = { readonly canary: string; readonly contactId: string; readonly personKey: string };
const somebody = (): Somebody => ({
  canary: `canary${randomBytes(9).toString('hex')}`,
  contactId: timeId(NOW),
  personKey: randomBytes(16).toString('hex'),
});

function rowOf(table: AnyTable, one: Somebody, at: number): AnyRow {
  const owner = table.person ? Object.values(table.person)[0] : undefined;
  const fields = Object.entries(table.columns).map(([name, column]) => {
    if (name === owner) return [name, 'contactId' in (table.person ?? {}) ? one.contactId : one.personKey];
    if (name === 'personKey') return [name, one.personKey];
    if (name === 'contactId') return [name, one.contactId];
    if (name === 'id') return [name, column.personal ? `phone:${one.canary}` : timeId(at)];
    const [rule] = rulesOf(table);
    if (rule?.only && name in rule.only) return [name, rule.only[name]];
    return [name, valueOf(column.type, column.personal ? one.canary : timeId(at), unitOf(table, name) * at)];
  });
  return Object.fromEntries(fields) as AnyRow;
}

const unitOf = (table: AnyTable, field: string): number =>
  rulesOf(table).some((rule) => rule.field === field && rule.unit === 'arrival') ? 1_000 : 1;

const valueOf = (type: ColumnType, word: string, at: number): unknown =>
  ({ text: word, integer: at, real: 0.5, boolean: true, json: { a: [word] }, blob: Buffer.from(word) })[type];

const seed = async (engine: Engine, one: Somebody, at = NOW): Promise<void> => {
  for (const table of tables) assert.equal(await engine.append(table, [rowOf(table, one, at)]), 1, table.name);
};

/** Everything the store keeps, as bytes: SQLite's files, or every document of every collection. */
async function everything(place: StorePlace): Promise<Buffer> {
  if (place.kind === 'sqlite') {
    const folder = String(place.environment['DATA_DIR']);
    return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  }
  const client = await new mongoose.mongo.MongoClient(String(place.environment['MONGODB_URI'])).connect();
  try {
    const collections = await client.db().collections();
    const documents = await Promise.all(collections.map((collection) => collection.find().toArray()));
    return Buffer.concat(documents.flat().map((document) => Buffer.from(mongoose.mongo.BSON.serialize(document))));
  } finally {
    await client.close();
  }
}

describe('Register of personal data: the declarations', () => {
  for (const table of tables) {
    it(`of ${table.name} say whose it is, how it is erased and exported, and when it goes`, () => {
      assert.deepEqual(declarationFaults(table), []);
    });
  }

  it('show a person all that is personal of them, but for what is listed here with its reason', () => {
    const withheld = tables.flatMap((table) =>
      Object.entries(table.columns).flatMap(([name, column]) =>
        column.personal && !('none' in table.export) && !table.export.includes(name) ? [`${table.name}.${name}`] : [],
      ),
    );
    const repeatsTheNumber = ['inboundMessages.wamid', 'outbox.wamid', 'outbox.answers']; // Meta's ids of messages
    assert.deepEqual(withheld.sort(), repeatsTheNumber.sort());
  });

  it('are each in the list once', () => {
    assert.equal(new Set(tables.map((table) => table.name)).size, tables.length);
  });

  it('name every table that a migration makes', () => {
    const made = new Set(migrations.flatMap((migration) => migration.steps.map((step) => step.ensure)));
    assert.deepEqual([...made].map((table) => table.name).sort(), tables.map((table) => table.name).sort());
  });

  it('of a sloppy table are found out', () => {
    const sloppy: AnyTable = {
      name: 'sloppy',
      owner: 'nobody',
      columns: {
        id: { type: 'text' },
        contactId: { type: 'text' },
        name: { type: 'text', personal: 'name' },
        word: { type: 'text', optional: true, personal: 'what was said' },
      },
      indexes: [],
      person: { contactId: 'contactId' },
      erase: { blank: ['name'] },
      export: [],
      retention: { field: 'word', days: 1, blank: ['colour'] },
    };
    assert.deepEqual(declarationFaults(sloppy), [
      'sloppy: there is no column colour',
      'sloppy: rows are looked for by contactId, and no index leads with it',
      'sloppy: an erasure leaves word',
      'sloppy: name cannot be emptied: it is not optional',
      'sloppy: an empty export needs a reason',
      'sloppy: colour cannot be emptied: it is not optional',
      'sloppy: word is no time',
    ]);
    assert.match(String(declarationFaults({ ...sloppy, person: null })), /no column says whose/);
    assert.match(String(declarationFaults({ ...sloppy, export: { none: '' } })), /not said/);
  });
});

onBothStores('Register of personal data', (makePlace) => {
  let place: StorePlace;
  let engine: Engine;

  beforeEach(async () => {
    place = await makePlace();
    engine = await place.open(migrations);
  });
  afterEach(() => engine.close());

  it('erases a person from every table and every file, and nobody else', async () => {
    const [gone, stays] = [somebody(), somebody()];
    await seed(engine, gone);
    await seed(engine, stays);
    assert((await everything(place)).includes(gone.canary), 'the search would find them');
    const person = { contactIds: [gone.contactId], personKeys: [gone.personKey] };
    assert((await erasePerson(engine, tables, person)) > 0);
    const left = await everything(place);
    assert(!left.includes(gone.canary));
    assert(!left.includes(Buffer.from(gone.canary).toString('base64').slice(2, 20)));
    assert(left.includes(stays.canary));
    const kept = ['audit', 'consentLedger', 'consentGuards']; // emptied of what is personal
    assert.deepEqual(Object.keys(await exportPerson(engine, tables, person)), kept);
    assert.equal(await erasePerson(engine, tables, person), 0, 'a second time there is nothing to do');
  });

  it('erases thousands of rows in slices, and goes on after a crash with the contact’s own row last', async () => {
    const table = tables.find((one) => one.name === 'inboundMessages') as AnyTable;
    const contacts = tables.find((one) => one.name === 'contacts') as AnyTable;
    const gone = somebody();
    await engine.append(contacts, [rowOf(contacts, gone, NOW)]);
    const rows = Array.from({ length: 1_100 }, () => rowOf(table, gone, NOW));
    for (let start = 0; start < rows.length; start += 250) await engine.append(table, rows.slice(start, start + 250));
    const person = { contactIds: [gone.contactId], personKeys: [] };
    let calls = 0;
    const failing = Object.assign(Object.create(engine) as Engine, {
      find: engine.find.bind(engine),
      removeMany: (from: AnyTable, ids: readonly string[]) => {
        assert(ids.length <= 250);
        if ((calls += 1) === 3) throw new Error('the power went');
        return engine.removeMany(from, ids);
      },
    });
    await assert.rejects(erasePerson(failing, [contacts, table], person), /power/);
    assert(await engine.get(contacts, gone.contactId));
    assert.equal(await erasePerson(engine, [contacts, table], person), 601);
    assert.equal(await engine.count(table, {}), 0);
  });

  it('exports every column that is declared for it, of all ids and keys of the person', async () => {
    const [one, merged, other] = [somebody(), somebody(), somebody()];
    for (const each of [one, merged, other]) await seed(engine, each);
    const shown = await exportPerson(engine, tables, {
      contactIds: [one.contactId, merged.contactId],
      personKeys: [one.personKey, merged.personKey],
    });
    for (const table of tables) {
      if ('none' in table.export) continue;
      const rows = shown[table.name] ?? [];
      assert.equal(rows.length, 2, table.name);
      for (const row of rows) assert.deepEqual(Object.keys(row), table.export);
    }
    const text = JSON.stringify(shown);
    assert(text.includes(one.canary) && text.includes(merged.canary) && !text.includes(other.canary));
    const times = Object.values(shown)
      .flatMap((rows) => rows.flatMap(Object.entries))
      .filter(([name]) => /At$|^at$|^stoppedAll$/.test(name));
    assert(times.length > 0);
    for (const [name, time] of times) assert.equal(time, new Date(NOW).toISOString(), name);
  });

  it('purges what is over its time, and leaves what is not', async () => {
    const options = { bodiesDays: 90 };
    const [old, young] = [somebody(), somebody()];
    const longest = Math.max(
      ...tables.flatMap((table) => rulesOf(table).map((rule) => (rule.days === 'bodies' ? 90 : rule.days))),
    );
    await seed(engine, old, NOW - (longest + 1) * DAY_MS);
    await seed(engine, young, NOW);
    const expected = tables.filter((table) => rulesOf(table).length > 0);
    const gone = await purge(engine, expected, NOW, options);
    assert.deepEqual(gone, Object.fromEntries(expected.map((table) => [table.name, 1])));
    for (const table of expected) {
      const blanked = rulesOf(table).some((rule) => rule.blank);
      assert.equal(await engine.count(table, {}), blanked ? 2 : 1, table.name);
      for await (const row of everyRow(engine, table)) {
        if (
          table.person &&
          !Object.values(row).includes(young.contactId) &&
          !Object.values(row).includes(young.personKey)
        )
          for (const column of rulesOf(table).flatMap((rule) => rule.blank ?? [])) assert.equal(row[column], null);
      }
    }
    assert.deepEqual(await purge(engine, expected, NOW, options), {}, 'a second time there is nothing to do');
  });

  for (const name of ['inboundMessages', 'statusEvents']) {
    it(`purges ${name} in bounded runs, each going on where the last ended`, async () => {
      const table = tables.find((one) => one.name === name) as AnyTable;
      const rows = Array.from({ length: 1_200 }, () => rowOf(table, somebody(), NOW - 200 * DAY_MS));
      for (let start = 0; start < rows.length; start += 250) await engine.append(table, rows.slice(start, start + 250));
      const runs: number[] = [];
      for (let run = 0; run < 6; run += 1)
        runs.push((await purge(engine, [table], NOW, { bodiesDays: 90, rowsPerTable: 500 }))[name] ?? 0);
      assert.equal(
        runs.reduce((sum, some) => sum + some),
        1_200,
        `${runs.join(' ')}, ${isWalkable(table, rulesOf(table)[0]!) ? 'by time' : 'by walk'}`,
      );
      assert(runs.every((some) => some <= 500));
    });
  }

  it('moves every row of every table into another store, and refuses one that is not empty', async () => {
    const people = [somebody(), somebody(), somebody()];
    for (const one of people) await seed(engine, one);
    const target = await (await makePlace()).open(migrations);
    try {
      assert.equal(await firstFilled(target, tables), undefined);
      const counts = await transferAll(engine, target, tables);
      assert.deepEqual(counts, Object.fromEntries(tables.map((table) => [table.name, 3])));
      for (const table of tables) {
        const [from, to]: unknown[][] = [[], []];
        for await (const row of everyRow(engine, table)) from?.push(JSON.stringify(row));
        for await (const row of everyRow(target, table)) to?.push(JSON.stringify(row));
        assert.deepEqual(to, from, table.name);
      }
      await assert.rejects(transferAll(engine, target, tables), TransferFailed);
    } finally {
      await target.close();
    }
  });
});
