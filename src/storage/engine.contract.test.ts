import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import {
  account,
  accounts,
  contractMigrations,
  largerMigration,
  largerThings,
  shown,
  thing,
  things,
  type ThingRow,
} from './engine.contract.js';
import { insert, put, remove, set, type Engine, type Op } from './engine.js';
import { NewerStore } from './migration.js';

onBothStores('Engine', (place) => {
  let engine: Engine;

  before(async () => {
    engine = await (await place()).open(contractMigrations);
  });
  after(() => engine?.close());
  let number = 0;
  /** Ids of this test alone: the store is shared by all of them. */
  let own = (name: string) => name;
  beforeEach(() => {
    const prefix = `t${(number += 1)}-`;
    own = (name) => prefix + name;
  });

  const read = async (id: string) => shown(await engine.get(things, id));

  describe('append', () => {
    it('adds what is not there, and says how many that were', async () => {
      assert.equal(await engine.append(things, [thing(own('a')), thing(own('b'))]), 2);
      assert.equal(await engine.append(things, [thing(own('b'), { number: 9 }), thing(own('c'))]), 1);
      assert.deepEqual(await read(own('b')), shown(thing(own('b'))));
    });

    it('takes the first of two rows with one id', async () => {
      assert.equal(await engine.append(things, [thing(own('a'), { number: 1 }), thing(own('a'), { number: 2 })]), 1);
      assert.equal((await engine.get(things, own('a')))?.number, 1);
    });

    it('adds a row once when twenty bring it at the same moment', async () => {
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, one) => engine.append(things, [thing(own('same')), thing(own(`own${one}`))])),
      );
      assert.equal(
        added.reduce((sum, some) => sum + some),
        21,
      );
    });

    it('adds nothing for nothing', async () => assert.equal(await engine.append(things, []), 0));

    it('skips a row whose unique value is taken, and adds its neighbours', async () => {
      await engine.append(accounts, [account(own('a'), { owner: own('x') })]);
      const rows = [account(own('b'), { owner: own('x') }), account(own('c'), { owner: own('y') })];
      assert.equal(await engine.append(accounts, rows), 1);
      assert.equal(await engine.get(accounts, own('b')), undefined);
    });

    it('refuses a faulty row without harm to who writes at the same moment', async () => {
      const faulty = engine.append(things, [thing(own('a')), { ...thing(own('b')), number: 'seven' as never }]);
      const sound = engine.append(things, [thing(own('c'))]);
      await assert.rejects(faulty, /things\.number/);
      assert.equal(await sound, 1);
      assert.equal(await engine.get(things, own('a')), undefined);
    });
  });

  describe('values', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const kept: Record<string, Partial<ThingRow>> = {
      'an empty text': { word: '' },
      'a text with \\u0000 in it': { word: 'a\0b\0' },
      'a text that is \\u0000': { word: '\0' },
      'emoji and right-to-left': { word: '👩‍🚀 שלום 𝕏' },
      'digits beyond 2^53': { word: '900719925474099312345678' },
      'a text like a number': { word: '007' },
      'a quote and a percent sign': { word: `'"%_\\;--` },
      'a long text': { word: 'я'.repeat(300_000) },
      'the largest integer': { number: Number.MAX_SAFE_INTEGER },
      'the smallest integer': { number: Number.MIN_SAFE_INTEGER },
      'a time in ms': { number: 1_795_355_544_123 },
      'a fraction': { share: 0.1 },
      'a whole number where fractions may be': { share: 5 },
      'the largest number': { share: Number.MAX_VALUE },
      true: { flag: true },
      false: { flag: false },
      'empty JSON': { json: {} },
      'an empty list': { json: [] },
      'JSON of one text': { json: 'text' },
      'JSON of false': { json: false },
      'JSON of zero': { json: 0 },
      'deep JSON': { json: { a: [{ b: null, c: [[], {}] }, 1.5, 'x\0y', '😀'], 'with.dot': 2 ** 40, ünï: -1 } },
      'empty bytes': { bytes: new Uint8Array(0) },
      'all bytes': { bytes },
      'a part of a larger buffer': { bytes: bytes.subarray(7, 13) },
      'a pooled Buffer': { bytes: Buffer.from('приве́т') },
      '3.5 MiB of bytes': { bytes: new Uint8Array(3.5 * 1024 * 1024).fill(7) },
      'an id beyond 2^53': {},
    };
    for (const [what, given] of Object.entries(kept)) {
      it(`keeps ${what}, appended, committed and patched`, async () => {
        const tail = what === 'an id beyond 2^53' ? '900719925474099399' : 'x';
        const rows = ['appended', 'put', 'inserted', 'set', 'patched'].map((how) => thing(own(how) + tail, given));
        const [appended, over, inserted, changed, patched] = rows as [ThingRow, ThingRow, ThingRow, ThingRow, ThingRow];
        const { id: _, ...values } = changed;
        await engine.append(things, [appended, thing(changed.id), thing(patched.id)]);
        await engine.commit([put(things, over), insert(things, inserted), set(things, changed.id, values)]);
        assert.deepEqual(await engine.patchMany(things, [{ id: patched.id, set: values }]), [patched.id]);
        for (const row of rows) assert.deepEqual(await read(row.id), shown(row));
      });
    }

    it('keeps ids with \\u0000, and finds, patches and removes rows by them', async () => {
      const [one, two] = [own('n\0a'), own('n\0b')];
      assert.equal(await engine.append(things, [thing(one), thing(two)]), 2);
      assert.equal((await engine.getMany(things, [one, two])).length, 2);
      const many = Array.from({ length: 20 }, (_, index) => own(`none${index}`));
      assert.equal((await engine.getMany(things, [one, ...many])).length, 1);
      assert.deepEqual(await engine.patchMany(things, [{ id: one, set: { number: 3 } }]), [one]);
      assert.equal(await engine.removeMany(things, [two]), 1);
      assert.deepEqual(await read(one), shown(thing(one, { number: 3 })));
    });

    it('takes what is next to nothing for nothing', async () => {
      await engine.append(things, [thing(own('a'), { share: 1e-20, number: -0 }), thing(own('b'), { share: -0 })]);
      for (const name of ['a', 'b']) assert(Object.is((await engine.get(things, own(name)))?.share, 0));
      assert(Object.is((await engine.get(things, own('a')))?.number, 0));
    });

    it('leaves out members of JSON that are undefined', async () => {
      await engine.append(things, [thing(own('a'), { json: { a: 1, b: undefined, c: [{ d: undefined }] } })]);
      assert.deepEqual((await engine.get(things, own('a')))?.json, { a: 1, c: [{}] });
    });

    const refused: [string, Record<string, unknown>][] = [
      ['null where a value must be', { number: null }],
      ['no value where one must be', { number: undefined }],
      ['a number for a text', { word: 5 }],
      ['a fraction for an integer', { number: 1.5 }],
      ['an integer beyond 2^53', { number: 2 ** 53 }],
      ['a bigint', { number: 5n }],
      ['NaN', { share: Number.NaN }],
      ['infinity', { share: Number.POSITIVE_INFINITY }],
      ['a number for a boolean', { flag: 1 }],
      ['a text for bytes', { bytes: 'text' }],
      ['a Date in JSON', { json: { at: new Date() } }],
      ['NaN in JSON', { json: [Number.NaN] }],
      ['a function in JSON', { json: { do: () => 1 } }],
      ['a hole in a JSON list', { json: [undefined] }],
      ['a Map in JSON', { json: new Map() }],
      ['a member of JSON that MongoDB reads as a command', { json: { a: { $set: 1 } } }],
      ['16 MiB', { bytes: new Uint8Array(16 * 1024 * 1024) }],
    ];
    for (const [what, given] of refused) {
      it(`refuses ${what}, naming table and column, and writes nothing`, async () => {
        const [field, value] = Object.entries(given)[0] as [string, unknown];
        const named = new RegExp(`things\\.${field}`);
        const row = { ...thing(own('a')), ...given } as ThingRow;
        await assert.rejects(engine.append(things, [row]), named);
        await assert.rejects(engine.commit([put(things, thing(own('b'))), insert(things, row)]), named);
        if (value !== undefined) {
          await engine.append(things, [thing(own('c'))]);
          await assert.rejects(engine.commit([set(things, own('c'), { [field]: value } as never)]), named);
          await assert.rejects(engine.patchMany(things, [{ id: own('c'), set: { [field]: value } as never }]), named);
        }
        assert.equal(await engine.count(things, { id: { in: [own('a'), own('b')] } }), 0);
      });
    }

    it('refuses a column that is not there, a change of nothing, and a change of the id', async () => {
      await assert.rejects(engine.commit([set(things, own('a'), { colour: 'red' } as never)]), /no column colour/);
      await assert.rejects(engine.commit([set(things, own('a'), {})]), /sets nothing/);
      await assert.rejects(engine.commit([set(things, own('a'), { id: own('b') } as never)]), /cannot be changed/);
      await assert.rejects(
        engine.patchMany(things, [{ id: own('a'), set: { word: undefined } as never }]),
        /sets nothing/,
      );
    });
  });

  describe('commit', () => {
    it('writes all of its ops, in their order', async () => {
      await engine.append(accounts, [account(own('a'), { owner: own('x') })]);
      const ops = [
        remove(accounts, own('a')),
        insert(accounts, account(own('b'), { owner: own('x') })),
        set(accounts, own('b'), { balance: 5 }, { balance: 0 }),
        set(accounts, own('b'), { balance: 6 }, { balance: 99 }, 'skip'),
        set(accounts, own('b'), { balance: 7 }, { balance: 5 }, 'skip'),
        put(accounts, account(own('c'), { balance: 1 })),
        set(accounts, own('c'), { balance: 2 }, { balance: 1 }),
        insert(accounts, account(own('c'), { balance: 50 }), 'keep'),
        insert(accounts, account(own('d'))),
        remove(accounts, own('d')),
      ];
      assert.equal(await engine.commit(ops), 'committed');
      assert.equal(await engine.get(accounts, own('a')), undefined);
      assert.deepEqual(await engine.get(accounts, own('b')), account(own('b'), { owner: own('x'), balance: 7 }));
      assert.deepEqual(await engine.get(accounts, own('c')), account(own('c'), { balance: 2 }));
      assert.equal(await engine.get(accounts, own('d')), undefined);
    });

    it('is done when it is empty', async () => assert.equal(await engine.commit([]), 'committed'));

    const conflicts: [string, () => Op][] = [
      ['an insert of what is there', () => insert(accounts, account(own('there')))],
      ['a compare-and-set on another version', () => set(accounts, own('there'), { balance: 1 }, { version: 7 })],
      ['a compare-and-set on a row that is not there', () => set(accounts, own('nowhere'), { balance: 1 })],
      [
        'a compare-and-set that wanted nothing there',
        () => set(accounts, own('there'), { balance: 1 }, { owner: null }),
      ],
      ['an insert of a unique value that is taken', () => insert(accounts, account(own('new'), { owner: own('me') }))],
      [
        'an insert of such a value that would keep its own row',
        () => insert(accounts, account(own('new'), { owner: own('me') }), 'keep'),
      ],
      ['a put of such a value', () => put(accounts, account(own('new'), { owner: own('me') }))],
      ['a set of such a value', () => set(accounts, own('other'), { owner: own('me') })],
    ];
    for (const [what, op] of conflicts) {
      it(`is a conflict and leaves nothing behind after ${what}`, async () => {
        const there = account(own('there'), { owner: own('me') });
        await engine.append(accounts, [there, account(own('other'))]);
        const ops = [insert(things, thing(own('before'))), op(), insert(things, thing(own('after')))];
        assert.equal(await engine.commit(ops), 'conflict');
        assert.equal(await engine.count(things, { id: { in: [own('before'), own('after')] } }), 0);
        assert.deepEqual(await engine.get(accounts, own('there')), there);
        assert.deepEqual(await engine.get(accounts, own('other')), account(own('other')));
        assert.equal(await engine.get(accounts, own('new')), undefined);
      });
    }

    it('goes on past a skipped set and a kept row', async () => {
      await engine.append(accounts, [account(own('a'))]);
      const ops = [
        set(accounts, own('a'), { balance: 1 }, { version: 9 }, 'skip'),
        set(accounts, own('nowhere'), { balance: 1 }, {}, 'skip'),
        insert(accounts, account(own('a'), { balance: 5 }), 'keep'),
        insert(accounts, account(own('b'))),
      ];
      assert.equal(await engine.commit(ops), 'committed');
      assert.deepEqual(await engine.get(accounts, own('a')), account(own('a')));
      assert.deepEqual(await engine.get(accounts, own('b')), account(own('b')));
    });

    it('lets several rows be without a value that must be unique', async () => {
      await engine.append(accounts, [account(own('a'), { owner: own('x') })]);
      const ops = [
        insert(accounts, account(own('b'))),
        insert(accounts, account(own('c'))),
        set(accounts, own('a'), { owner: null }),
      ];
      assert.equal(await engine.commit(ops), 'committed');
      assert.equal(await engine.commit([insert(accounts, account(own('d'), { owner: own('x') }))]), 'committed');
    });

    it('takes back only its own when one of a group meets a conflict', async () => {
      await engine.append(accounts, [account(own('taken'))]);
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, one) =>
          engine.commit([
            insert(things, thing(own(`n${one}`))),
            insert(accounts, account(one % 10 === 3 ? own('taken') : own(`free${one}`))),
          ]),
        ),
      );
      assert.deepEqual(
        outcomes.map((outcome, one) => (outcome === 'conflict' ? one : -1)).filter((one) => one >= 0),
        [3, 13, 23],
      );
      assert.equal(await engine.count(things, { id: { gte: own('n'), lt: own('o') } }), 27);
    });

    it('lets exactly one of many win that change one row from the same version', async () => {
      await engine.append(accounts, [account(own('a'))]);
      const change = (one: number, serial?: string) =>
        engine.commit(
          [
            set(accounts, own('a'), { balance: one, version: 2 }, { version: 1 }),
            insert(things, thing(own(`w${one}`))),
          ],
          serial,
        );
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, one) => change(one, one % 2 ? own('person') : undefined)),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1);
      const winner = outcomes.indexOf('committed');
      assert.equal((await engine.get(accounts, own('a')))?.balance, winner);
      assert.equal(await engine.count(things, { id: { gte: own('w'), lt: own('x') } }), 1);
    });

    it('never lets a send and a stop both pass that write the same guard, even with the value it has', async () => {
      // "Whatever a commit depends on, it must also write" (DESIGN §2): the send read "in", the stop read "nothing under way".
      for (let round = 0; round < 15; round += 1) {
        const [guard, sent, stopped] = [own(`guard${round}`), own(`sent${round}`), own(`stop${round}`)];
        await engine.append(accounts, [account(guard)]);
        const touchGuard = (version: number) => set(accounts, guard, { version }, { version: 1 });
        const send = engine.commit([touchGuard(round % 3 === 0 ? 1 : 2), insert(things, thing(sent))], 'sender');
        const stop = engine.commit([touchGuard(3), insert(things, thing(stopped))], 'stopper');
        const outcomes = await Promise.all([send, stop]);
        const wrote = await engine.getMany(things, [sent, stopped]);
        assert.equal(wrote.length, outcomes.filter((outcome) => outcome === 'committed').length);
        // When the send leaves the guard as it was, it may come first and the stop after it; the stop is never overtaken.
        const [sendOutcome, stopOutcome] = outcomes;
        if (round % 3 !== 0) assert.notEqual(sendOutcome, stopOutcome);
        if (sendOutcome === 'conflict') assert.equal(stopOutcome, 'committed');
      }
    });

    it('loses no update of a row that many increase at once', async () => {
      await engine.append(accounts, [account(own('a'))]);
      const increase = async (): Promise<void> => {
        for (;;) {
          const row = await engine.get(accounts, own('a'));
          assert(row);
          const next = { balance: row.balance + 1, version: row.version + 1 };
          if ((await engine.commit([set(accounts, row.id, next, { version: row.version })])) === 'committed') return;
        }
      };
      await Promise.all(Array.from({ length: 10 }, increase));
      assert.equal((await engine.get(accounts, own('a')))?.balance, 10);
    });

    it('keeps the order of one person’s commits', async () => {
      await engine.append(accounts, [account(own('a'))]);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, one) =>
          engine.commit([set(accounts, own('a'), { version: one + 2 }, { version: one + 1 })], own('person')),
        ),
      );
      assert(outcomes.every((outcome) => outcome === 'committed'));
    });
  });

  describe('bulk commands', () => {
    it('patch names exactly the rows that were there and met their conditions, in the order given', async () => {
      await engine.append(
        things,
        ['a', 'b', 'c', 'd'].map((name) => thing(own(name), { number: 1, word: 'x' })),
      );
      const met = await engine.patchMany(things, [
        { id: own('d'), set: { number: 1 }, when: { number: 1 } }, // changes nothing, and matched all the same
        { id: own('a'), set: { number: 2 }, when: { number: 1, word: 'x' } },
        { id: own('nowhere'), set: { number: 2 } },
        { id: own('b'), set: { number: 1, word: 'x' }, when: { number: 5 } }, // has the values already, and did not match
        { id: own('c'), set: { word: null, flag: true }, when: { flag: null } },
      ]);
      assert.deepEqual(met, [own('d'), own('a'), own('c')]);
      assert.equal(await engine.get(things, own('nowhere')), undefined);
      assert.deepEqual(await read(own('c')), shown(thing(own('c'), { number: 1, flag: true })));
      assert.deepEqual(await read(own('b')), shown(thing(own('b'), { number: 1, word: 'x' })));
    });

    it('patch of none is none, and of all is all', async () => {
      assert.deepEqual(await engine.patchMany(things, []), []);
      assert.deepEqual(await engine.patchMany(things, [{ id: own('no'), set: { number: 1 } }]), []);
      const ids = Array.from({ length: 250 }, (_, one) => own(String(one)));
      await engine.append(
        things,
        ids.map((id) => thing(id)),
      );
      assert.deepEqual(
        await engine.patchMany(
          things,
          ids.map((id) => ({ id, set: { number: 1 }, when: { number: 0 } })),
        ),
        ids,
      );
    });

    it('patch gives a row to one of many who want it', async () => {
      const ids = Array.from({ length: 40 }, (_, one) => own(String(one)));
      await engine.append(
        things,
        ids.map((id) => thing(id)),
      );
      const claims = await Promise.all(
        [1, 2, 3, 4].map((who) =>
          engine.patchMany(
            things,
            ids.map((id) => ({ id, set: { number: who }, when: { number: 0 } })),
          ),
        ),
      );
      assert.deepEqual(claims.flat().sort(), [...ids].sort());
      for (const [index, claimed] of claims.entries())
        for (const row of await engine.getMany(things, claimed)) assert.equal(row.number, index + 1);
    });

    it('patch leaves what must be unique to commits', async () => {
      await assert.rejects(engine.patchMany(accounts, [{ id: own('a'), set: { owner: 'x' } }]), /unique/);
    });

    it('remove says how many went', async () => {
      await engine.append(things, [thing(own('a')), thing(own('b'))]);
      assert.equal(await engine.removeMany(things, [own('a'), own('nowhere')]), 1);
      assert.equal(await engine.removeMany(things, [own('a')]), 0);
      assert.equal(await engine.removeMany(things, []), 0);
      assert.equal((await engine.getMany(things, [own('a'), own('b')])).length, 1);
    });
  });

  describe('reads', () => {
    const names = async (where: object, more: object = {}) =>
      (await engine.find(things, { where: { id: { gte: own(''), lt: own('~') }, ...where }, limit: 100, ...more }))
        .map((row) => row.id.slice(own('').length))
        .sort()
        .join('');

    beforeEach(async () => {
      await engine.append(things, [
        thing(own('a'), { word: 'x', number: 1, flag: true, share: 0.5 }),
        thing(own('b'), { word: 'y', number: 2, flag: false, json: {} }),
        thing(own('c'), { word: null, number: 3, flag: true, bytes: new Uint8Array(1) }),
        thing(own('d'), { word: 'x', number: 4, share: -1 }),
        thing(own('e'), { word: 'z\0z', number: 5 }),
      ]);
    });

    const conditions: [string, object, string][] = [
      ['equals', { word: 'x' }, 'ad'],
      ['equals true', { flag: true }, 'ac'],
      ['equals false, which is not absent', { flag: false }, 'b'],
      ['equals with \\u0000', { word: 'z\0z' }, 'e'],
      ['is absent', { word: null }, 'c'],
      ['is there', { word: { not: null } }, 'abde'],
      ['JSON is there', { json: { not: null } }, 'b'],
      ['bytes are absent', { bytes: null }, 'abde'],
      ['in', { word: { in: ['x', 'q'] } }, 'ad'],
      ['in with \\u0000', { word: { in: ['y', 'z\0z'] } }, 'be'],
      ['in with null', { word: { in: ['y', null] } }, 'bc'],
      ['in nothing', { number: { in: [] } }, ''],
      ['in for numbers', { number: { in: [1, 5, 9] } }, 'ae'],
      ['in for booleans', { flag: { in: [false] } }, 'b'],
      ['not in, absent ones included', { word: { notIn: ['x', 'z\0z'] } }, 'bc'],
      ['not in with null', { word: { notIn: ['x', null] } }, 'be'],
      ['not in nothing', { word: { notIn: [] } }, 'abcde'],
      ['not in for numbers', { number: { notIn: [1, 2] } }, 'cde'],
      ['less', { number: { lt: 3 } }, 'ab'],
      ['at most', { number: { lte: 3 } }, 'abc'],
      ['more', { number: { gt: 3 } }, 'de'],
      ['between', { number: { gte: 2, lt: 4 } }, 'bc'],
      ['less, absent ones left out', { share: { lt: 100 } }, 'ad'],
      ['several at once', { word: 'x', number: { gt: 1 } }, 'd'],
      ['undefined, which asks nothing', { word: undefined }, 'abcde'],
    ];
    for (const [what, where, expected] of conditions) {
      it(`finds and counts: ${what}`, async () => {
        assert.equal(await names(where), expected);
        assert.equal(await engine.count(things, { id: { gte: own(''), lt: own('~') }, ...where }), expected.length);
      });
    }

    it('orders by several columns either way, absent values first when it ascends', async () => {
      const order = async (orderBy: readonly (readonly [keyof ThingRow & string, 'asc' | 'desc'])[]) =>
        (await engine.find(things, { where: { id: { gte: own(''), lt: own('e') } }, orderBy, limit: 10 }))
          .map((row) => row.id.at(-1))
          .join('');
      assert.equal(
        await order([
          ['word', 'asc'],
          ['number', 'desc'],
        ]),
        'cdab',
      );
      assert.equal(
        await order([
          ['word', 'desc'],
          ['id', 'asc'],
        ]),
        'badc',
      );
      assert.equal(
        await order([
          ['flag', 'asc'],
          ['number', 'asc'],
        ]),
        'dbac',
      );
      assert.equal(await order([['id', 'desc']]), 'dcba');
    });

    it('gives no more than the limit, and nothing for none', async () => {
      const page = async (limit: number) =>
        (await engine.find(things, { where: { number: { gte: 0 } }, orderBy: [['id', 'asc']], limit })).length;
      assert.equal(await page(2), 2);
      assert.equal(await page(0), 0);
      for (const limit of [-1, 1.5, Number.NaN, undefined]) await assert.rejects(page(limit as number), /limit/);
    });

    it('gives large rows whole, though they fill more than one answer of the database', async () => {
      const large = Array.from({ length: 7 }, (_, one) =>
        thing(own(`large${one}`), { bytes: new Uint8Array(3 * 1024 * 1024) }),
      );
      for (const row of large) await engine.append(things, [row]);
      const found = await engine.find(things, { where: { id: { gte: own('large'), lt: own('m') } }, limit: 100 });
      assert.equal(found.length, 7);
    });

    it('gets many, leaving out what is not there, each once', async () => {
      assert.deepEqual(
        (await engine.getMany(things, [own('a'), own('q'), own('a')])).map((row) => row.id),
        [own('a')],
      );
      const many = Array.from({ length: 900 }, (_, one) => own(`q${one}`));
      assert.equal((await engine.getMany(things, [...many, own('b'), own('c')])).length, 2);
      await assert.rejects(
        engine.getMany(
          things,
          Array.from({ length: 1_001 }, (_, one) => String(one)),
        ),
        /1000/,
      );
      assert.deepEqual(await engine.getMany(things, []), []);
    });

    it('gets only the columns that were asked for, of a few rows and of many', async () => {
      const asked = ['id', 'number'] as const;
      const [whole] = await engine.getMany(things, [own('a')]);
      const wanted = { id: own('a'), number: whole?.number };
      assert.deepEqual(await engine.getMany(things, [own('a')], asked), [wanted]);
      const many = [own('a'), ...Array.from({ length: 20 }, (_, one) => own(`q${one}`))];
      assert.deepEqual(await engine.getMany(things, many, asked), [wanted]);
      assert.deepEqual(await engine.getMany(things, [own('a')], ['number']), [{ number: whole?.number }]);
      await assert.rejects(engine.getMany(things, [own('a')], ['colour' as 'id']), /no column colour/);
    });

    it('refuses conditions that cannot be meant', async () => {
      const ask = (where: object) => engine.find(things, { where, limit: 1 });
      await assert.rejects(ask({ colour: 'red' }), /no column colour/);
      await assert.rejects(ask({ number: 'one' }), /things\.number/);
      await assert.rejects(ask({ number: {} }), /says nothing/);
      await assert.rejects(ask({ json: 'text' }), /whether it is there/);
      await assert.rejects(
        engine.find(things, { where: {}, orderBy: [['colour' as never, 'asc']], limit: 1 }),
        /no column/,
      );
      await assert.rejects(engine.get(things, undefined as never), /may not be empty/);
    });
  });

  it('gives rows written before a column came to be nothing in it, or its zero, and finds them by that', async () => {
    const other = await (await place()).open(contractMigrations);
    try {
      await other.append(things, [thing('old', { word: 'w' })]);
      await other.migrate([...contractMigrations, largerMigration]);
      const old = { ...thing('old', { word: 'w' }), note: null, rank: 0 };
      assert.deepEqual(await other.get(largerThings, 'old'), old);
      assert.deepEqual(await other.find(largerThings, { where: { rank: 0, note: null }, limit: 5 }), [old]);
      assert.equal(await other.append(largerThings, [{ ...old, id: 'new', note: 'n', rank: 2 }]), 1);
      await other.migrate([...contractMigrations, largerMigration]);
      await assert.rejects(other.migrate(contractMigrations), NewerStore);
    } finally {
      await other.close();
    }
  });

  it('says that it can be written', async () => {
    await engine.check();
    await engine.check();
    await engine.scrub();
  });
});
