import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/means/caretaker.js';
import { fromSql, openDatabase, toSql, troubleOf, type SqliteDatabase } from './sqlite-binding.js';
import type { ColumnType } from './table.js';

describe('The SQLite binding', () => {
  let database: SqliteDatabase;
  before(() => {
    database = openDatabase(join(temporaryFolder('binding'), 'a.sqlite'));
    database.exec(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, integer INTEGER, real REAL, blob BLOB, one TEXT UNIQUE)',
    );
  });
  after(() => database.close());

  const column = {
    text: 'text',
    json: 'text',
    integer: 'integer',
    boolean: 'integer',
    real: 'real',
    blob: 'blob',
  } as const;
  const thereAndBack = (type: ColumnType, value: unknown): unknown => {
    database.prepare(`INSERT OR REPLACE INTO t (id, ${column[type]}) VALUES (1, ?)`).run(toSql(type, value));
    return fromSql(type, database.prepare(`SELECT ${column[type]} AS v FROM t`).get()?.['v']);
  };

  const values: [ColumnType, unknown[]][] = [
    ['text', ['', 'a', '😀', '\0', 'a\0b', '12', '1e5', '9007199254740993', ' x ']],
    ['integer', [0, 1, -1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1)]],
    ['real', [0, 0.1, 5, -1e300, 1e-15]],
    ['boolean', [true, false]],
    ['json', [{}, [], 'a', 0, false, { a: ['\0', null, 1.5] }]],
    ['blob', [new Uint8Array(0), new Uint8Array([0, 255])]],
  ];
  for (const [type, list] of values) {
    it(`gives back every ${type} as it took it, and null as null`, () => {
      for (const value of list) assert.deepEqual(thereAndBack(type, value), value);
      assert.equal(thereAndBack(type, null), null);
      assert.equal(thereAndBack(type, undefined), null);
    });
  }

  it('takes a part of a larger buffer for that part', () => {
    const bytes = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
    assert.deepEqual(Buffer.from(thereAndBack('blob', bytes) as Uint8Array), Buffer.from([2, 3]));
  });

  it('still cuts a text at its first NUL, which is why such texts are stored as bytes', () => {
    database.prepare('INSERT OR REPLACE INTO t (id, text) VALUES (1, ?)').run('a\0b');
    assert.equal(database.prepare('SELECT text FROM t').get()?.['text'], 'a');
  });

  it('refuses what it cannot bind, so that nothing is stored as something else', () => {
    const insert = database.prepare('INSERT OR REPLACE INTO t (id, text) VALUES (?, ?)');
    for (const value of [undefined, {}, [], new Date(), Symbol('x'), () => 1])
      assert.throws(() => insert.run(1, value as never), TypeError);
  });

  it('has errors that say what they mean', () => {
    const thrown = (run: () => unknown): unknown => {
      try {
        run();
      } catch (error) {
        return error;
      }
      return assert.fail('nothing was thrown');
    };
    const twice = () => database.prepare(`INSERT INTO t (one) VALUES ('x')`).run();
    twice();
    assert.equal(troubleOf(thrown(twice)), 'taken');
    assert.equal(troubleOf(thrown(() => database.prepare('SELECT nothing FROM t'))), 'other');
    assert.equal(
      troubleOf(thrown(() => openDatabase(join(temporaryFolder('binding'), 'no', 'such', 'folder')))),
      'broken',
    );
    const closed = openDatabase(':memory:');
    closed.close();
    assert.equal(troubleOf(thrown(() => closed.exec('SELECT 1'))), 'broken');
    assert.equal(troubleOf(new TypeError('ours')), 'other');
  });
});
