import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { StoreUnavailable } from '../storage/engine.js';
import type { ApiUnderTest } from './api.fixture.js';
import { idempotency } from './idempotency-table.js';
import { makeThing, serveTestRoutes, type State } from './routes.fixture.js';

/** `Idempotency-Key` on POST. */
export const idempotencyContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let state: State;
  beforeEach(async () => {
    state = { runs: 0, hold: Promise.resolve(), outOfOrder: false };
    api = await serveTestRoutes(await place(), state);
  });
  afterEach(() => api.close());

  const make = (key?: string, body?: object) => makeThing(api, key, body);

  it('answers the same request under the same key the same, and acts once', async () => {
    const first = await make('key-1');
    const second = await make('key-1');
    assert.equal(first.status, 201);
    assert.equal(second.status, 201);
    assert.deepEqual(second.body, first.body);
    assert.equal(state.runs, 1);
    assert.equal((await api.admin.get('/audit')).body.items.length, 1);
    await make('key-2');
    await make();
    assert.equal(state.runs, 3);
  });

  it('refuses another body under the same key, and the same key for another operator is another key', async () => {
    await make('key-1');
    const other = await make('key-1', { name: 'two', size: 2 });
    assert.equal(other.status, 422);
    assert.equal(other.body.errors[0].field, 'Idempotency-Key');
    const agent = await api.asRole('agent');
    const theirs = await agent.post('/things').set('idempotency-key', 'key-1').send({ name: 'two', size: 2 });
    assert.equal(theirs.status, 201);
    assert.equal(state.runs, 2);
  });

  it('acts once when twenty come at the same moment; those that came too early are told so', async () => {
    let go = () => {};
    state.hold = new Promise((resolve) => (go = resolve));
    const all = Array.from({ length: 20 }, () => make('key-1').then((answer) => answer));
    const early = await Promise.race(all);
    assert.equal(early.status, 409);
    go();
    const statuses = (await Promise.all(all)).map((answer) => answer.status);
    assert.equal(statuses.filter((status) => status === 201).length >= 1, true);
    assert.ok(
      statuses.every((status) => status === 201 || status === 409),
      statuses.join(),
    );
    assert.equal(state.runs, 1);
    assert.equal((await make('key-1')).status, 201);
    assert.equal(state.runs, 1);
  });

  it('forgets after 24 hours', async () => {
    await make('key-1');
    api.clock.at += 24 * 3_600_000 - 1;
    await make('key-1');
    assert.equal(state.runs, 1);
    api.clock.at += 1;
    assert.equal((await make('key-1', { name: 'two', size: 2 })).status, 201);
    assert.equal(state.runs, 2);
  });

  it('lets a refused or failed request be made again', async () => {
    state.hold = Promise.reject(new StoreUnavailable('out'));
    state.hold.catch(() => undefined);
    assert.equal((await make('key-1')).status, 503);
    state.hold = Promise.resolve();
    assert.equal((await make('key-1')).status, 201);
    assert.equal((await make('key-3', { name: 'x' })).status, 422);
    assert.equal((await make('key-3')).status, 201);
  });

  it('takes over from a run that died, which then can do nothing any more', async () => {
    let go = () => {};
    state.hold = new Promise((resolve) => (go = resolve));
    const dead = make('key-1').then((answer) => answer);
    while (state.runs === 0) await new Promise((resolve) => setImmediate(resolve));
    state.hold = Promise.resolve();
    api.clock.at += 60_000;
    assert.equal((await make('key-1')).status, 201);
    go();
    assert.equal((await dead).status, 409);
    assert.equal((await api.admin.get('/audit')).body.items.length, 1);
  });

  it('keeps answers so that the store alone cannot read them, and says so when one was erased', async () => {
    const body = { name: 'Ann', role: 'agent' };
    const made = await api.admin.post('/operators').set('idempotency-key', 'key-1').send(body).expect(201);
    const again = await api.admin.post('/operators').set('idempotency-key', 'key-1').send(body).expect(201);
    assert.deepEqual(again.body, made.body);
    const [row] = await api.engine.find(idempotency, { where: {}, limit: 10 });
    assert.ok(row?.answer);
    assert.ok(
      !Buffer.from(row.answer)
        .toString('latin1')
        .includes(made.body.token as string),
    );
    await api.engine.patchMany(idempotency, [{ id: row.id, set: { answer: null } }]);
    await api.admin.post('/operators').set('idempotency-key', 'key-1').send(body).expect(410);
  });

  it('is one to 255 visible characters', async () => {
    assert.equal((await make('with a space')).status, 422);
    assert.equal((await make('x'.repeat(256))).status, 422);
    assert.equal(state.runs, 0);
  });
};
