import assert from 'node:assert/strict';
import fc from 'fast-check';
import { onBothStores } from '../../test/means/stores.js';
import { account, accounts, contractMigrations, type AccountRow } from './engine.contract.js';
import { insert, put, remove, set, type Engine, type Op } from './engine.js';

// Random lists of writes against a plain map: whatever the engine says and holds, the map says and holds too.

const ids = ['a', 'b', 'c', 'd'] as const;
const id = fc.constantFrom(...ids);
/** The unique column. MongoDB may call a conflict where one commit frees a value and gives it to another row, or where two commits meet
 *  over one: whoever commits decides anew, so that is safe, but no map would say so. There the column stays empty; what a taken value
 *  does is in the engine's contract. */
const OWNERS = { sqlite: [null, 'x', 'y', 'z'], mongodb: [null] } as const;
let kind: keyof typeof OWNERS = 'sqlite';
const owner = fc.nat({ max: 3 }).map((at): string | null => OWNERS[kind][at] ?? null);
const small = fc.integer({ min: 0, max: 2 });
// Rows of ours have a prototype; of fast-check's, every other has none.
const record = <Row>(fields: { [Field in keyof Row]: fc.Arbitrary<Row[Field]> }): fc.Arbitrary<Row> =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<Row>;
const row = record({ id, owner, balance: small, version: small });
const patch = fc.oneof(
  record({ balance: small }),
  record({ owner }),
  record({ owner, version: small, balance: small }),
);
const when = fc.oneof(
  fc.constant({}),
  record({ version: small }),
  record({ owner }),
  record({ balance: small, owner }),
);
const op: fc.Arbitrary<Op> = fc.oneof(
  fc
    .tuple(row, fc.constantFrom('conflict' as const, 'keep' as const))
    .map(([given, ifExists]) => insert(accounts, given, ifExists)),
  fc
    .tuple(id, patch, when, fc.constantFrom('conflict' as const, 'skip' as const))
    .map(([which, change, guard, otherwise]) => set(accounts, which, change, guard, otherwise)),
  row.map((given) => put(accounts, given)),
  id.map((which) => remove(accounts, which)),
);
type Step =
  | { readonly do: 'commit'; readonly ops: readonly Op[] }
  | { readonly do: 'append'; readonly rows: readonly AccountRow[] }
  | { readonly do: 'patch'; readonly patches: readonly { id: string; set: { balance: number }; when: object }[] }
  | { readonly do: 'remove'; readonly ids: readonly string[] };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.array(op, { maxLength: 4 }).map((ops): Step => ({ do: 'commit', ops })) },
  fc.array(row, { maxLength: 3 }).map((rows): Step => ({ do: 'append', rows })),
  fc
    .uniqueArray(record({ id, set: fc.record({ balance: small }), when }), {
      maxLength: 3,
      selector: (one) => one.id,
    })
    .map((patches): Step => ({ do: 'patch', patches })),
  fc.uniqueArray(id, { maxLength: 2 }).map((which): Step => ({ do: 'remove', ids: which })),
);

class Conflict extends Error {}

/** The plain map. */
class Model {
  rows = new Map<string, AccountRow>();

  run(given: Step): unknown {
    switch (given.do) {
      case 'commit':
        return this.#commit(given.ops);
      case 'append':
        return given.rows.filter((one) => !this.rows.has(one.id) && this.#isFree(one) && this.rows.set(one.id, one))
          .length;
      case 'patch':
        return given.patches.filter((one) => this.#set(one.id, one.set, one.when)).map((one) => one.id);
      case 'remove':
        return given.ids.filter((one) => this.rows.delete(one)).length;
    }
  }

  #commit(ops: readonly Op[]): 'committed' | 'conflict' {
    const before = new Map(this.rows);
    try {
      for (const one of ops) this.#apply(one);
      return 'committed';
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      this.rows = before;
      return 'conflict';
    }
  }

  #apply(one: Op): void {
    switch (one.op) {
      case 'insert':
        if (!this.rows.has(one.row.id)) return this.#write(one.row as AccountRow);
        if (one.ifExists === 'conflict') throw new Conflict();
        return;
      case 'set':
        if (!this.#set(one.id, one.set, one.when) && one.otherwise === 'conflict') throw new Conflict();
        return;
      case 'put':
        return this.#write(one.row as AccountRow);
      case 'remove':
        this.rows.delete(one.id);
    }
  }

  #set(which: string, change: object, guard: object): boolean {
    const there = this.rows.get(which);
    if (!there || !Object.entries(guard).every(([field, value]) => there[field as keyof AccountRow] === value))
      return false;
    this.#write({ ...there, ...change });
    return true;
  }

  #write(given: AccountRow): void {
    if (!this.#isFree(given)) throw new Conflict();
    this.rows.set(given.id, given);
  }

  #isFree(given: AccountRow): boolean {
    return (
      given.owner === null ||
      ![...this.rows.values()].some((other) => other.id !== given.id && other.owner === given.owner)
    );
  }
}

function run(engine: Engine, given: Step): Promise<unknown> {
  switch (given.do) {
    case 'commit':
      return engine.commit(given.ops);
    case 'append':
      return engine.append(accounts, given.rows);
    case 'patch':
      return engine.patchMany(accounts, given.patches);
    case 'remove':
      return engine.removeMany(accounts, given.ids);
  }
}

const inOrder = (rows: readonly AccountRow[]) => [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));

onBothStores('Engine against a plain map', (place) => {
  let engine: Engine;
  before(async () => {
    engine = await (await place()).open(contractMigrations);
    kind = engine.kind;
  });
  after(() => engine?.close());

  it('answers and holds the same after any writes, one after the other', async function () {
    this.timeout(60_000);
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await engine.removeMany(accounts, ids);
      const model = new Model();
      for (const given of steps) assert.deepEqual(await run(engine, given), model.run(given));
      const held = await engine.find(accounts, { where: {}, limit: 100 });
      assert.deepEqual(inOrder(held), inOrder([...model.rows.values()]));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('ends as if commits made at the same moment had been made in some order', async function () {
    this.timeout(60_000);
    const commits = fc.array(fc.array(op, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });
    const property = fc.asyncProperty(fc.array(row, { maxLength: 3 }), commits, async (start, all) => {
      await engine.removeMany(accounts, ids);
      await engine.append(accounts, start);
      const outcomes = await Promise.all(all.map((ops) => engine.commit(ops)));
      const held = inOrder(await engine.find(accounts, { where: {}, limit: 100 }));
      const explained = permutations(all.map((_, index) => index)).some((order) => {
        const model = new Model();
        model.run({ do: 'append', rows: start });
        const says = all.map(() => '' as unknown);
        for (const index of order) says[index] = model.run({ do: 'commit', ops: all[index] ?? [] });
        return same(says, outcomes) && same(inOrder([...model.rows.values()]), held);
      });
      assert(explained, JSON.stringify({ start: start.map((one) => account(one.id, one)), all, outcomes, held }));
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

const same = (one: unknown, other: unknown): boolean => {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
};

const permutations = (items: readonly number[]): number[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
