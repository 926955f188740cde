import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rig } from '../testing/rig.js';
import { CONTROL_ROUTES } from './routes.js';

/** A GET with headers fetch would not let us set. */
const getWith = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

describe('the control API', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.close());

  it('describes every route in its OpenAPI', async () => {
    const { body } = await rig.control('GET', '/openapi.json');
    for (const { method, path: route } of CONTROL_ROUTES) assert.ok(body.paths[`/_emulator${route}`][method].summary);
  });

  it('answers neither a foreign page nor a name rebound to this machine', async () => {
    const url = `${rig.url}/_emulator/state`;
    const own = new URL(rig.url).host;
    assert.equal(await getWith(url, { host: own }), 200);
    assert.equal(await getWith(url, { host: own, origin: rig.url }), 200);
    assert.equal(await getWith(url, { host: own, origin: 'https://evil.example' }), 403);
    assert.equal(await getWith(url, { host: own, origin: 'null' }), 403);
    assert.equal(await getWith(url, { host: own, 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await getWith(url, { host: `evil.example:${new URL(rig.url).port}` }), 403);
    assert.equal(await getWith(rig.url, { host: 'evil.example' }), 403);
  });

  it('serves the page with a policy that allows no inline script', async () => {
    const response = await fetch(rig.url);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
    const html = await response.text();
    assert.doesNotMatch(html, /<script(?![^>]*src=)|\son\w+=|\sstyle=/);
    for (const [, file] of html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)) {
      assert.equal((await fetch(rig.url + file)).status, 200, file);
    }
  });

  it('says of an unknown control, a wrong body and an unknown person what is wrong', async () => {
    assert.equal((await rig.control('GET', '/nothing')).status, 404);
    assert.equal((await rig.control('GET', '/people/nobody')).status, 404);
    const wrong = await rig.control('POST', '/settings', { pairRate: 'yes', nonsense: 1 });
    assert.equal(wrong.status, 422);
    assert.match(wrong.body.error, /pairRate/);
    assert.equal((await rig.control('POST', '/people', { name: 'X', phone: '+77010000001' })).status, 409);
  });

  it('makes people singly, together and by the thousand', async () => {
    const one = (await rig.control('POST', '/people', { id: 'zoe', name: 'Zoe', phone: '+491700000001' })).body;
    assert.deepEqual([one.id, one.phone, one.phoneVisible], ['zoe', '491700000001', true]);
    assert.match(one.userId, /^[A-Z]{2}\.[0-9a-z]+$/);
    const two = await rig.control('POST', '/people', { people: [{ name: 'A' }, { name: 'B' }] });
    assert.equal(two.body.items.length, 2);
    await rig.control('POST', '/people/bulk', {
      count: 2_000,
      firstPhone: '79990000000',
      windowOpen: true,
      autoRead: true,
    });
    assert.equal((await rig.control('GET', '/people?limit=1')).body.total, 3 + 1 + 2 + 2_000);
    assert.equal((await rig.text({ to: '+79990001999' })).status, 200);
    await rig.until(() => rig.statuses().length === 3);
  });

  it('is loud about a path it does not play: a Meta-shaped error, a line on stderr, an entry in the journal', async () => {
    const written: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof process.stderr.write;
    try {
      const { status, body } = await rig.graph('POST', '/1001/register', {});
      assert.deepEqual([status, body.error.code], [400, 2500]);
    } finally {
      process.stderr.write = write;
    }
    assert.match(written.join(''), /nothing here answers POST \/v25\.0\/1001\/register/);
    assert.equal((await rig.control('GET', '/log?event=unknownPath')).body.items.length, 1);
  });

  it('starts over at a reset, and stops sending what waited', async () => {
    await rig.control('POST', '/settings', { webhooks: false, pairRate: false });
    await rig.control('POST', '/people/aigul/messages', { text: 'lost' });
    await rig.control('POST', '/faults', { kind: 'timeout', times: 'all' });
    assert.deepEqual((await rig.control('POST', '/reset', {})).body, { people: 3 });
    const state = (await rig.control('GET', '/state')).body;
    assert.deepEqual([state.webhooksWaiting, state.faults, state.messages], [0, [], 0]);
    assert.deepEqual([state.settings.webhooks, state.settings.pairRate], [true, true]);
  });

  it('answers 190 to every Graph call while the token is expired', async () => {
    await rig.control('POST', '/settings', { tokenExpired: true });
    assert.equal((await rig.text({ to: '+77010000001' })).body.error.code, 190);
    assert.equal((await rig.graph('GET', '/1001')).body.error.code, 190);
  });
});

describe('what the emulator keeps', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emulator-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes every send, inbound message and webhook to journal.jsonl in order, and finds chats again after a restart', async () => {
    let rig = await Rig.start({ dataDir: folder });
    await rig.hear('aigul');
    const sent = await rig.send({
      to: '77010000001',
      type: 'text',
      text: { body: 'ответ' },
      biz_opaque_callback_data: 'row:1',
    });
    await rig.text({ to: '+15550100099' });
    await rig.until(() => rig.statuses().length === 2);
    await rig.close();

    const lines = readFileSync(path.join(folder, 'journal.jsonl'), 'utf8').trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map((each) => each.seq),
      entries.map((_, index) => index + 1),
    );
    const [first, second] = entries.filter((each) => each.event === 'send');
    const { seq: _seq, at: _at, ...told } = first;
    assert.deepEqual(told, {
      event: 'send',
      person: 'aigul',
      type: 'text',
      callback: 'row:1',
      wamid: sent.body.messages[0].id,
      accepted: true,
      answered: 200,
      text: 'ответ',
    });
    assert.deepEqual([second.accepted, second.answered, second.code], [false, 400, 131047]);
    assert.equal(entries.filter((each) => each.event === 'inbound').length, 1);

    rig = await Rig.start({ dataDir: folder });
    const thread = (await rig.control('GET', '/people/aigul/messages')).body.items;
    assert.deepEqual(
      thread.map((each: { direction: string }) => each.direction),
      ['in', 'out'],
    );
    assert.equal((await rig.text({ to: '+77010000001' })).status, 200);
    await rig.close();
  });
});
