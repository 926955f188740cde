import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { ADMIN_TOKEN, type ApiUnderTest } from './api.fixture.js';
import { makeThing, serveTestRoutes, type State } from './routes.fixture.js';

/** What every route of the API has in common. */
export const apiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let state: State;
  beforeEach(async () => {
    state = { runs: 0, hold: Promise.resolve(), outOfOrder: false };
    api = await serveTestRoutes(await place(), state);
  });
  afterEach(() => api.close());

  const make = (key?: string, body?: object) => makeThing(api, key, body);

  describe('letting in', () => {
    it('refuses whoever bears no token or a wrong one, and says how to come in', async () => {
      for (const token of [undefined, 'wrong', `${ADMIN_TOKEN}x`, 'x'.repeat(5_000)]) {
        const answer = await api.as(token).get('/for/agent').expect(401);
        assert.match(answer.get('www-authenticate') ?? '', /^Bearer realm="vestnik"/);
        assert.match(answer.get('content-type') ?? '', /^application\/problem\+json/);
        assert.equal(answer.body.status, 401);
        assert.equal(answer.body.requestId, answer.get('x-request-id'));
      }
    });

    it('lets each role do what the roles before it may, and nothing of the ones after it', async () => {
      const roles = ['agent', 'broadcaster', 'admin'] as const;
      for (const [has, role] of roles.entries()) {
        const caller = await api.asRole(role);
        for (const [needs, route] of roles.entries()) {
          const answer = await caller.get(`/for/${route}`);
          assert.equal(answer.status, has >= needs ? 200 : 403, `${role} at a route for ${route}`);
        }
      }
    });

    it('shuts out a disabled operator, and keeps no token as it is', async () => {
      const { body } = await api.admin.post('/operators').send({ name: 'Ann', role: 'agent' }).expect(201);
      await api.as(body.token).get('/for/agent').expect(200);
      await api.admin.delete(`/operators/${body.id}`).expect(204);
      await api.admin.delete(`/operators/${body.id}`).expect(204);
      await api.as(body.token).get('/for/agent').expect(401);
      await api.admin.delete('/operators/nobody').expect(404);
      const listed = await api.admin.get('/operators').expect(200);
      assert.deepEqual(Object.keys(listed.body.items[0]), ['id', 'name', 'role', 'createdAt', 'disabledAt']);
      assert.equal(listed.body.items[0].disabledAt, '2026-03-01T09:00:00.000Z');
      const record = await api.admin.get('/audit').expect(200);
      const acts = (record.body.items as { action: string; operator: string }[]).map((entry) => [
        entry.operator,
        entry.action,
      ]);
      assert.deepEqual(acts.toSorted(), [
        ['admin', 'operator.create'],
        ['admin', 'operator.disable'],
      ]);
      assert.ok(!JSON.stringify([listed.body, record.body]).includes(body.token));
    });

    it('says what is wrong with a new operator', async () => {
      const answer = await api.admin.post('/operators').send({ name: ' ', role: 'king' }).expect(422);
      assert.deepEqual(answer.body.errors, [
        { field: 'name', message: 'a text that is not empty' },
        { field: 'role', message: 'one of agent, broadcaster, admin' },
      ]);
    });
  });

  describe('refusals', () => {
    it('are problem documents, whatever is wrong', async () => {
      const json = (body: string, type = 'application/json') =>
        api.admin.post('/things').set('content-type', type).send(body);
      const latin1 = api.admin.post('/things').set('content-type', 'application/json');
      latin1.serialize(() => Buffer.from([0x22, 0xff, 0x22]) as unknown as string);
      const cases = [
        [404, await api.admin.get('/nothing')],
        [404, await api.admin.get('/for/agent/more')],
        [405, await api.admin.put('/things')],
        [400, await json('{"name":')],
        [400, await latin1.send({})],
        [400, await api.admin.get('/numbers/%E0%A4%A')],
        [413, await json(JSON.stringify({ name: 'x'.repeat(1024 * 1024) }))],
        [415, await json('name=1', 'application/x-www-form-urlencoded')],
        [415, await json('{}', 'application/json; charset=koi8-r')],
        [415, await json('a,b', 'text/csv')],
        [422, await json('{}')],
        [422, await json('[]')],
        [422, await api.admin.post('/things')],
        [500, await api.admin.get('/fault')],
      ] as const;
      for (const [status, answer] of cases) {
        assert.equal(answer.status, status);
        assert.equal(answer.get('content-type'), 'application/problem+json; charset=utf-8');
        assert.equal(answer.body.status, status);
        assert.ok(answer.body.title && answer.body.detail && answer.body.requestId);
      }
      assert.equal((await api.admin.put('/things')).get('allow'), 'POST');
    });

    it('name every wrong field and repeat no value', async () => {
      const answer = await api.admin
        .post('/things')
        .send({ name: 'CANARY'.repeat(9), size: 'CANARY' })
        .expect(422);
      assert.deepEqual(answer.body.errors, [
        { field: 'name', message: 'at most 20 characters' },
        { field: 'size', message: 'a whole number' },
      ]);
      assert.ok(!answer.text.includes('CANARY'));
      const fault = await api.admin.get('/fault').expect(500);
      assert.ok(!fault.text.includes('CANARY'));
      assert.equal(api.errors.length, 1);
    });

    it('say 503 while the store is out, and work again when it is back', async () => {
      state.outOfOrder = true;
      const answer = await make();
      assert.equal(answer.status, 503);
      assert.equal(answer.get('retry-after'), '5');
      state.outOfOrder = false;
      assert.equal((await make()).status, 201);
    });
  });

  it('tells the log a pattern and an id, never the URL', async () => {
    const answer = await api.admin.get('/numbers/79161234567?after=5');
    await api.admin.get('/79161234567');
    const [first, second] = api.served;
    assert.deepEqual(
      { ...first, ms: 0 },
      {
        requestId: answer.get('x-request-id'),
        method: 'GET',
        route: '/api/v1/numbers/{id}',
        status: 200,
        ms: 0,
        operator: 'admin',
      },
    );
    assert.equal(second?.route, 'other');
    assert.ok(!JSON.stringify(api.served).includes('7916'));
  });

  it('pages through a list without losing or repeating anything', async () => {
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await api.admin.get(`/numbers/x?limit=7${after === undefined ? '' : `&after=${after}`}`).expect(200);
      assert.ok(page.body.items.length <= 7);
      seen.push(...(page.body.items as number[]));
      after = page.body.next as string | undefined;
    } while (after !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, index) => index),
    );
    assert.equal((await api.admin.get('/numbers/x')).body.items.length, 50);
    assert.equal((await api.admin.get('/numbers/x?limit=100000')).body.items.length, 200);
    for (const limit of ['0', '-1', '1.5', 'many', '']) await api.admin.get(`/numbers/x?limit=${limit}`).expect(422);
  });
};
