import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { put, StoreUnavailable, type Engine } from '../storage/engine.js';
import { meta, storageMigrations } from '../storage/meta-table.js';
import { due, dueOp, scheduleMigrations, type DueRow } from './due-table.js';
import { Schedule, type DueHandler } from './schedule.js';

/** What is due is looked at, once, by whoever owns it. */
export const scheduleContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let now: number;
  let looked: string[];
  let lines: string[];
  const clock = { now: () => now, monotonic: () => now };

  beforeEach(async () => {
    engine = await (await place()).open([...storageMigrations, ...scheduleMigrations]);
    now = 1_000_000;
    looked = [];
    lines = [];
  });
  afterEach(() => engine.close());

  const scheduleOf = (handler: DueHandler, mayRun = () => true, on: Engine = engine) =>
    new Schedule({
      engine: on,
      clock,
      mayRun,
      handlers: {
        case: (key, at) => {
          looked.push(key);
          return handler(key, at);
        },
      },
      log: {
        warn: (event, { owner, tries }) => lines.push(`warn ${event} ${owner} ${tries}`),
        error: (event, { owner, tries }) => lines.push(`error ${event} ${owner} ${tries}`),
      },
    });
  const ask = async (...things: readonly (readonly [key: string, dueAt: number])[]) =>
    assert.equal(await engine.commit(things.map(([key, dueAt]) => dueOp('case', key, dueAt))), 'committed');
  const rowOf = async (key: string): Promise<DueRow> => {
    const row = await engine.get(due, `case:${key}`);
    assert.ok(row);
    return row;
  };
  const done: DueHandler = () => Promise.resolve({ ops: [] });

  it('looks at what is due, the longest due first, and never again', async () => {
    await ask(['later', now + 1], ['second', now], ['first', now - 5]);
    const schedule = scheduleOf(done);
    await schedule.tick();
    await schedule.tick();
    assert.deepEqual(looked, ['first', 'second']);
    assert.deepEqual([(await rowOf('first')).dueAt, (await rowOf('first')).doneAt], [null, now]);
    now += 1;
    await schedule.tick();
    assert.deepEqual(looked, ['first', 'second', 'later']);
  });

  it('writes what was decided together with the next time', async () => {
    await ask(['a', now]);
    const woken: string[] = [];
    const schedule = scheduleOf((key, at) =>
      Promise.resolve({
        ops: [put(meta, { id: 'decided', value: { at } })],
        next: at + 500,
        afterwards: () => woken.push(key),
      }),
    );
    await schedule.tick();
    assert.deepEqual((await engine.get(meta, 'decided'))?.value, { at: now });
    assert.equal((await rowOf('a')).dueAt, now + 500);
    assert.deepEqual(woken, ['a']);
  });

  it('writes nothing of a decision that somebody overtook, and asks again', async () => {
    await ask(['a', now]);
    const schedule = scheduleOf(async () => {
      if (looked.length === 1) await ask(['a', now - 1]); // another time was set while it was decided
      return { ops: [put(meta, { id: `decided${looked.length}`, value: {} })] };
    });
    await schedule.tick();
    assert.equal(await engine.get(meta, 'decided1'), undefined);
    await schedule.tick();
    assert.ok(await engine.get(meta, 'decided2'));
    assert.equal((await rowOf('a')).dueAt, null);
  });

  it('acts once where two processes tick at the same moment', async () => {
    const keys = Array.from({ length: 40 }, (_, n) => String(n));
    await ask(...keys.map((key) => [key, now] as const));
    const acted: string[] = [];
    const handler: DueHandler = (key) => Promise.resolve({ ops: [], afterwards: () => acted.push(key) });
    await Promise.all([scheduleOf(handler).tick(), scheduleOf(handler).tick()]);
    assert.deepEqual(acted.sort(), keys.sort());
  });

  it('tries a failing one again with growing pauses, and holds up nobody else by it', async () => {
    await ask(['bad', now], ['good', now + 1]);
    const schedule = scheduleOf((key) => (key === 'bad' ? Promise.reject(new TypeError('x')) : done(key, now)));
    await schedule.tick();
    assert.deepEqual([(await rowOf('bad')).tries, (await rowOf('bad')).dueAt], [1, now + 2_000]);
    now += 1;
    await schedule.tick();
    assert.deepEqual(looked, ['bad', 'good']);
    for (let attempt = 2; attempt <= 12; attempt += 1) {
      now = (await rowOf('bad')).dueAt ?? 0;
      await schedule.tick();
    }
    assert.equal((await rowOf('bad')).dueAt, now + 10 * 60_000);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('error')),
      ['error schedule.failed case 8'],
    );
  });

  it('keeps what nobody here knows, and comes back to it', async () => {
    await engine.commit([dueOp('nextYear', 'a', now)]);
    await scheduleOf(done).tick();
    const row = await engine.get(due, 'nextYear:a');
    assert.equal(row?.dueAt, now + 2_000);
  });

  it('does nothing without the lease, nor once it is stopped', async () => {
    await ask(['a', now]);
    await scheduleOf(done, () => false).tick();
    const schedule = scheduleOf(done);
    await schedule.stop();
    await schedule.tick();
    assert.deepEqual(looked, []);
  });

  it('waits while the store is out, and blames nobody', async () => {
    await ask(['a', now]);
    const out = new Proxy(engine, {
      get: (target, name) =>
        name === 'commit'
          ? () => Promise.reject(new StoreUnavailable('out'))
          : (Reflect.get(target, name) as () => unknown).bind?.(target),
    });
    await scheduleOf(done, () => true, out).tick();
    assert.deepEqual([(await rowOf('a')).tries, lines], [0, []]);
    await scheduleOf(done).tick();
    assert.equal((await rowOf('a')).dueAt, null);
  });
};
