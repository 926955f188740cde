import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { Rig } from '../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const HOUR_MS = 60 * 60 * 1000;

describe('POST /{phone_number_id}/messages', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    await rig.hear('aigul');
  });
  afterEach(() => rig.close());

  it('answers a send to a phone with the number and a wamid, and says sent and delivered afterwards', async () => {
    const { status, body } = await rig.send({
      ...AIGUL,
      type: 'text',
      text: { body: 'привет' },
      biz_opaque_callback_data: 'row:1',
    });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['messaging_product', 'contacts', 'messages']);
    assert.deepEqual(body.contacts, [{ input: '+77010000001', wa_id: '77010000001' }]);
    assert.match(body.messages[0].id, /^wamid\./);
    await rig.until(() => rig.statuses().length === 2);
    const delivered = rig.statuses().find((each) => each['status'] === 'delivered');
    assert.equal(delivered?.['biz_opaque_callback_data'], 'row:1');
    assert.equal(delivered?.['recipient_id'], '77010000001');
    assert.equal(delivered?.['recipient_user_id'], 'KZ.8h2Kq');
    assert.deepEqual(delivered?.['pricing'], {
      billable: true,
      pricing_model: 'PMP',
      type: 'regular',
      category: 'service',
    });
  });

  it('spells the phone number inside the wamid, as Meta does', async () => {
    const { body } = await rig.text(AIGUL);
    const inside = Buffer.from(body.messages[0].id.slice('wamid.'.length), 'base64').toString('latin1');
    assert.ok(inside.includes('77010000001'));
  });

  it('answers a send to a BSUID with the user id, and its statuses carry no phone', async () => {
    await rig.hear('dana');
    const { body } = await rig.text({ recipient: 'KZ.9zQ1' });
    assert.deepEqual(body.contacts, [{ input: 'KZ.9zQ1', user_id: 'KZ.9zQ1' }]);
    await rig.until(() => rig.statuses().length === 2);
    for (const status of rig.statuses()) {
      assert.equal('recipient_id' in status, false);
      assert.equal(status['recipient_user_id'], 'KZ.9zQ1');
    }
  });

  it('lets to win when both to and recipient are given', async () => {
    const { body } = await rig.text({ ...AIGUL, recipient: 'KZ.9zQ1' });
    assert.deepEqual(body.contacts, [{ input: '+77010000001', wa_id: '77010000001' }]);
  });

  it('takes a number without a plus', async () => {
    assert.equal((await rig.text({ to: '77010000001' })).status, 200);
  });

  it("shapes its errors like Meta's: message, type, code, error_data, fbtrace_id", async () => {
    const { status, body } = await rig.send({ ...AIGUL, type: 'text', text: {} });
    assert.equal(status, 400);
    const { fbtrace_id: trace, ...error } = body.error;
    assert.ok(trace.length > 10);
    assert.deepEqual(error, {
      message: '(#131008) Required parameter is missing',
      type: 'OAuthException',
      code: 131008,
      error_data: { messaging_product: 'whatsapp', details: 'The parameter text.body is required.' },
    });
  });

  it('refuses a wrong token with 401 and code 190', async () => {
    const { status, body } = await rig.send({ ...AIGUL, type: 'text', text: { body: 'x' } }, 'wrong');
    assert.equal(status, 401);
    assert.equal(body.error.code, 190);
  });

  for (const [what, over, code] of [
    ['no recipient', { type: 'text', text: { body: 'x' } }, 100],
    ['a recipient that is no phone', { to: 'someone', type: 'text', text: { body: 'x' } }, 131009],
    ['a recipient that is no BSUID', { recipient: 'someone', type: 'text', text: { body: 'x' } }, 131009],
    ['our own number', { to: '+15550100001', type: 'text', text: { body: 'x' } }, 131021],
    ['a type that does not exist', { ...AIGUL, type: 'poll', poll: {} }, 131051],
    [
      'a template nobody declared',
      { ...AIGUL, type: 'template', template: { name: 'x', language: { code: 'ru' } } },
      132001,
    ],
    ['media with neither id nor link', { ...AIGUL, type: 'image', image: {} }, 131008],
    ['media with an unknown id', { ...AIGUL, type: 'image', image: { id: '1' } }, 131009],
    [
      'an interactive message of an unknown type',
      { ...AIGUL, type: 'interactive', interactive: { type: 'poll' } },
      131009,
    ],
  ] as const) {
    it(`refuses ${what} with ${code}`, async () => {
      assert.equal((await rig.send(over)).body.error.code, code);
    });
  }

  it('refuses Direct Send, which is by invitation', async () => {
    const { body } = await rig.send({ ...AIGUL, type: 'text', text: { body: 'x' }, category: 'utility' });
    assert.deepEqual([body.error.code, /Direct Send/.test(body.error.message)], [100, true]);
  });

  it('takes the part of the type written as JSON inside a string, as Graph does', async () => {
    const cards = JSON.stringify([{ name: { formatted_name: 'A B', first_name: 'A' } }]);
    assert.equal((await rig.send({ ...AIGUL, type: 'contacts', contacts: cards })).status, 200);
    assert.equal((await rig.send({ ...AIGUL, type: 'contacts', contacts: '[oops' })).body.error.code, 100);
  });

  it('refuses a body that is not JSON, and another number of the account', async () => {
    assert.equal((await rig.graph('POST', '/1001/messages', 'nonsense')).body.error.code, 100);
    const other = await rig.graph('POST', '/9/messages', { messaging_product: 'whatsapp' });
    assert.deepEqual([other.status, other.body.error.code, other.body.error.error_subcode], [400, 100, 33]);
  });

  it('takes a message to a stranger and says later that it cannot be delivered', async () => {
    assert.equal((await rig.text({ to: '+79990000000' })).status, 200);
    await rig.until(() => rig.statuses().length === 1);
    const [failed] = rig.statuses();
    assert.equal(failed?.['status'], 'failed');
    assert.equal(failed?.['recipient_id'], '79990000000');
    assert.equal((failed?.['errors'] as { code: number }[])[0]?.code, 131026);
    assert.equal(rig.received[0]?.value.contacts, undefined);
  });

  it('closes the window 24 hours after the last word of the person, for all but templates', async () => {
    await rig.control('POST', '/templates', { name: 'reminder', language: 'ru' });
    await rig.control('POST', '/clock', { offsetMs: 24 * HOUR_MS - 60_000 });
    assert.equal((await rig.text(AIGUL)).status, 200);
    await rig.control('POST', '/clock', { offsetMs: 24 * HOUR_MS + 1_000 });
    assert.equal((await rig.text(AIGUL)).body.error.code, 131047);
    const template = { ...AIGUL, type: 'template', template: { name: 'reminder', language: { code: 'ru' } } };
    assert.equal((await rig.send(template)).status, 200);
    await rig.control('POST', `/people/aigul/messages`, { text: 'again' });
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('tells a closed window by webhook when asked to', async () => {
    await rig.control('POST', '/settings', { windowErrorBy: 'webhook' });
    assert.equal((await rig.text({ to: '+15550100099' })).status, 200);
    await rig.until(() => rig.statuses().length === 1);
    assert.equal((rig.statuses()[0]?.['errors'] as { code: number }[])[0]?.code, 131047);
    assert.equal('recipient_user_id' in (rig.statuses()[0] ?? {}), false);
  });

  it('lets 45 messages in a burst go to one person, then one every six seconds (131056), others unaffected', async () => {
    for (let n = 0; n < 45; n++) assert.equal((await rig.text(AIGUL)).status, 200, `message ${n}`);
    assert.equal((await rig.text(AIGUL)).body.error.code, 131056);
    await rig.hear('john');
    assert.equal((await rig.text({ to: '+15550100099' })).status, 200);
    await rig.control('POST', '/clock', { advanceMs: 6_001 });
    assert.equal((await rig.text(AIGUL)).status, 200);
    assert.equal((await rig.text(AIGUL)).body.error.code, 131056);
    await rig.control('POST', '/settings', { pairRate: false });
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('refuses more than the number may send in a second (130429), and takes them again in the next', async () => {
    await rig.control('POST', '/settings', { numberPerSecond: 4, pairRate: false });
    const statuses = [];
    for (let n = 0; n < 8; n++) statuses.push((await rig.text(AIGUL)).status);
    assert.ok(statuses.includes(429));
    await rig.control('POST', '/clock', { advanceMs: 1_000 });
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('marks a message and all before it as read, and shows typing only when asked', async () => {
    const first = (await rig.control('POST', '/people/aigul/messages', { text: 'one' })).body.messages[0];
    const second = (await rig.control('POST', '/people/aigul/messages', { text: 'two' })).body.messages[0];
    const read = { status: 'read', message_id: second.id, typing_indicator: { type: 'text' } };
    assert.deepEqual((await rig.send(read)).body, { success: true });
    assert.equal((await rig.control('GET', `/messages/${encodeURIComponent(first.id)}`)).body.state, 'read');
    const { typingUntil } = (await rig.control('GET', '/people/aigul')).body;
    assert.ok(typingUntil > rig.running.emulator.clock.now() + 20_000);
    assert.equal((await rig.send({ status: 'read', message_id: 'wamid.NONE' })).body.error.code, 100);
  });

  it('neither marks as read nor reacts to a message of more than 30 days ago (131009)', async () => {
    const old = (await rig.control('POST', '/people/aigul/messages', { text: 'old' })).body.messages[0].id;
    await rig.control('POST', '/clock', { advanceMs: 31 * 24 * HOUR_MS });
    await rig.control('POST', '/people/aigul/messages', { text: 'new' });
    assert.equal((await rig.send({ status: 'read', message_id: old })).body.error.code, 131009);
    const reaction = { ...AIGUL, type: 'reaction', reaction: { message_id: old, emoji: '👍' } };
    assert.equal((await rig.send(reaction)).body.error.code, 131009);
  });

  it('sends no one-time code to a BSUID (131062)', async () => {
    await rig.control('POST', '/templates', { name: 'code', language: 'ru', category: 'AUTHENTICATION' });
    const template = { type: 'template', template: { name: 'code', language: { code: 'ru' } } };
    assert.equal((await rig.send({ ...template, recipient: 'KZ.9zQ1' })).body.error.code, 131062);
    assert.equal((await rig.send({ ...template, ...AIGUL })).status, 200);
  });

  it('gives a reaction nothing but sent', async () => {
    const { body } = await rig.text(AIGUL);
    await rig.until(() => rig.statuses().length === 2);
    await rig.send({ ...AIGUL, type: 'reaction', reaction: { message_id: body.messages[0].id, emoji: '👍' } });
    await rig.text(AIGUL, 'after it');
    await rig.until(() => rig.statuses().length === 5);
    const kinds = rig
      .statuses()
      .slice(2)
      .map((each) => each['status']);
    assert.deepEqual(kinds.sort(), ['delivered', 'sent', 'sent']);
  });

  it('checks the parameters of a declared template (132000, 132012, 132005)', async () => {
    const components = [{ type: 'BODY', text: 'Hello {{first_name}}, see you.' }];
    await rig.control('POST', '/templates', { name: 'visit', language: 'ru', parameter_format: 'NAMED', components });
    const send = (parameters: unknown[]) =>
      rig.send({
        ...AIGUL,
        type: 'template',
        template: { name: 'visit', language: { code: 'ru' }, components: [{ type: 'body', parameters }] },
      });
    assert.equal((await send([])).body.error.code, 132000);
    assert.equal((await send([{ type: 'text', parameter_name: 'other', text: 'A' }])).body.error.code, 132012);
    const long = [{ type: 'text', parameter_name: 'first_name', text: 'A'.repeat(1_020) }];
    assert.equal((await send(long)).body.error.code, 132005);
    const good = await send([{ type: 'text', parameter_name: 'first_name', text: 'Айгуль' }]);
    assert.deepEqual([good.status, good.body.messages[0].message_status], [200, 'accepted']);
  });

  describe('faults', () => {
    const sends = async () => (await rig.control('GET', '/log?event=send')).body.items;

    it('gives a chosen error with its HTTP status and Retry-After to as many sends as asked', async () => {
      await rig.control('POST', '/faults', {
        kind: 'error',
        code: 130429,
        httpStatus: 429,
        retryAfterSeconds: 3,
        times: 2,
      });
      const first = await rig.text(AIGUL);
      assert.deepEqual([first.status, first.body.error.code, first.headers.get('retry-after')], [429, 130429, '3']);
      assert.equal((await rig.text(AIGUL)).status, 429);
      assert.equal((await rig.text(AIGUL)).status, 200);
    });

    it('hits only the sends to one person, and stays until taken away when times is all', async () => {
      await rig.hear('john');
      await rig.control('POST', '/faults', { kind: 'http', httpStatus: 503, times: 'all', personId: 'john' });
      assert.equal((await rig.text(AIGUL)).status, 200);
      for (let n = 0; n < 3; n++) assert.equal((await rig.text({ to: '+15550100099' })).status, 503);
      await rig.control('DELETE', '/faults');
      assert.equal((await rig.text({ to: '+15550100099' })).status, 200);
    });

    it('resets the connection without taking the message', async () => {
      await rig.control('POST', '/faults', { kind: 'reset' });
      await assert.rejects(rig.text(AIGUL));
      const [entry] = await sends();
      assert.deepEqual([entry.accepted, entry.answered, entry.fault], [false, null, 'reset']);
    });

    for (const by of ['reset', 'silence'] as const) {
      it(`takes the message but loses the answer by ${by}; the statuses still come`, async () => {
        await rig.control('POST', '/faults', { kind: 'answerLost', by });
        const signal = AbortSignal.timeout(by === 'silence' ? 300 : 5_000);
        const body = JSON.stringify({
          messaging_product: 'whatsapp',
          ...AIGUL,
          type: 'text',
          text: { body: 'x' },
          biz_opaque_callback_data: 'row:7',
        });
        const headers = { authorization: 'Bearer access-token' };
        await assert.rejects(fetch(`${rig.url}/v25.0/1001/messages`, { method: 'POST', body, headers, signal }));
        await rig.until(() => rig.statuses().length === 2);
        assert.equal(rig.statuses()[0]?.['biz_opaque_callback_data'], 'row:7');
        const [entry] = await sends();
        assert.deepEqual([entry.accepted, entry.answered, entry.callback], [true, null, 'row:7']);
        assert.equal(entry.wamid, rig.statuses()[0]?.['id']);
      });
    }

    it('never answers a timeout, and takes nothing', async () => {
      await rig.control('POST', '/faults', { kind: 'timeout' });
      await new Promise<void>((resolve, reject) => {
        const options = { method: 'POST', timeout: 200, headers: { authorization: 'Bearer access-token' } };
        const request = httpRequest(`${rig.url}/v25.0/1001/messages`, options, () => reject(new Error('it answered')));
        request.on('timeout', () => resolve(void request.destroy()));
        request.on('error', () => undefined);
        request.end(JSON.stringify({ messaging_product: 'whatsapp', ...AIGUL, type: 'text', text: { body: 'x' } }));
      });
      assert.equal((await sends())[0].accepted, false);
    });

    it('answers late, unreadably, or with an expired token when told to', async () => {
      await rig.control('POST', '/faults', { kind: 'delay', ms: 50 });
      const startedAt = performance.now();
      assert.equal((await rig.text(AIGUL)).status, 200);
      assert.ok(performance.now() - startedAt >= 49);
      await rig.control('POST', '/faults', { kind: 'unreadable', body: '<html>' });
      assert.equal((await rig.text(AIGUL)).body, '<html>');
      await rig.control('POST', '/faults', { kind: 'expiredToken' });
      assert.equal((await rig.text(AIGUL)).body.error.error_subcode, 463);
      await rig.control('POST', '/faults', { kind: 'failedLater', code: 131026 });
      assert.equal((await rig.text(AIGUL)).status, 200);
      await rig.until(() => rig.statuses().some((each) => each['status'] === 'failed'));
    });
  });
});
