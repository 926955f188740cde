import assert from 'node:assert/strict';
import { z } from 'zod';
import type { StorePlace } from '../../test/means/stores.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { ADMIN_TOKEN, serveApi, type ApiUnderTest, type Means } from './api-under-test.js';
import { idempotency } from './idempotency-table.js';
import { pageFrom, pageOf, pageQuery } from './paging.js';
import { defineRoute, type Route } from './route.js';

/** What every route of the API has in common, shown on routes of the test's own. */
export const apiContract = (place: () => Promise<StorePlace>): void => {
  let api: ApiUnderTest;
  let runs: number;
  let hold: Promise<void>;
  let outOfOrder: boolean;

  const routes = ({ clock }: Means): readonly Route[] => [
    ...(['agent', 'broadcaster', 'admin'] as const).map((role) =>
      defineRoute({
        method: 'get',
        path: `/for/${role}`,
        tag: 'Test',
        role,
        summary: `For ${role}`,
        answers: [{ status: 200, description: 'Yes' }],
        handler: () => ({ body: { role } }),
      }),
    ),
    defineRoute({
      method: 'post',
      path: '/things',
      tag: 'Test',
      role: 'agent',
      summary: 'Makes a thing',
      body: z.object({
        name: z.string({ error: 'a text' }).max(20, { error: 'at most 20 characters' }),
        size: z.int({ error: 'a whole number' }),
      }),
      answers: [{ status: 201, description: 'Made' }],
      handler: async ({ body, audit }) => {
        runs += 1;
        await hold;
        const act = { action: 'thing.create', target: 'thing:1', after: body };
        return { status: 201, body: { run: runs, at: clock.now() }, ops: [audit(act)] };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/numbers/{id}',
      tag: 'Test',
      role: 'agent',
      summary: 'Some numbers',
      params: z.object({ id: z.string() }),
      query: pageQuery,
      answers: [{ status: 200, description: 'A page', schema: pageOf(z.int()) }],
      handler: ({ query: { limit, after } }) => {
        const rows = Array.from({ length: 300 }, (_, index) => index).filter((one) => one > Number(after ?? -1));
        return { body: pageFrom(rows.slice(0, limit + 1), limit, String) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/fault',
      tag: 'Test',
      role: 'agent',
      summary: 'A fault of ours',
      answers: [{ status: 200, description: 'Never' }],
      handler: () => {
        throw new Error('CANARY in an error text');
      },
    }),
  ];

  /** A store that is out whenever the test says so. */
  const failing = (engine: Engine): Engine =>
    new Proxy(engine, {
      get(target, name) {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          outOfOrder ? Promise.reject(new StoreUnavailable('out')) : (member.apply(target, args) as unknown);
      },
    });

  beforeEach(async () => {
    runs = 0;
    hold = Promise.resolve();
    outOfOrder = false;
    api = await serveApi(await place(), routes, [], failing);
  });
  afterEach(() => api.close());

  const make = (key?: string, body: object = { name: 'one', size: 1 }) => {
    const test = api.admin.post('/things');
    return (key === undefined ? test : test.set('idempotency-key', key)).send(body);
  };

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
      outOfOrder = true;
      const answer = await make();
      assert.equal(answer.status, 503);
      assert.equal(answer.get('retry-after'), '5');
      outOfOrder = false;
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

  describe('Idempotency-Key', () => {
    it('answers the same request under the same key the same, and acts once', async () => {
      const first = await make('key-1');
      const second = await make('key-1');
      assert.equal(first.status, 201);
      assert.equal(second.status, 201);
      assert.deepEqual(second.body, first.body);
      assert.equal(runs, 1);
      assert.equal((await api.admin.get('/audit')).body.items.length, 1);
      await make('key-2');
      await make();
      assert.equal(runs, 3);
    });

    it('refuses another body under the same key, and the same key for another operator is another key', async () => {
      await make('key-1');
      const other = await make('key-1', { name: 'two', size: 2 });
      assert.equal(other.status, 422);
      assert.equal(other.body.errors[0].field, 'Idempotency-Key');
      const agent = await api.asRole('agent');
      const theirs = await agent.post('/things').set('idempotency-key', 'key-1').send({ name: 'two', size: 2 });
      assert.equal(theirs.status, 201);
      assert.equal(runs, 2);
    });

    it('acts once when twenty come at the same moment; those that came too early are told so', async () => {
      let go = () => {};
      hold = new Promise((resolve) => (go = resolve));
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
      assert.equal(runs, 1);
      assert.equal((await make('key-1')).status, 201);
      assert.equal(runs, 1);
    });

    it('forgets after 24 hours', async () => {
      await make('key-1');
      api.clock.at += 24 * 3_600_000 - 1;
      await make('key-1');
      assert.equal(runs, 1);
      api.clock.at += 1;
      assert.equal((await make('key-1', { name: 'two', size: 2 })).status, 201);
      assert.equal(runs, 2);
    });

    it('lets a refused or failed request be made again', async () => {
      hold = Promise.reject(new StoreUnavailable('out'));
      hold.catch(() => undefined);
      assert.equal((await make('key-1')).status, 503);
      hold = Promise.resolve();
      assert.equal((await make('key-1')).status, 201);
      assert.equal((await make('key-3', { name: 'x' })).status, 422);
      assert.equal((await make('key-3')).status, 201);
    });

    it('takes over from a run that died, which then can do nothing any more', async () => {
      let go = () => {};
      hold = new Promise((resolve) => (go = resolve));
      const dead = make('key-1').then((answer) => answer);
      while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
      hold = Promise.resolve();
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
      assert.equal(runs, 0);
    });
  });
};
