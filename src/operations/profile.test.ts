import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { intentOf } from '../conversation/intents.js';
import { profileToWire, readProfile } from '../platform/profile.js';

const file: unknown = JSON.parse(readFileSync(new URL('../../../templates/profile.json', import.meta.url), 'utf8'));
const offers = (() => {
  const read = readProfile(file);
  return read.kind === 'profile' ? read.offers : assert.fail(read.faults.join());
})();

describe('What WhatsApp offers in our chat', () => {
  it('is something that the bot understands, whatever is tapped', () => {
    for (const { iceBreakers, commands } of Object.values(offers)) {
      for (const prompt of iceBreakers) assert.ok(intentOf(prompt), prompt);
      assert.deepEqual(
        commands.map(({ name }) => intentOf(`/${name}`)?.kind),
        ['menu', 'human', 'topics', 'stop'],
      );
    }
  });

  it('is held against Meta’s limits, with all faults named at once', () => {
    const command = { name: 'Menu!', hint: 'x'.repeat(257) };
    const read = readProfile({
      ru: { iceBreakers: ['x'.repeat(81), 'Hello 👋'], commands: [command] },
      en: { iceBreakers: ['1', '2', '3', '4', '5'], commands: [] },
    });
    assert.ok(read.kind === 'faults');
    const faults = read.faults.join('\n');
    for (const fault of [/longer than 80/, /emoji/, /a-z, 0-9/, /longer than 256/, /more than 4/])
      assert.match(faults, fault);
  });
});

describe('npm run profile', () => {
  let server: Server;
  let port: number;
  let got: { path: string | undefined; body: unknown } | undefined;
  let status: number;

  beforeEach(async () => {
    [got, status] = [undefined, 200];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        got = { path: request.url, body: JSON.parse(body) };
        const refusal = { error: { code: 100, error_user_title: 'Too long', message: 'no' } };
        response.writeHead(status).end(JSON.stringify(status === 200 ? { success: true } : refusal));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => void server.close());

  const run = (env: Record<string, string> = {}): Promise<{ code: number | null; said: string }> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'profile.js')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        WHATSAPP_ACCESS_TOKEN: 'token',
        WHATSAPP_APP_SECRET: 'secret',
        WHATSAPP_VERIFY_TOKEN: 'verify',
        WHATSAPP_PHONE_NUMBER_ID: '1000',
        WHATSAPP_BUSINESS_ACCOUNT_ID: '2000',
        WHATSAPP_GRAPH_URL: `http://127.0.0.1:${port}`,
        ...env,
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

  it('sets what the file says, in the company’s language', async () => {
    const { code, said } = await run({ COMPANY_LANGUAGE: 'en' });
    assert.deepEqual([code, said.trim()], [0, 'Set in en: 4 ice breakers, commands /menu /operator /topics /stop']);
    assert.deepEqual(got, { path: '/v25.0/1000/conversational_automation', body: profileToWire(offers.en) });
  });

  it('ends with 1 and Meta’s words when it is refused', async () => {
    status = 400;
    assert.deepEqual(await run(), { code: 1, said: 'Graph refused: Too long (error 100)\n' });
  });
});
