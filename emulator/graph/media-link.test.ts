import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Rig } from '../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const MiB = 1024 * 1024;

describe('a file by link', () => {
  let rig: Rig;
  let website: Server;
  let address: string;
  let asked: string[];

  before(async () => {
    website = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const png = { 'content-type': 'image/png' };
      if (path === '/a.png') response.writeHead(200, png).end('png');
      else if (path === '/moved.png') response.writeHead(302, { location: '/a.png' }).end();
      else if (path === '/away.png') response.writeHead(302, { location: 'https://example.org/a.png' }).end();
      else if (path === '/round.png') response.writeHead(302, { location: '/round.png' }).end();
      else if (path === '/page.png') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>no</p>');
      else if (path === '/big.png') response.writeHead(200, png).end(Buffer.alloc(5 * MiB + 1));
      else if (path === '/empty.png') response.writeHead(200, png).end();
      else if (path === '/never.png') return;
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(website.address() as AddressInfo).port}`;
  });
  after(() => {
    website.closeAllConnections();
    website.close();
  });
  beforeEach(async () => {
    asked = [];
    rig = await Rig.start();
    await rig.hear('aigul');
  });
  afterEach(() => rig.close());

  const send = async (link: string, kind = 'image') => {
    const { status, body } = await rig.send({ ...AIGUL, type: kind, [kind]: { link } });
    assert.equal(status, 200, 'a link is looked at when the send is taken');
    return body.messages[0].id as string;
  };
  const states = (id: string) =>
    rig
      .statuses()
      .filter((each) => each['id'] === id)
      .map((each) => each['status']);

  it('is fetched once the send is taken, and shown on the telephone; within ten minutes it is not fetched again', async () => {
    const first = await send(`${address}/a.png`);
    const second = await send(`${address}/moved.png`);
    await rig.until(() => [first, second].every((id) => states(id).includes('delivered')));
    assert.deepEqual(asked, ['/a.png', '/moved.png', '/a.png']);
    const bubble = (await rig.control('GET', `/messages/${first}`)).body;
    assert.equal(bubble.payload.link, `${address}/a.png`);
    const shown = await fetch(`${rig.url}/_emulator/media/${bubble.payload.fetched}`);
    assert.equal(await shown.text(), 'png');
    const third = await send(`${address}/a.png`);
    await rig.until(() => states(third).includes('delivered'));
    assert.equal(asked.length, 3);
    await rig.advance(11 * 60_000);
    const fourth = await send(`${address}/a.png`);
    await rig.until(() => states(fourth).includes('delivered'));
    assert.equal(asked.length, 4);
  });

  for (const [path, what, why] of [
    ['/nothing.png', 'that is not there', /HTTP 404/],
    ['/page.png', 'that is something else', /'text\/html' cannot be sent as image/],
    ['/big.png', 'that is too big', /5242880 bytes at most/],
    ['/empty.png', 'that is empty', /empty/],
    ['/round.png', 'that leads round in a circle', /3 redirects/],
    ['/away.png', 'that leads to another machine', /another machine/],
    ['/never.png', 'that nobody answers for', /no answer in time/],
  ] as const)
    it(`${what} fails the message by webhook (131053)`, async () => {
      await rig.control('POST', '/settings', { links: { timeoutMs: 300 } });
      const id = await send(address + path);
      await rig.until(() => states(id).includes('failed'));
      assert.deepEqual([states(id), rig.failures()], [['failed'], [131053]]);
      const failed = rig.statuses().find((each) => each['status'] === 'failed');
      assert.match(JSON.stringify(failed?.['errors']), why);
    });

  it('in the header of an interactive message or a template is looked at like any other', async () => {
    await rig.declare('bill', 'UTILITY', {
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Your bill' },
      ],
    });
    const header = { type: 'image', image: { link: `${address}/nothing.png` } };
    const action = { buttons: [{ type: 'reply', reply: { id: 'ok', title: 'OK' } }] };
    await rig.send({
      ...AIGUL,
      type: 'interactive',
      interactive: { type: 'button', header, body: { text: 'x' }, action },
    });
    const template = { name: 'bill', language: { code: 'ru' }, components: [{ type: 'header', parameters: [header] }] };
    await rig.send({ ...AIGUL, type: 'template', template });
    await rig.until(() => rig.failures().length === 2);
    assert.deepEqual(rig.failures(), [131053, 131053]);
  });

  it('elsewhere than on this machine is taken on trust unless all are to be fetched', async () => {
    const trusted = await send('https://example.org/a.png');
    await rig.until(() => states(trusted).includes('delivered'));
    await rig.control('POST', '/settings', { links: { fetch: 'none' } });
    const none = await send(`${address}/nothing.png`);
    await rig.until(() => states(none).includes('delivered'));
    assert.deepEqual(asked, []);
    await rig.control('POST', '/settings', { links: { fetch: 'all' } });
    // The tests' network is closed: nobody answers.
    const all = await send('https://example.org/b.png');
    await rig.until(() => states(all).includes('failed'));
  });
});
