import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import supertest, { type Test } from 'supertest';
import type { StorePlace } from '../../test/means/stores.js';
import { createAuthenticate } from '../operators/authenticate.js';
import type { Role } from '../operators/operator.js';
import { operatorMigrations } from '../operators/operator-tables.js';
import { operatorRoutes } from '../operators/operator-routes.js';
import type { Engine } from '../storage/engine.js';
import type { Migration } from '../storage/table.js';
import { API_PATH, createApi, type Served } from './create-api.js';
import { apiMigrations } from './idempotency-table.js';
import type { Route } from './route.js';

export const ADMIN_TOKEN = 'an-admin-token-of-more-than-thirty-two-characters';
export const PEPPER = Buffer.alloc(32, 7);

/** A clock that stands still until it is moved. */
export class SetClock {
  at = Date.parse('2026-03-01T09:00:00.000Z');
  now = (): number => this.at;
  monotonic = (): number => this.at;
}

/** Calls the API as one operator. */
export type Caller = Readonly<Record<'get' | 'post' | 'patch' | 'delete' | 'put', (path: string) => Test>>;

/** The API on a real store, behind a real Express app and a real socket. */
export type ApiUnderTest = {
  readonly engine: Engine;
  readonly clock: SetClock;
  readonly url: string;
  readonly served: readonly Served[];
  readonly errors: readonly unknown[];
  readonly admin: Caller;
  /** With another token, or none. */
  as(token: string | undefined): Caller;
  /** Makes an operator of the role first. */
  asRole(role: Role): Promise<Caller>;
  close(): Promise<void>;
};

export type Means = { readonly engine: Engine; readonly clock: SetClock };

/** @param engineOf stands between the store and the API: to make it fail */
export async function serveApi(
  place: StorePlace,
  routes: (means: Means) => readonly Route[],
  migrations: readonly Migration[],
  engineOf: (engine: Engine) => Engine = (engine) => engine,
): Promise<ApiUnderTest> {
  const store = await place.open([...operatorMigrations, ...apiMigrations, ...migrations]);
  const engine = engineOf(store);
  const clock = new SetClock();
  const served: Served[] = [];
  const errors: unknown[] = [];
  const api = createApi({
    engine,
    clock,
    pepper: PEPPER,
    authenticate: createAuthenticate({ engine, pepper: PEPPER, adminToken: ADMIN_TOKEN }),
    routes: [...operatorRoutes({ engine, pepper: PEPPER }), ...routes({ engine, clock })],
    version: '0.0.0',
    onRequest: (each) => served.push(each),
    onError: (error) => errors.push(error),
  });
  const server = await listening(express().use(API_PATH, api));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const as = (token: string | undefined) => callerOf(url, token);
  const admin = as(ADMIN_TOKEN);
  return {
    engine: store,
    clock,
    url,
    served,
    errors,
    admin,
    as,
    asRole: async (role) =>
      as((await admin.post('/operators').send({ name: role, role }).expect(201)).body.token as string),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

function callerOf(url: string, token: string | undefined): Caller {
  const call = (method: keyof Caller) => (path: string) => {
    const test = supertest(url)[method](API_PATH + path);
    return token === undefined ? test : test.set('authorization', `Bearer ${token}`);
  };
  return { get: call('get'), post: call('post'), patch: call('patch'), delete: call('delete'), put: call('put') };
}

const listening = (app: express.Express): Promise<Server> =>
  new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
