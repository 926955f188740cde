import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadTemplates } from '../load-templates.js';

/** A Graph that holds templates, and refuses what it is told to. */
type Stored = { name: string; language: string; status: string; category: string; rejected_reason?: string };

describe('npm run templates', () => {
  let server: Server;
  let stored: Stored[];
  let refuse: (wanted: Stored) => object | undefined;
  let asked: (string | undefined)[];
  let port: number;

  beforeEach(async () => {
    [stored, refuse, asked] = [[], () => undefined, []];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const answer = (status: number, content: object) => response.writeHead(status).end(JSON.stringify(content));
        asked.push(request.headers.authorization);
        if (!request.url?.startsWith('/v25.0/WABA/message_templates')) return answer(404, { error: { code: 100 } });
        if (request.method === 'GET') return answer(200, { data: stored, paging: { cursors: { after: 'x' } } });
        const wanted = JSON.parse(body) as Stored;
        const error = refuse(wanted);
        if (error) return answer(400, { error });
        stored.push({ ...wanted, status: 'PENDING' });
        return answer(200, { id: '1', status: 'PENDING', category: wanted.category });
      });
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => void server.close());

  const run = (...args: string[]): Promise<{ code: number | null; said: string }> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'templates.js'), ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        WHATSAPP_ACCESS_TOKEN: 'token',
        WHATSAPP_APP_SECRET: 'secret',
        WHATSAPP_VERIFY_TOKEN: 'verify',
        WHATSAPP_PHONE_NUMBER_ID: '1000',
        WHATSAPP_BUSINESS_ACCOUNT_ID: 'WABA',
        WHATSAPP_GRAPH_URL: `http://127.0.0.1:${port}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  };

  it('hands in every template in both languages, then finds them waiting, then approved', async function () {
    this.timeout(60_000);
    const first = await run('submit');
    assert.deepEqual([first.code, stored.length], [0, loadTemplates().size * 2], first.said);
    assert.match(first.said, /ru {2}maintenance_before_days {2}submitted: PENDING/);
    assert.deepEqual(new Set(asked), new Set(['Bearer token']));
    const waiting = await run('status');
    assert.equal(waiting.code, 0);
    assert.match(waiting.said, new RegExp(`${stored.length} waiting`));
    stored = stored.map((one) => ({ ...one, status: 'APPROVED' }));
    assert.match((await run('status')).said, new RegExp(`${stored.length} approved`));
    const again = await run('submit');
    assert.match(again.said, /nothing to submit/);
    assert.equal(again.code, 0);
  });

  it('ends with 1 when one is refused, paused or recategorised away, and says which and why', async function () {
    this.timeout(60_000);
    refuse = ({ name, language }) =>
      name === 'maintenance_done' && language === 'en'
        ? { code: 2388299, error_user_title: 'Variables', error_user_msg: 'cannot be at the end' }
        : undefined;
    const submitted = await run('submit');
    assert.equal(submitted.code, 1);
    assert.match(
      submitted.said,
      /en {2}maintenance_done {2}refused: Variables: cannot be at the end \(error 2388299\)/,
    );
    stored = [
      {
        name: 'maintenance_done',
        language: 'ru',
        status: 'REJECTED',
        category: 'UTILITY',
        rejected_reason: 'PROMOTIONAL',
      },
      { name: 'maintenance_begun', language: 'en', status: 'PAUSED', category: 'MARKETING' },
    ];
    const { code, said } = await run('status');
    assert.equal(code, 1);
    assert.match(said, /refused +ru {2}maintenance_done {2}\(REJECTED, PROMOTIONAL\)/);
    assert.match(said, /unusable +en {2}maintenance_begun {2}\(PAUSED, Meta made it MARKETING\)/);
  });

  it('says how it is to be called, and what Graph refused with', async () => {
    assert.match((await run('sing')).said, /npm run templates -- status/);
    server.close();
    server.closeAllConnections();
    const away = await run('status');
    assert.deepEqual([away.code, away.said.trim()], [1, 'Graph did not answer with a list of templates.']);
  });
});
