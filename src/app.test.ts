import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import express from 'express';
import request from 'supertest';
import { createApp, type AppParts } from './app.js';
import { listen } from './listen.js';

const ADMIN = 'a'.repeat(40);

describe('What every role serves', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  const app = (parts: Partial<AppParts> = {}) => {
    const server = createApp({
      door: undefined,
      api: undefined,
      isReady: () => true,
      deepReport: () => Promise.resolve({ counts: { inboxDepth: 3 } }),
      metrics: { contentType: 'text/plain; version=0.0.4', render: () => Promise.resolve('vestnik_inbox_depth 3\n') },
      adminToken: ADMIN,
      ...parts,
    });
    servers.push(server);
    return server;
  };

  it('is alive whatever the store does', async () => {
    await request(app({ isReady: () => false }))
      .get('/healthz')
      .expect(200, 'ok\n');
  });

  it('is ready while the store can be written, and says 503 when it cannot', async () => {
    await request(app()).get('/readyz').expect(200, { ready: true });
    await request(app({ isReady: () => false }))
      .get('/readyz')
      .expect(503, { ready: false });
  });

  it('counts anew when it is asked deeply, and is not ready when that fails', async () => {
    await request(app())
      .get('/readyz?deep')
      .expect(200, { ready: true, counts: { inboxDepth: 3 } });
    const deepReport = () => Promise.reject(new Error('out'));
    await request(app({ deepReport })).get('/readyz?deep').expect(503, { ready: false });
  });

  it('shows metrics to the loopback', async () => {
    const { text, headers } = await request(app()).get('/metrics').expect(200);
    assert.equal(text, 'vestnik_inbox_depth 3\n');
    assert.match(headers['content-type'] ?? '', /^text\/plain/);
  });

  it('shows metrics to others only with the admin token: what a proxy brings is not the loopback', async () => {
    for (const header of ['x-forwarded-for', 'forwarded']) {
      const from = (authorization?: string) => {
        const asked = request(app()).get('/metrics').set(header, '203.0.113.9');
        return authorization === undefined ? asked : asked.set('authorization', authorization);
      };
      const { body } = await from().expect(401).expect('www-authenticate', 'Bearer');
      assert.deepEqual(body, { type: 'about:blank', title: 'Unauthorized', status: 401 });
      await from('Bearer wrong').expect(401);
      await from(`Bearer ${ADMIN}x`).expect(401);
      await from(`Bearer ${ADMIN}`).expect(200);
    }
  });

  it('answers what is not there with a problem document, on every method', async () => {
    const server = app();
    for (const asked of [
      request(server).get('/nothing'),
      request(server).post('/no/thing'),
      request(server).delete('/x'),
    ])
      await asked
        .expect(404)
        .expect('content-type', /application\/problem\+json/)
        .expect({ type: 'about:blank', title: 'Not Found', status: 404 });
  });

  it('answers a fault of its own with a problem document that says nothing of it', async () => {
    const render = () => Promise.reject(new Error('secret'));
    await request(app({ metrics: { contentType: 'text/plain', render } }))
      .get('/metrics')
      .expect(500, { type: 'about:blank', title: 'Internal Server Error', status: 500 });
  });

  it('gives the door what is the door’s, and goes on to the rest with everything else', async () => {
    const door = express.Router();
    door.get('/webhooks/whatsapp', (_request, response) => void response.end('door'));
    const api = express.Router();
    api.get('/thing', (_request, response) => void response.json({ of: 'the API' }));
    const server = app({ door, api });
    await request(server).get('/webhooks/whatsapp').expect(200, 'door');
    await request(server).get('/api/v1/thing').expect(200, { of: 'the API' });
    await request(server).get('/healthz').expect(200);
  });

  it('has no door and no API on a worker', async () => {
    await request(app()).post('/webhooks/whatsapp').expect(404);
    await request(app()).get('/api/v1/openapi.json').expect(404);
  });
});

describe('Listening', () => {
  const server = () => createApp({ ...({} as AppParts), adminToken: ADMIN });

  it('takes a free port where none is set, also on IPv6, with or without brackets', async () => {
    for (const host of ['127.0.0.1', '::1', '[::1]']) {
      const one = server();
      assert.ok((await listen(one, { port: 0, host })) > 0);
      one.close();
    }
  });

  it('says how to choose another port when it is taken', async () => {
    const one = server();
    const port = await listen(one, { port: 0, host: '127.0.0.1' });
    await assert.rejects(listen(server(), { port, host: '127.0.0.1' }), (error: Error) => {
      assert.equal(error.name, 'BadConfig');
      return error.message.includes(`PORT=${port + 1}`);
    });
    one.close();
  });

  it('says what HOST may be when it is no address of this machine', async () => {
    await assert.rejects(listen(server(), { port: 0, host: '192.0.2.1' }), /HOST 192\.0\.2\.1 is no address/);
  });
});
