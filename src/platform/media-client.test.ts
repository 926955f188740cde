import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCloudApi, type GraphClient } from './graph-client.js';
import type { PhoneNumberId } from './ids.js';
import { createMediaClient, type MediaClient } from './media-client.js';

const OURS = '1000' as PhoneNumberId;

describe('Files at Meta', () => {
  let server: Server;
  let graphUrl: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let seen: { url: string; token: string | undefined }[];
  let graph: GraphClient;
  let client: MediaClient;

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', token: request.headers.authorization });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const account = { graphUrl, accessToken: () => 'secret' };
    graph = createCloudApi({ ...account, graphVersion: 'v25.0' });
    client = createMediaClient({ ...account, http: graph.http });
  });
  afterEach(async () => {
    await client.close();
    await graph.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const says = (status: number, body: unknown) => {
    answer = (_, response) => void response.writeHead(status).end(JSON.stringify(body));
  };
  const download = (url: string, signal = new AbortController().signal) => client.download(url, signal);

  it('are asked about under our number, with the token', async () => {
    says(200, {
      url: 'u',
      mime_type: 'image/png',
      sha256: 'ab',
      file_size: '17',
      id: '5',
      messaging_product: 'whatsapp',
    });
    assert.deepEqual(await client.info(OURS, '5/6?x'), {
      ...{ kind: 'info', url: 'u', mimeType: 'image/png', bytes: 17, sha256: 'ab' },
    });
    assert.deepEqual(seen, [{ url: '/v25.0/5%2F6%3Fx?phone_number_id=1000', token: 'Bearer secret' }]);
  });

  it('are gone where Graph does not know them; everything else mends', async () => {
    for (const [status, kind] of [
      [400, 'gone'],
      [404, 'gone'],
      [401, 'later'],
      [403, 'later'],
      [429, 'later'],
      [500, 'later'],
      [302, 'later'],
    ] as const) {
      says(status, { error: { code: 1 } });
      assert.deepEqual(await client.info(OURS, '5'), { kind });
    }
    says(200, { url: 'u', mime_type: 'image/png' });
    assert.deepEqual(await client.info(OURS, '5'), { kind: 'later' });
  });

  it('come as bytes, with the token', async () => {
    answer = (_, response) => void response.writeHead(200).end(Buffer.from([1, 2, 3]));
    const got = await download(`${graphUrl}/file?x=1`);
    assert.ok(got.kind === 'bytes');
    const chunks = [];
    for await (const chunk of got.body) chunks.push(chunk);
    assert.deepEqual([...Buffer.concat(chunks)], [1, 2, 3]);
    assert.deepEqual(seen, [{ url: '/file?x=1', token: 'Bearer secret' }]);
  });

  it('whose address has expired say so; a redirect is not followed, the token goes nowhere else', async () => {
    says(404, {});
    assert.deepEqual(await download(`${graphUrl}/file`), { kind: 'expired' });
    answer = (_, response) => void response.writeHead(302, { location: `${graphUrl}/elsewhere` }).end();
    assert.deepEqual(await download(`${graphUrl}/file`), { kind: 'later' });
    assert.deepEqual(
      seen.map(({ url }) => url),
      ['/file', '/file'],
    );
  });

  it('are asked of Meta’s hosts alone', async () => {
    for (const url of [
      'https://evil.example/file',
      'https://fbsbx.com.evil.example/file',
      'https://evilfbsbx.com/file',
      'http://lookaside.fbsbx.com/file',
      'http://127.0.0.1:1/file',
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'no address',
    ])
      assert.deepEqual(await download(url), { kind: 'untrusted' }, url);
    assert.deepEqual(seen, []);
  });

  it('that break off half-way, or that are no longer wanted, end with an exception', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('abc');
      setTimeout(() => response.destroy(), 20);
    };
    const read = async (signal?: AbortSignal) => {
      const got = await download(`${graphUrl}/file`, signal);
      assert.ok(got.kind === 'bytes');
      for await (const _ of got.body) continue;
    };
    await assert.rejects(read());
    answer = (_, response) => void response.writeHead(200).write('abc');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    await assert.rejects(read(abort.signal));
    assert.deepEqual(await download(`${graphUrl}/file`, AbortSignal.abort()), { kind: 'later' });
  });
});
