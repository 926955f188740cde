import { z } from 'zod';
import type { StorePlace } from '../../test/means/stores.js';
import { StoreUnavailable, type Engine } from '../storage/engine.js';
import { serveApi, type ApiUnderTest, type Means } from './api.fixture.js';
import { pageFrom, pageOf, pageQuery } from './paging.js';
import { defineRoute, type Route } from './route.js';

/** Routes of the tests' own, to show on them what every route has in common. */

export type State = {
  /** How often a thing was made. */
  runs: number;
  /** What making a thing waits for. */
  hold: Promise<void>;
  /** The store is out. */
  outOfOrder: boolean;
};

export const serveTestRoutes = async (place: StorePlace, state: State): Promise<ApiUnderTest> =>
  serveApi(
    place,
    (means) => routes(state, means),
    [],
    (engine) => failing(state, engine),
  );

/** Makes a thing, under an `Idempotency-Key` or without. */
export const makeThing = (api: ApiUnderTest, key?: string, body: object = { name: 'one', size: 1 }) => {
  const test = api.admin.post('/things');
  return (key === undefined ? test : test.set('idempotency-key', key)).send(body);
};

const routes = (state: State, { clock }: Means): readonly Route[] => [
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
      state.runs += 1;
      await state.hold;
      const act = { action: 'thing.create', target: 'thing:1', after: body };
      return { status: 201, body: { run: state.runs, at: clock.now() }, ops: [audit(act)] };
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
const failing = (state: State, engine: Engine): Engine =>
  new Proxy(engine, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        state.outOfOrder ? Promise.reject(new StoreUnavailable('out')) : (member.apply(target, args) as unknown);
    },
  });
