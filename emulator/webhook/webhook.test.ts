import assert from 'node:assert/strict';
import { expectedSignature, Rig } from '../testing/rig.js';

describe('webhooks', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.close());

  it('escapes Cyrillic, emoji and / < % @ as Meta does, and signs exactly that text', async () => {
    await rig.control('POST', '/people/aigul/messages', { text: 'Ёж 👍 <a/b>%@' });
    await rig.until(() => rig.received.length === 1);
    const [hook] = rig.received;
    assert.ok(hook);
    assert.ok(hook.raw.includes('"body":"\\u0401\\u0436 \\ud83d\\udc4d \\u003ca\\/b>\\u0025\\u0040"'), hook.raw);
    assert.equal(hook.headers['x-hub-signature-256'], expectedSignature(hook.raw));
    assert.match(String(hook.headers['x-hub-signature-256']), /^sha256=[0-9a-f]{64}$/);
    assert.deepEqual(rig.messages()[0]?.['text'], { body: 'Ёж 👍 <a/b>%@' });
  });

  it('comes again with the very same body until the server says 200; 204 is not 200', async () => {
    rig.answer = (before) => [503, 500, 204, 200][before] ?? 200;
    const { body } = await rig.control('POST', '/people/aigul/messages', { text: 'привет' });
    await rig.until(() => rig.received.length === 4);
    assert.equal(new Set(rig.received.map((each) => each.raw)).size, 1);
    const message = `/messages/${encodeURIComponent(body.messages[0].id)}`;
    while ((await rig.control('GET', message)).body.state !== 'delivered');
    const attempts = (await rig.control('GET', '/log?event=webhook')).body.items;
    assert.deepEqual(
      attempts.map((each: { answered: number }) => each.answered),
      [503, 500, 204, 200],
    );
  });

  it('keeps what it could not deliver while the server is away', async () => {
    const { webhookUrl } = rig.running.emulator.settings;
    await rig.control('POST', '/settings', { webhookUrl: 'http://127.0.0.1:9/nobody' });
    await rig.control('POST', '/people/aigul/messages', { text: 'one' });
    while ((await rig.control('GET', '/state')).body.serverAnswers);
    await rig.control('POST', '/settings', { webhookUrl });
    await rig.until(() => rig.messages().length === 1);
  });

  it('puts several updates that wait into one POST when asked to', async () => {
    await rig.control('POST', '/settings', { webhooks: false, batchUpTo: 10 });
    for (const text of ['one', 'two', 'three']) await rig.control('POST', '/people/aigul/messages', { text });
    await rig.control('POST', '/settings', { webhooks: true });
    await rig.until(() => rig.received.length === 1);
    assert.equal(JSON.parse(rig.received[0]?.raw ?? '').entry[0].changes.length, 3);
  });

  it('posts a raw body verbatim, many times at once, signed, wrongly signed or not signed', async () => {
    const body = '{"object":"whatsapp_business_account", "entry":[]}';
    const { body: answer } = await rig.control('POST', '/webhook', { body, times: 20 });
    assert.equal(answer.outcomes.length, 20);
    assert.ok(
      rig.received.every(
        (each) => each.raw === body && each.headers['x-hub-signature-256'] === expectedSignature(body),
      ),
    );
    rig.received.length = 0;
    await rig.control('POST', '/webhook', { body, signature: 'none' });
    assert.equal(rig.received[0]?.headers['x-hub-signature-256'], undefined);
    await rig.control('POST', '/webhook', { body, signature: 'wrong' });
    assert.notEqual(rig.received[1]?.headers['x-hub-signature-256'], expectedSignature(body));
  });

  it('counts a raw message of a person who lives here as written by them: it opens the window and stands in the thread', async () => {
    const message = {
      from: '77010000001',
      id: 'wamid.RAW',
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'text',
      text: { body: 'raw' },
    };
    const body = { entry: [{ changes: [{ value: { messages: [message, null], statuses: [] }, field: 'messages' }] }] };
    assert.equal((await rig.text({ to: '+77010000001' })).body.error.code, 131047);
    await rig.control('POST', '/webhook', { body, times: 3 });
    assert.equal((await rig.text({ to: '+77010000001' })).status, 200);
    assert.equal((await rig.control('GET', '/messages/wamid.RAW')).body.direction, 'in');
    assert.deepEqual((await rig.control('GET', '/log?event=webhook')).body.items[0].ids, ['wamid.RAW']);
  });

  it('does the verification handshake on demand', async () => {
    const { body } = await rig.control('POST', '/verify', {});
    assert.deepEqual([body.ok, body.answered], [true, 200]);
  });
});
