import assert from 'node:assert/strict';
import { Rig } from '../testing/rig.js';

describe('the pretend customers', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.close());

  const write = (id: string, message: unknown) => rig.control('POST', `/people/${id}/messages`, message);

  it('gives a person without a phone neither from nor wa_id, only the BSUID and the username', async () => {
    await write('dana', { text: 'Salem' });
    await rig.until(() => rig.received.length === 1);
    const [message] = rig.messages();
    assert.equal('from' in (message ?? {}), false);
    assert.equal(message?.['from_user_id'], 'KZ.9zQ1');
    assert.deepEqual(rig.received[0]?.value.contacts, [
      { profile: { name: 'Дана', username: '@dana_77' }, user_id: 'KZ.9zQ1' },
    ]);
  });

  it('hides the phone of a person who has one but does not show it, and can be reached by both', async () => {
    await rig.control('PATCH', '/people/aigul', { phoneVisible: false });
    await rig.hear('aigul');
    await rig.text({ to: '+77010000001' });
    await rig.text({ recipient: 'KZ.8h2Kq' });
    await rig.until(() => rig.statuses().length === 4);
    assert.ok(rig.statuses().every((each) => !('recipient_id' in each) && each['recipient_user_id'] === 'KZ.8h2Kq'));
  });

  it('tells delivered once for each device of somebody who has several, and charges once', async () => {
    await rig.control('PATCH', '/people/aigul', { devices: 3, autoRead: true });
    await rig.control('POST', '/settings', { statuses: { deliveredMs: 30, readMs: 10 } });
    await rig.hear('aigul');
    await rig.text({ to: '+77010000001' });
    await rig.until(() => rig.statuses().length === 5);
    const said = rig.statuses().map((each) => each['status']);
    assert.deepEqual(said.sort(), ['delivered', 'delivered', 'delivered', 'read', 'sent']);
    assert.equal((await rig.control('GET', '/people/aigul/messages')).body.items.at(-1).state, 'read');
    assert.equal((await rig.control('GET', '/bill')).body.lines[0].messages, 1);
    assert.equal((await rig.control('PATCH', '/people/aigul', { devices: 6 })).status, 422);
  });

  it('sends several messages in one POST, with ids and times of the caller', async () => {
    const messages = [{ text: 'one', id: 'wamid.ONE', timestamp: 1_790_000_001 }, { text: 'two' }];
    await write('aigul', { messages });
    await rig.until(() => rig.received.length === 1);
    assert.deepEqual(
      rig.messages().map((each) => (each['text'] as { body: string }).body),
      ['one', 'two'],
    );
    assert.deepEqual([rig.messages()[0]?.['id'], rig.messages()[0]?.['timestamp']], ['wamid.ONE', '1790000001']);
  });

  it('posts the same message many times at once', async () => {
    await write('aigul', { text: 'again', times: 20 });
    await rig.until(() => rig.received.length === 20);
    assert.equal(new Set(rig.received.map((each) => each.raw)).size, 1);
    assert.equal((await rig.control('GET', '/people/aigul/messages')).body.items.length, 1);
  });

  for (const type of ['image', 'video', 'audio', 'document', 'sticker']) {
    it(`fills in ${type} messages, whose bytes can be had with the token`, async () => {
      await write('aigul', { type, [type]: { dataBase64: Buffer.from('bytes').toString('base64') } });
      await rig.until(() => rig.received.length === 1);
      const media = rig.messages()[0]?.[type] as { id: string; url: string; sha256: string };
      assert.equal(Buffer.from(media.sha256, 'base64').length, 32);
      const info = (await rig.graph('GET', `/${media.id}`)).body;
      assert.deepEqual([info.id, info.file_size, info.messaging_product], [media.id, 5, 'whatsapp']);
      const headers = { authorization: 'Bearer access-token' };
      for (const url of [media.url, info.url]) assert.equal(await (await fetch(url, { headers })).text(), 'bytes');
      assert.equal((await fetch(media.url)).status, 401);
      await rig.control('POST', '/clock', { advanceMs: 6 * 60_000 });
      assert.equal((await fetch(media.url, { headers })).status, 404);
    });
  }

  it('taps buttons, list rows and quick replies with the context of the message', async () => {
    await rig.hear('aigul');
    const to = '+77010000001';
    const buttons = [{ type: 'reply', reply: { id: 'yes', title: 'Да' } }];
    const rows = [{ id: 'r1', title: 'Первая', description: 'строка' }];
    const interactive = (type: string, action: unknown) =>
      rig.send({ to, type: 'interactive', interactive: { type, body: { text: '?' }, action } });
    const asked = (await interactive('button', { buttons })).body.messages[0].id;
    const listed = (await interactive('list', { button: 'Меню', sections: [{ rows }] })).body.messages[0].id;
    const components = [
      { type: 'BODY', text: 'Ждём вас.' },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Приду' }] },
    ];
    await rig.control('POST', '/templates', { name: 'visit', language: 'ru', components });
    const payload = {
      type: 'button',
      sub_type: 'quick_reply',
      index: '0',
      parameters: [{ type: 'payload', payload: 'ok' }],
    };
    const template = { name: 'visit', language: { code: 'ru' }, components: [payload] };
    const reminded = (await rig.send({ to, type: 'template', template })).body.messages[0].id;

    for (const [messageId, option] of [
      [asked, 'yes'],
      [listed, 0],
      [reminded, 'ok'],
    ]) {
      assert.equal((await rig.control('POST', '/people/aigul/tap', { messageId, option })).status, 201);
    }
    await rig.until(() => rig.messages().length === 3);
    const byContext = (id: string) => rig.messages().find((each) => (each['context'] as { id: string }).id === id);
    assert.deepEqual(byContext(asked)?.['interactive'], {
      type: 'button_reply',
      button_reply: { id: 'yes', title: 'Да' },
    });
    assert.deepEqual(byContext(listed)?.['interactive'], { type: 'list_reply', list_reply: rows[0] });
    assert.deepEqual(byContext(reminded)?.['button'], { payload: 'ok', text: 'Приду' });
    assert.deepEqual(byContext(asked)?.['context'], { from: '15550100001', id: asked });
    assert.equal((await rig.control('POST', '/people/aigul/tap', { messageId: asked, option: 'no' })).status, 409);
  });

  it('tells a change of number and of BSUID by system messages without contacts', async () => {
    await rig.control('POST', '/people/aigul/change-number', { phone: '+77020000002', userId: 'KZ.1mN3' });
    await rig.control('POST', '/people/dana/change-user-id', { userId: 'KZ.4pT0' });
    await rig.until(() => rig.messages().length === 2);
    const [number, id] = ['user_changed_number', 'user_changed_user_id'].map((type) =>
      rig.messages().find((each) => (each['system'] as { type: string }).type === type),
    );
    assert.equal(number?.['from'], '77010000001');
    const { body: _body, ...system } = number?.['system'] as Record<string, unknown>;
    assert.deepEqual(system, {
      type: 'user_changed_number',
      wa_id: '77020000002',
      previous_user_id: 'KZ.8h2Kq',
      user_id: 'KZ.1mN3',
    });
    assert.equal('from' in (id ?? {}), false);
    assert.equal((id?.['system'] as Record<string, unknown>)['previous_user_id'], 'KZ.9zQ1');
    assert.ok(rig.received.every((each) => each.value.contacts === undefined));
    await rig.hear('aigul');
    assert.equal((await rig.text({ to: '+77020000002' })).body.contacts[0].wa_id, '77020000002');
  });

  it('reads only when the chat is opened, and says nothing when read receipts are off', async () => {
    await rig.hear('aigul');
    const sent = (await rig.text({ to: '+77010000001' })).body.messages[0].id;
    await rig.until(() => rig.statuses().length === 2);
    await rig.control('POST', '/people/aigul/read');
    await rig.until(() => rig.statuses().length === 3);
    assert.deepEqual([rig.statuses()[2]?.['id'], rig.statuses()[2]?.['status']], [sent, 'read']);

    await rig.control('PATCH', '/people/john', { readReceipts: false, autoRead: true });
    await rig.hear('john');
    await rig.text({ to: '+15550100099' });
    await rig.text({ to: '+15550100099' });
    await rig.until(() => rig.statuses().length === 4);
    assert.ok(rig.statuses().every((each) => each['status'] !== 'read'));
  });

  it('leaves a message at one tick while the telephone is off', async () => {
    await rig.control('PATCH', '/people/aigul', { autoDeliver: false });
    await rig.hear('aigul');
    const id = (await rig.text({ to: '+77010000001' })).body.messages[0].id;
    await rig.until(() => rig.statuses().length === 1);
    assert.equal((await rig.control('GET', `/messages/${encodeURIComponent(id)}`)).body.state, 'sent');
  });

  it('sends any status by hand, in any order and number', async () => {
    await rig.control('POST', '/settings', { statuses: { enabled: false } });
    await rig.hear('aigul');
    const id = encodeURIComponent((await rig.text({ to: '+77010000001' })).body.messages[0].id);
    await rig.control('POST', `/messages/${id}/statuses`, { status: 'read', times: 2 });
    await rig.control('POST', `/messages/${id}/statuses`, { status: 'sent', extra: { recipient_id: null, note: 1 } });
    await rig.until(() => rig.statuses().length === 3);
    const sent = rig.statuses().find((each) => each['status'] === 'sent');
    assert.deepEqual(['recipient_id' in (sent ?? {}), sent?.['note']], [false, 1]);
  });
});
