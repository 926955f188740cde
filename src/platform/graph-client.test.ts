import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { PhoneDigits, UserId } from '../contacts/identity.js';
import type { OutboundMessage, SendResult } from './cloud-api.js';
import { createCloudApi, type GraphClient, type GraphClientOptions } from './graph-client.js';
import { PhoneNumberId, Wamid } from './ids.js';

const phoneNumberId = PhoneNumberId.parse('PN_1');
const message: OutboundMessage = {
  phoneNumberId,
  to: { phone: PhoneDigits.parse('77010000001') },
  content: { type: 'text', body: 'canary text' },
  callbackData: 'row:1',
};
const ACCEPTED = JSON.stringify({ messages: [{ id: 'wamid.O1' }] });

type Seen = { readonly request: IncomingMessage; readonly body: string };

describe('the client of Graph', () => {
  const open: { close(): unknown }[] = [];
  let seen: Seen[];
  let tokens: string[];

  async function listen<S extends Server | NetServer>(server: S): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => (server.close(), 'closeAllConnections' in server && server.closeAllConnections()) });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function client(graphUrl: string, more: Partial<GraphClientOptions> = {}): GraphClient {
    const api = createCloudApi({
      graphUrl,
      graphVersion: 'v25.0',
      accessToken: () => tokens[0] ?? '',
      timeoutMs: 5_000,
      ...more,
    });
    open.push(api);
    return api;
  }

  /** A Graph that answers as it is told. */
  async function graph(answer: (response: ServerResponse, seen: Seen) => void, more?: Partial<GraphClientOptions>) {
    const listener: RequestListener = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const now = { request, body };
        seen.push(now);
        answer(response, now);
      });
    };
    return client(await listen(createServer(listener)), more);
  }

  const says =
    (status: number, body: unknown, headers: Record<string, string> = {}) =>
    (response: ServerResponse) => {
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  const error = (code: number) => ({ error: { code, message: 'canary text' } });

  beforeEach(() => {
    seen = [];
    tokens = ['token-1'];
  });
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });

  it('uploads a file as a form, and takes it back', async () => {
    const api = await graph((response, { request }) =>
      says(200, request.method === 'POST' ? { id: 'MEDIA_1' } : { success: true })(response),
    );
    const file = { bytes: Buffer.from('{"name":"Анна"}'), mimeType: 'text/plain', fileName: 'my-data.json' };
    assert.deepEqual(await api.upload(phoneNumberId, file), { kind: 'uploaded', mediaId: 'MEDIA_1' });
    await api.discard('MEDIA_1');
    const [post, removal] = seen;
    assert.equal(post?.request.url, '/v25.0/PN_1/media');
    assert.equal(post?.request.headers.authorization, 'Bearer token-1');
    assert.match(post?.request.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/);
    assert.match(post?.body ?? '', /name="messaging_product"\r\n\r\nwhatsapp/);
    assert.match(post?.body ?? '', /filename="my-data.json"\r\ncontent-type: text\/plain\r\n\r\n\{"name":"Анна"\}\r\n/);
    assert.deepEqual([removal?.request.method, removal?.request.url], ['DELETE', '/v25.0/MEDIA_1']);
  });

  for (const [what, answer, expected] of [
    [
      'an upload that may have been taken',
      says(503, 'busy'),
      { kind: 'notSent', scope: 'person', reason: 'serverError' },
    ],
    ['a good answer without an id', says(200, '<html>'), { kind: 'notSent', scope: 'person', reason: 'unreadable' }],
    ['too many calls', says(429, error(130429)), { kind: 'notSent', scope: 'number', reason: 'rate', code: 130429 }],
    ['a dead token', says(401, error(190)), { kind: 'notSent', scope: 'account', reason: 'token', code: 190 }],
    [
      'no answer',
      (response: ServerResponse) => response.destroy(),
      { kind: 'notSent', scope: 'person', reason: 'reset' },
    ],
  ] as const)
    it(`takes ${what} as proof that no message has gone out`, async () => {
      const api = await graph(answer);
      const file = { bytes: Buffer.from('x'), mimeType: 'text/plain', fileName: 'x' };
      assert.deepEqual(await api.upload(phoneNumberId, file), expected);
    });

  it('takes a file that is refused (131053) as refused for good', async () => {
    const api = await graph(says(400, error(131053)));
    const file = { bytes: Buffer.from('x'), mimeType: 'text/plain', fileName: 'x' };
    assert.equal((await api.upload(phoneNumberId, file)).kind, 'rejected');
  });

  it('sends one JSON body to the messages of the number, with the token of that moment', async () => {
    const api = await graph(says(200, ACCEPTED), { maxConnections: 1 });
    assert.deepEqual(await api.send(message), { kind: 'accepted', wamid: 'wamid.O1', held: false });
    tokens = ['token-2'];
    await api.send({ ...message, to: { userId: UserId.parse('KZ.9zQ1') } });
    assert.deepEqual(
      seen.map(({ request }) => [
        request.method,
        request.url,
        request.headers.authorization,
        request.headers['content-type'],
      ]),
      [
        ['POST', '/v25.0/PN_1/messages', 'Bearer token-1', 'application/json'],
        ['POST', '/v25.0/PN_1/messages', 'Bearer token-2', 'application/json'],
      ],
    );
    assert.equal((JSON.parse(seen[0]?.body ?? '') as { to: string }).to, '+77010000001');
    assert.equal((JSON.parse(seen[1]?.body ?? '') as { recipient: string }).recipient, 'KZ.9zQ1');
    assert.equal(seen[0]?.request.socket, seen[1]?.request.socket);
  });

  it('keeps a path of the Graph URL, and writes the version with its letter', async () => {
    const url = await listen(
      createServer((request, response) => {
        seen.push({ request, body: '' });
        response.end(ACCEPTED);
      }),
    );
    await client(`${url}/proxy/`, { graphVersion: '26.0' }).send(message);
    assert.equal(seen[0]?.request.url, '/proxy/v26.0/PN_1/messages');
  });

  it('reads errors by their code, and follows no redirect', async () => {
    const results: SendResult[] = [];
    for (const [status, body, headers] of [
      [429, '', { 'retry-after': '3' }],
      [400, error(131056), {}],
      [401, error(190), {}],
      [400, error(131047), {}],
      [500, error(131000), {}],
      [200, 'garbage', {}],
      [302, '', { location: 'http://127.0.0.1:1/' }],
    ] as const) {
      results.push(await (await graph(says(status, body, headers))).send(message));
    }
    assert.deepEqual(results, [
      { kind: 'notSent', scope: 'number', reason: 'rate', retryAfterMs: 3_000 },
      { kind: 'notSent', scope: 'person', reason: 'pairRate', code: 131056 },
      { kind: 'notSent', scope: 'account', reason: 'token', code: 190 },
      { kind: 'rejected', code: 131047, reason: 'windowClosed' },
      { kind: 'unknown', reason: 'serverError' },
      { kind: 'unknown', reason: 'unreadable' },
      { kind: 'unknown', reason: 'unreadable' },
    ]);
    assert.equal(seen.length, 7);
    assert.doesNotMatch(JSON.stringify(results), /canary|token-|7701/);
  });

  it('reads no answer beyond 1 MiB', async () => {
    const api = await graph((response) => response.end(Buffer.alloc(3 * 1024 * 1024, ' ')));
    assert.deepEqual(await api.send(message), { kind: 'unknown', reason: 'unreadable' });
  });

  describe('with proof that nothing was sent', () => {
    it('says so when the connection is refused', async () => {
      const server = createServer();
      const url = await listen(server);
      await new Promise((resolve) => server.close(resolve));
      assert.deepEqual(await client(url).send(message), { kind: 'notSent', scope: 'number', reason: 'refused' });
    });

    it('says so when the name is not found, and when TLS is not completed', async () => {
      const unreachable = { kind: 'notSent', scope: 'number', reason: 'unreachable' };
      assert.deepEqual(await client('http://graph.invalid').send(message), unreachable);
      const url = await listen(createNetServer((socket) => socket.on('error', () => undefined).end('not TLS')));
      assert.deepEqual(await client(url.replace('http:', 'https:')).send(message), unreachable);
      const resets = await listen(createNetServer((socket) => socket.destroy()));
      assert.deepEqual(await client(resets.replace('http:', 'https:')).send(message), unreachable);
    });

    it('says so when TLS does not come to an end in time', async () => {
      const url = await listen(createNetServer((socket) => void socket.on('error', () => undefined)));
      const result = await client(url.replace('http:', 'https:'), { timeoutMs: 100 }).send(message);
      assert(result.kind === 'notSent' && result.scope === 'number');
    });

    it('says so of a message that waited for a free connection all the time, and never sends it afterwards', async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const api = await graph((response) => void held.then(() => response.end(ACCEPTED)), {
        maxConnections: 1,
        timeoutMs: 1_000,
      });
      const started = performance.now();
      const calls = Promise.all([api.send(message), api.send(message)]);
      while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      // Both times run out before anything else can happen: else the second one gets the place of the first for a moment.
      while (performance.now() - started < 1_100);
      assert.deepEqual(await calls, [
        { kind: 'unknown', reason: 'timeout' },
        { kind: 'notSent', scope: 'number', reason: 'timeout' },
      ]);
      release();
      assert.equal((await api.send({ ...message, callbackData: 'row:3' })).kind, 'accepted');
      assert.deepEqual(
        seen.map(({ body }) => (JSON.parse(body) as { biz_opaque_callback_data: string }).biz_opaque_callback_data),
        ['row:1', 'row:3'],
      );
    });

    it('says so when the token cannot be a header, and when there is none', async () => {
      const api = await graph(says(200, ACCEPTED));
      tokens = ['токен'];
      const configuration = { kind: 'notSent', scope: 'account', reason: 'configuration' };
      assert.deepEqual(await api.send(message), configuration);
      const broken = client('http://127.0.0.1:1', {
        accessToken: () => {
          throw new Error('locked');
        },
      });
      assert.deepEqual(await broken.send(message), configuration);
      assert.equal(seen.length, 0);
    });

    it('says so after it was closed', async () => {
      const api = await graph(says(200, ACCEPTED));
      await api.close();
      assert.deepEqual(await api.send(message), { kind: 'notSent', scope: 'number', reason: 'unreachable' });
    });
  });

  describe('without proof', () => {
    it('is unknown when the connection is reset after the request began, before or amid the answer', async () => {
      const reset = { kind: 'unknown', reason: 'reset' };
      const before = await graph((response) => response.socket?.resetAndDestroy());
      assert.deepEqual(await before.send(message), reset);
      const amid = await graph((response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"messages"');
        setImmediate(() => response.socket?.destroy());
      });
      assert.deepEqual(await amid.send(message), reset);
      const nonsense = await listen(
        createNetServer((socket) =>
          socket.on('error', () => undefined).once('data', () => socket.end('nonsense\r\n\r\n')),
        ),
      );
      assert.deepEqual(await client(nonsense).send(message), reset);
    });

    it('is unknown when the server drops a kept connection as we use it again, and is never sent a second time', async () => {
      const api = await graph((response) => {
        if (seen.length === 1) return void response.end(ACCEPTED);
        response.socket?.destroy();
      });
      assert.equal((await api.send(message)).kind, 'accepted');
      assert.deepEqual(await api.send(message), { kind: 'unknown', reason: 'reset' });
      assert.equal(seen.length, 2);
    });

    it('is unknown when no answer comes in time, or one that never ends', async () => {
      const silent = await graph(() => undefined, { timeoutMs: 50 });
      assert.deepEqual(await silent.send(message), { kind: 'unknown', reason: 'timeout' });
      const dripping = await graph(
        (response) => {
          const drip = setInterval(() => response.write(' '), 10);
          response.on('close', () => clearInterval(drip));
        },
        { timeoutMs: 80 },
      );
      assert.deepEqual(await dripping.send(message), { kind: 'unknown', reason: 'timeout' });
    });

    it('is unknown when an interceptor breaks the answer', async () => {
      const api = await graph(says(200, ACCEPTED));
      api.http.interceptors.response.use(() => Promise.reject(new Error('canary')));
      assert.deepEqual(await api.send(message), { kind: 'unknown', reason: 'other' });
    });
  });

  it('marks as read with typing, best effort', async () => {
    const api = await graph(says(200, { success: true }));
    assert.equal(await api.markRead(phoneNumberId, Wamid.parse('wamid.A1'), true), true);
    assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.A1',
      typing_indicator: { type: 'text' },
    });
    assert.equal(
      await (await graph(says(400, error(100)))).markRead(phoneNumberId, Wamid.parse('wamid.A1'), false),
      false,
    );
    assert.equal(await client('http://127.0.0.1:1').markRead(phoneNumberId, Wamid.parse('wamid.A1'), false), false);
  });

  it('probes the token', async () => {
    const api = await graph(says(200, { id: 'PN_1' }));
    assert.equal(await api.probe(phoneNumberId), 'valid');
    assert.deepEqual([seen[0]?.request.method, seen[0]?.request.url], ['GET', '/v25.0/PN_1?fields=id']);
    assert.equal(await (await graph(says(401, error(190)))).probe(phoneNumberId), 'refused');
    assert.equal(await (await graph(says(500, error(2)))).probe(phoneNumberId), 'unknown');
    assert.equal(await (await graph(says(200, '<html>'))).probe(phoneNumberId), 'unknown');
    assert.equal(await client('http://127.0.0.1:1').probe(phoneNumberId), 'unknown');
  });
});
