import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import request from 'supertest';
import { createDoor, MAX_BODY_BYTES, type DoorDeps, type Post } from './door.js';

const SECRET = 'app secret';
const PATH = '/webhooks/whatsapp';
const sign = (body: Uint8Array | string, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const BODY = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [{ id: 'W', changes: [{ field: 'messages', value: { statuses: [] } }] }],
});

describe('the door', () => {
  let server: Server;
  let posts: Post[];
  let answered: number[];
  let received: string[];

  async function open(deps: Partial<DoorDeps> = {}): Promise<void> {
    const door = createDoor({
      verifyTokens: ['old token', 'token'],
      appSecrets: ['old secret', SECRET],
      accept: async (post) => void posts.push(post),
      clock: { now: () => 1_790_000_000_000, monotonic: () => 0 },
      counters: { answered: (status) => answered.push(status), received: (kind) => received.push(kind) },
      ...deps,
    });
    server?.close();
    server = createServer((req, res) =>
      door(req as never, res as never, () => {
        res.statusCode = 418; // what is not the door's own goes on to the app
        res.end('the app');
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const call = request(server).post(PATH).set('Content-Type', 'application/json');
    for (const [name, value] of Object.entries({ 'X-Hub-Signature-256': sign(body), ...headers }))
      void call.set(name, value);
    return call.serialize((value) => value as string).send(body as never);
  };

  beforeEach(async () => {
    posts = [];
    answered = [];
    received = [];
    await open();
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  describe('on the handshake', () => {
    const ask = (query: string) => request(server).get(`${PATH}?${query}`);
    const good = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=token';

    it('gives the bare challenge back to any of the tokens', async () => {
      const answer = await ask(good);
      assert.equal(answer.status, 200);
      assert.equal(answer.text, '1158201444');
      assert.match(answer.headers['content-type'] ?? '', /^text\/plain/);
      assert.equal((await ask(good.replace('token=token', 'token=old%20token'))).status, 200);
      assert.equal((await request(server).head(`${PATH}?${good}`)).status, 200);
    });

    it('answers 403 to everything else: another token or mode, members missing, empty or said twice', async () => {
      const wrong = [
        good.replace('=token', '=guess'),
        good.replace('subscribe', 'unsubscribe'),
        good.replace('hub.', 'hub_'),
        good.replace('1158201444', ''),
        'hub.mode=subscribe&hub.challenge=1',
        'hub.mode=subscribe&hub.verify_token=token',
        'hub.challenge=1&hub.verify_token=token',
        `${good}&hub.verify_token=token`,
        `${good}&hub.challenge=2`,
        `${good}&hub.mode=subscribe`,
        good.replace('hub.verify_token=token', 'hub.verify_token[]=token'),
        '',
        '%',
      ];
      for (const query of wrong) assert.equal((await ask(query)).status, 403, query);
      assert.equal((await request(server).get(PATH)).status, 403);
      assert.deepEqual(new Set(answered), new Set([403]));
    });
  });

  it('answers 200 once the updates are accepted, and counts them', async () => {
    const answer = await post(BODY);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
    assert.equal(posts.length, 1);
    assert.equal(posts[0]?.receivedAt, 1_790_000_000_000);
    assert.deepEqual(Buffer.from(posts[0]?.updates[0]?.raw ?? []).toString(), BODY);
    assert.deepEqual([answered, received], [[200], ['unknown']]);
  });

  it('takes a POST signed with any of the secrets, and its bytes as they came', async () => {
    const escaped = '{"a":"\\u043f\\u0440 \\/ \\u003C","b":1.0}';
    assert.equal((await post(escaped, { 'X-Hub-Signature-256': sign(escaped, 'old secret') })).status, 200);
    assert.equal(Buffer.from(posts[0]?.updates[0]?.raw ?? []).toString(), escaped);
  });

  it('answers 401 to a signature that does not hold, before it parses anything', async () => {
    for (const header of [sign(BODY, 'another'), sign(`${BODY} `), 'sha256=', 'sha1=00', '']) {
      assert.equal((await post(BODY, { 'X-Hub-Signature-256': header })).status, 401, header);
    }
    assert.equal((await post('{not json', { 'X-Hub-Signature-256': sign('x') })).status, 401);
    assert.equal(posts.length, 0);
  });

  it('answers 400 to signed bytes that are not JSON, and 200 to JSON of any shape', async () => {
    assert.equal((await post('{not json')).status, 400);
    assert.equal((await post('')).status, 400);
    for (const body of ['null', '[]', '{}', '"text"', '7', '{"object":"page"}']) {
      assert.equal((await post(body)).status, 200, body);
    }
  });

  it('answers 200 to any signed JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => (await post(body)).status === 200),
      { numRuns: 50 },
    );
  });

  it('answers 503 with Retry-After when the updates cannot be kept, or not in time', async () => {
    for (const accept of [
      () => Promise.reject(new Error('disk full')),
      () => {
        throw new Error('closed');
      },
      () => new Promise<void>(() => undefined),
    ]) {
      await open({ accept, acceptTimeoutMs: 20 });
      const answer = await post(BODY);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '1');
    }
    assert.deepEqual(received, []);
  });

  it('answers 503 to everything while there is no account', async () => {
    for (const deps of [{ appSecrets: [] }, { appSecrets: [''] }, { verifyTokens: [] }]) {
      await open(deps);
      assert.equal((await post(BODY, { 'X-Hub-Signature-256': sign(BODY, '') })).status, 503);
      assert.equal(
        (await request(server).get(`${PATH}?hub.mode=subscribe&hub.challenge=1&hub.verify_token=`)).status,
        503,
      );
    }
    assert.equal(posts.length, 0);
  });

  it('answers 415 to an encoded body', async () => {
    assert.equal((await post(BODY, { 'Content-Encoding': 'gzip' })).status, 415);
    assert.equal((await post(BODY, { 'Content-Encoding': 'identity' })).status, 200);
  });

  it('answers 405 to other methods and says which it has; leaves other paths to the app', async () => {
    for (const method of ['put', 'delete', 'patch', 'options'] as const) {
      const answer = await request(server)[method](PATH);
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers['allow'], 'GET, HEAD, POST');
    }
    assert.equal((await request(server).get('/webhooks')).status, 418);
    assert.equal((await request(server).post('/api/v1/notices')).status, 418);
  });

  describe('over a raw connection', () => {
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    /** Writes the head; gathers what comes back until the server closes. */
    function dial(head: readonly string[]) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      sockets.push(socket);
      let text = '';
      let waiting: { pattern: RegExp; resolve: () => void } | undefined;
      socket.on('data', (chunk) => {
        text += chunk.toString();
        if (waiting?.pattern.test(text)) waiting.resolve();
      });
      socket.on('error', () => undefined);
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.write([...head, 'Host: x', '', ''].join('\r\n'));
      const saw = async (pattern: RegExp) => {
        if (!pattern.test(text)) await new Promise<void>((resolve) => (waiting = { pattern, resolve }));
      };
      return { socket, closed, saw, text: () => text };
    }

    const signed = `X-Hub-Signature-256: ${sign(BODY)}`;

    it('answers 401 to a missing signature before the body comes, drains 64 KiB at most, and closes', async () => {
      const call = dial([`POST ${PATH} HTTP/1.1`, 'Content-Length: 3000000']);
      await call.saw(/^HTTP\/1.1 401 [^]*\r\n\r\n/);
      assert.match(call.text(), /\r\nConnection: close\r\n/i);
      call.socket.write(Buffer.alloc(200 * 1024));
      await call.closed;
      assert(call.socket.bytesWritten < 3_000_000);
      assert.equal(posts.length, 0);
    });

    it('answers 413 to an announced size beyond the limit at once, and takes one at the limit', async () => {
      const call = dial([`POST ${PATH} HTTP/1.1`, signed, `Content-Length: ${MAX_BODY_BYTES + 1}`]);
      await call.saw(/^HTTP\/1.1 413 [^]*Connection: close/i);
      call.socket.end();
      await call.closed;
      const full = JSON.stringify('x'.repeat(MAX_BODY_BYTES - 2));
      assert.equal((await post(full)).status, 200);
    });

    it('answers 413 to a chunked body when it crosses the limit', async () => {
      const call = dial([`POST ${PATH} HTTP/1.1`, signed, 'Transfer-Encoding: chunked']);
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 'x'), Buffer.from('\r\n')]);
      for (let sent = 0; sent < 4; sent += 1) call.socket.write(chunk);
      await call.saw(/^HTTP\/1.1 413 [^]*Connection: close/i);
      await call.closed;
    });

    it('answers 408 to a body that does not come in time', async () => {
      await open({ bodyTimeoutMs: 30 });
      const call = dial([`POST ${PATH} HTTP/1.1`, signed, 'Content-Length: 100']);
      call.socket.write('{"slow');
      await call.saw(/^HTTP\/1.1 408 [^]*Connection: close/i);
      call.socket.end();
      await call.closed;
    });

    it('forgets an upload that is broken off, and takes the next', async () => {
      const call = dial([`POST ${PATH} HTTP/1.1`, signed, `Content-Length: ${BODY.length + 1}`]);
      call.socket.write(BODY);
      await new Promise((resolve) => setImmediate(resolve));
      call.socket.destroy();
      await call.closed;
      assert.equal((await post(BODY)).status, 200);
      assert.equal(posts.length, 1);
      assert.deepEqual(answered, [200]);
    });

    it('keeps the connection for the next POST, and reads a body that comes in pieces', async () => {
      const head = [`POST ${PATH} HTTP/1.1`, signed, `Content-Length: ${BODY.length}`];
      const call = dial(head);
      call.socket.write(BODY.slice(0, 10));
      await new Promise((resolve) => setImmediate(resolve));
      call.socket.write(BODY.slice(10));
      await call.saw(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n/);
      call.socket.write([...head, 'Host: x', '', BODY].join('\r\n'));
      await call.saw(/200 OK[^]*200 OK/);
      assert.equal(posts.length, 2);
    });
  });
});
