import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StorePlace } from '../../test/means/stores.js';
import { deliveryMigrations, outbox, type OutboxRow } from '../delivery/outbox-table.js';
import { queuedRow } from '../delivery/reply-row.js';
import { SetClock, until } from '../inbox/inbox.fixture.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { Folder, type FolderDeps } from './folder.js';
import { messageMigrations, statusEvents, type StatusRow } from './message-tables.js';

const OURS = '1000';

/** Statuses and the messages they speak of. */
export const folderContract = (place: () => Promise<StorePlace>): void => {
  let engine: Engine;
  let clock: SetClock;
  let folders: Folder[];
  let settled: string[];
  let seen: [number: string, arrivedAt: number][];
  let warnings: string[];
  let ids: number;
  beforeEach(async () => {
    engine = await (await place()).open([...messageMigrations, ...deliveryMigrations]);
    clock = new SetClock();
    [folders, settled, seen, warnings, ids] = [[], [], [], [], 0];
  });
  afterEach(async () => {
    await Promise.all(folders.map((folder) => folder.stop()));
    await engine.close();
  });

  const make = (more: Partial<FolderDeps> = {}): Folder => {
    const folder = new Folder({
      engine,
      clock,
      mayFold: () => true,
      onStatus: (...what) => seen.push(what),
      onSettled: (id) => settled.push(id),
      log: { warn: (event) => warnings.push(event) },
      ...more,
    });
    folders.push(folder);
    return folder;
  };
  const sent = (id: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
    ...queuedRow({
      id,
      phoneNumberId: OURS,
      contactId: 'ann' as never,
      personKey: 'key' as never,
      purpose: 'reply',
      priority: 1,
      content: { type: 'text', body: 'yes' },
      createdAt: 1,
      dueAt: 1,
      uselessAfter: 9,
      answers: null,
    }),
    state: 'accepted',
    active: false,
    wamidHash: `hash-${id}`,
    ...more,
  });
  const event = (status: string, at: number, more: Partial<StatusRow> = {}): StatusRow => ({
    id: `event-${(ids += 1)}`,
    phoneNumberId: OURS,
    outboxId: 'one',
    wamidHash: 'hash-one',
    status,
    at,
    errorCode: null,
    category: null,
    arrival: clock.at * 1_000 + ids,
    state: 'new',
    ...more,
  });
  const say = (...events: readonly StatusRow[]) => engine.append(statusEvents, events);
  const folded = (count = 0) => until(async () => (await engine.count(statusEvents, { state: 'new' })) === count);
  const message = (id = 'one') => engine.get(outbox, id);

  it('are told of before they count as folded, and again when that was cut off', async () => {
    await engine.append(outbox, [sent('one')]);
    await say(
      event('failed', 2, { errorCode: 131050 }),
      event('sent', 1, { outboxId: 'of another program', wamidHash: 'x' }),
    );
    const told: unknown[] = [];
    const onFolding: FolderDeps['onFolding'] = async (events) => {
      told.push(...events);
      assert.equal(await engine.count(statusEvents, { state: 'folded' }), 0);
      if (told.length === 1) throw new StoreUnavailable('cut off');
    };
    make({ onFolding }).start();
    await folded();
    const news = { outboxId: 'one', at: 2, errorCode: 131050, category: null };
    assert.deepEqual(told, [news, news]);
  });

  it('come together in any order, before and after the answer to our own call', async () => {
    await engine.append(outbox, [sent('one', { state: 'attempted', active: true, wamidHash: null })]);
    await say(event('read', 9), event('sent', 3), event('played', 12));
    make().start();
    await folded();
    const patch = { id: 'one', set: { state: 'accepted', active: false, wamidHash: 'hash-one' } } as const;
    await engine.patchMany(outbox, [patch]);
    await say(
      event('failed', 2, { errorCode: 131026 }),
      event('delivered', 5, { category: 'service' }),
      event('sent', 8),
    );
    folders[0]?.nudge();
    await folded();
    const row = await message();
    assert.deepEqual(
      [
        row?.state,
        row?.sentAt,
        row?.deliveredAt,
        row?.readAt,
        row?.playedAt,
        row?.failedAt,
        row?.failedCode,
        row?.category,
      ],
      ['accepted', 3, 5, 9, 12, 2, 131026, 'service'],
    );
    assert.deepEqual(settled, []);
    assert.deepEqual(new Set(seen.map(([number]) => number)), new Set([OURS]));
  });

  it('find their message by our own words, else by the hash of the wamid, and one message once', async () => {
    await engine.append(outbox, [sent('one'), sent('two')]);
    await say(event('sent', 3), event('read', 9, { outboxId: null }), event('delivered', 4, { outboxId: 'gone' }));
    await say(event('sent', 7, { outboxId: 'two', wamidHash: 'of another attempt' }));
    make().start();
    await folded();
    const one = await message();
    assert.deepEqual([one?.sentAt, one?.deliveredAt, one?.readAt, (await message('two'))?.sentAt], [3, 4, 9, 7]);
  });

  it('say that Meta was there when the newest of them arrived, not when they are folded', async () => {
    await engine.append(outbox, [sent('one')]);
    const arrived = clock.at;
    await say(event('sent', 3), event('delivered', 4, { arrival: (arrived + 700) * 1_000 + 9 }), event('read', 5));
    clock.at += 5_000;
    make().start();
    await folded();
    assert.deepEqual(seen, [[OURS, arrived + 700]]);
  });

  it('of another number are not this number’s', async () => {
    await engine.append(outbox, [sent('one')]);
    await say(event('sent', 3, { phoneNumberId: '2000' }));
    make().start();
    await folded();
    assert.equal((await message())?.sentAt, null);
    assert.equal(await engine.count(statusEvents, { state: 'orphan' }), 1);
    assert.deepEqual(seen, []);
  });

  it('settle a message whose fate was unknown, and tell so once', async () => {
    await engine.append(outbox, [sent('one', { state: 'unknown', active: true, reason: 'timeout' })]);
    await say(event('delivered', 5));
    make().start();
    await folded();
    const row = await message();
    assert.deepEqual([row?.state, row?.active, row?.reason, row?.settledAt], ['accepted', false, null, clock.at]);
    await say(event('read', 6));
    folders[0]?.nudge();
    await folded();
    assert.deepEqual(settled, ['one']);
  });

  it('wait as orphans for a message that is known later, ten minutes at the most', async () => {
    await say(event('sent', 3), event('read', 5, { outboxId: 'two', wamidHash: 'hash-two' }));
    make().start();
    await folded();
    assert.equal(await engine.count(statusEvents, { state: 'orphan' }), 2);
    await engine.append(outbox, [sent('one')]);
    clock.at += 2_000;
    folders[0]?.nudge();
    await until(async () => (await message())?.sentAt === 3);
    clock.at += 600_000;
    await engine.append(outbox, [sent('two')]);
    folders[0]?.nudge();
    await until(async () => (await engine.count(statusEvents, { state: 'new' })) === 0);
    await until(async () => (await engine.count(statusEvents, { state: 'orphan' })) === 0);
    assert.equal((await message('two'))?.readAt, null);
  });

  it('wait their turn as orphans though those of another program are many', async () => {
    const strangers = Array.from({ length: 1_500 }, () => event('sent', 3, { outboxId: null, wamidHash: 'foreign' }));
    for (let from = 0; from < strangers.length; from += 500) await say(...strangers.slice(from, from + 500));
    await say(event('sent', 4));
    make().start();
    await folded();
    await engine.append(outbox, [sent('one')]);
    await until(async () => {
      clock.at += 2_000;
      folders[0]?.nudge();
      return (await message())?.sentAt === 4;
    });
  }).timeout(60_000);

  it('are folded within a tenth of a second of the nudge, also when nothing came for long', async () => {
    await engine.append(outbox, [sent('one')]);
    const folder = make();
    folder.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await say(event('sent', 3));
    const started = performance.now();
    folder.nudge();
    folder.nudge();
    await folded();
    assert.ok(performance.now() - started < 500, `it took ${performance.now() - started} ms`); // on a busy machine
  });

  it('are folded ten thousand at once in slices of 250 rows', async () => {
    const messages = Array.from({ length: 2_000 }, (_, index) => sent(`m${index}`));
    for (let from = 0; from < messages.length; from += 500)
      await engine.append(outbox, messages.slice(from, from + 500));
    const names = ['sent', 'delivered', 'read', 'played', 'failed'];
    for (const [index, name] of names.entries())
      for (let from = 0; from < messages.length; from += 500)
        await say(
          ...messages
            .slice(from, from + 500)
            .map(({ id }) => event(name, index + 1, { outboxId: id, wamidHash: `hash-${id}` })),
        );
    let largest = 0;
    const counting = watched(engine, 'patchMany', (rows) => (largest = Math.max(largest, rows)));
    make({ engine: watched(counting, 'removeMany', (rows) => (largest = Math.max(largest, rows))) }).start();
    await until(async () => (await engine.count(statusEvents, {})) === 1, 25_000);
    assert.equal(await engine.count(outbox, { sentAt: 1, deliveredAt: 2, readAt: 3, playedAt: 4, failedAt: 5 }), 2_000);
    assert.ok(largest <= 250);
  }).timeout(40_000);

  it('are folded again after a crash between the two writes, which changes nothing', async () => {
    await engine.append(outbox, [sent('one')]);
    await say(event('sent', 3), event('failed', 4, { errorCode: 131026 }));
    let writes = 0;
    const crashing = watched(engine, 'patchMany', () => {
      if ((writes += 1) === 3) throw new StoreUnavailable('gone');
    });
    const first = make({ engine: crashing });
    first.start();
    await until(() => writes >= 3);
    await first.stop();
    const before = await message();
    assert.equal(before?.sentAt, 3);
    // The newest stays: the write that failed was the one about it. The other goes by a write beside it, which nobody waits for then.
    await folded(1);
    make().start();
    await folded();
    assert.deepEqual(await message(), before);
    assert.deepEqual(warnings, ['folder.failed']);
  });

  it('add up to the same when two processes fold at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), async (times) => {
        const id = `m${(ids += 1)}`;
        await engine.append(outbox, [sent(id)]);
        const both = [make(), make()];
        const events = times.map((at) => event('sent', at, { outboxId: id }));
        await Promise.all(
          events.map(async (one) => {
            await say(one);
            for (const folder of both) folder.nudge();
          }),
        );
        await folded();
        await Promise.all(both.map((folder) => folder.stop()));
        assert.equal((await message(id))?.sentAt, Math.min(...times));
      }),
      { numRuns: 8 },
    );
  }).timeout(60_000);

  it('stay as they are while this process may not fold, and after the stop', async () => {
    await engine.append(outbox, [sent('one')]);
    await say(event('sent', 3));
    let mayFold = false;
    const folder = make({ mayFold: () => mayFold });
    folder.start();
    folder.nudge();
    await new Promise((resolve) => setTimeout(resolve, 120));
    assert.equal((await message())?.sentAt, null);
    await folder.stop();
    mayFold = true;
    folder.nudge();
    await new Promise((resolve) => setTimeout(resolve, 120));
    assert.equal((await message())?.sentAt, null);
  });
};

/** The engine, telling of the calls of one method before they are made. */
function watched(engine: Engine, method: 'patchMany' | 'removeMany', onCall: (rows: number) => void): Engine {
  return new Proxy(engine, {
    get: (target, name) => {
      const value = target[name as keyof Engine] as unknown;
      if (typeof value !== 'function') return value;
      const bound = (value as (...args: unknown[]) => Promise<unknown>).bind(target);
      if (name !== method) return bound;
      return async (table: unknown, rows: readonly unknown[]) => {
        onCall(rows.length);
        return bound(table, rows);
      };
    },
  });
}
