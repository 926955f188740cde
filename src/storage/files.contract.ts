import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StorePlace } from '../../test/means/stores.js';
import type { Engine } from './engine.js';

/** Files beside the rows: whole or not at all, on both engines. */
export const filesContract = (open: () => Promise<StorePlace>): void => {
  let place: StorePlace;
  let engine: Engine;

  beforeEach(async () => {
    place = await open();
    engine = await place.open([]);
  });
  afterEach(() => engine.close());

  async function* pieces(bytes: Buffer, size = 60_000) {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
  const read = async (id: string): Promise<Buffer | undefined> => {
    const file = await engine.files.open(id);
    if (!file) return undefined;
    const chunks = (await file.stream.toArray()) as Buffer[];
    const bytes = Buffer.concat(chunks);
    assert.equal(bytes.length, file.bytes);
    return bytes;
  };
  const listed = async () => {
    const ids: string[] = [];
    for await (const { id } of engine.files.list()) ids.push(id);
    return ids.sort();
  };

  it('come back byte for byte, whatever their size', async () => {
    for (const size of [1, 60_000, 255 * 1024, 3_000_001]) {
      const bytes = randomBytes(size);
      await engine.files.write('a', pieces(bytes));
      assert.ok((await read('a'))?.equals(bytes), `${size} bytes`);
    }
    assert.deepEqual(await listed(), ['a']);
    assert.equal(await read('b'), undefined);
  });

  it('outlive the process', async () => {
    await engine.files.write('a', pieces(Buffer.from('hello')));
    await engine.close();
    engine = await place.open([]);
    assert.equal(String(await read('a')), 'hello');
  });

  it('leave nothing behind when their source fails half-way, and say what it said', async () => {
    const source = async function* () {
      yield randomBytes(600_000);
      await Promise.resolve();
      throw new RangeError('cut off');
    };
    await assert.rejects(engine.files.write('a', source()), RangeError);
    assert.equal(await read('a'), undefined);
    assert.deepEqual(await listed(), []);
  });

  it('are gone once removed, and removing what is not there is no fault', async () => {
    for (const id of ['a', 'b', 'c']) await engine.files.write(id, pieces(Buffer.from(id)));
    await engine.files.remove(['a', 'b', 'none']);
    await engine.files.remove(['a']);
    await engine.files.remove([]);
    assert.deepEqual(await listed(), ['c']);
    assert.equal(await read('a'), undefined);
  });

  it('tell when they were written', async () => {
    const before = Date.now();
    await engine.files.write('a', pieces(Buffer.from('x')));
    for await (const { since } of engine.files.list())
      assert.ok(since !== null && since >= before - 2_000 && since <= Date.now() + 2_000);
  });

  it('are read from their beginning by many at once, and let go of half-read', async () => {
    const bytes = randomBytes(900_000);
    await engine.files.write('a', pieces(bytes));
    const [one, other, left] = await Promise.all([read('a'), read('a'), engine.files.open('a')]);
    left?.stream.destroy();
    assert.ok(one?.equals(bytes) && other?.equals(bytes));
  });

  it('have names that lead nowhere else', async () => {
    for (const id of ['../x', 'a/b', '', '.', 'a.part'])
      await assert.rejects(engine.files.write(id, pieces(Buffer.from('x'))), /no id of a file/);
  });

  it('on a disk are readable by their owner alone, and never executable', async () => {
    if (place.kind !== 'sqlite' || process.platform === 'win32') return;
    const folder = join(String(place.environment['DATA_DIR']), 'media');
    assert.ok(!existsSync(folder), 'there is no folder before there is a file');
    await engine.files.write('abcXY', pieces(Buffer.from('x')));
    assert.deepEqual(readdirSync(folder), ['xy']);
    assert.equal(statSync(join(folder, 'xy', 'abcXY')).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });
};
