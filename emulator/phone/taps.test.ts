import assert from 'node:assert/strict';
import { Rig } from '../testing/rig.js';

type Json = Record<string, unknown>;

describe('what a customer can tap', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    for (const person of ['aigul', 'dana']) await rig.hear(person);
  });
  afterEach(() => rig.close());

  const tap = async (interactive: Json, wish: Json = {}, person = 'aigul', to: Json = { to: '+77010000001' }) => {
    const sent = await rig.send({ ...to, type: 'interactive', interactive: { body: { text: 'b' }, ...interactive } });
    const messageId = sent.body.messages[0].id;
    const { body } = await rig.control('POST', `/people/${person}/tap`, { messageId, ...wish });
    return { messageId, answer: body.messages[0] };
  };
  const formOf = (answer: Json) =>
    JSON.parse((answer['interactive'] as { nfm_reply: { response_json: string } }).nfm_reply.response_json);

  it('answers a request for the number with the person’s own card, its origin named and no sender in its context', async () => {
    const request = { type: 'request_contact_info', action: { name: 'request_contact_info' } };
    const { messageId, answer } = await tap(request);
    assert.deepEqual(answer.contacts, [
      { origin: 'contact_request', phones: [{ phone: '+77010000001', wa_id: '77010000001', type: 'CELL' }] },
    ]);
    assert.deepEqual(answer.context, { id: messageId });
    const other = await tap(request, {}, 'dana', { recipient: 'KZ.9zQ1' });
    assert.equal('from' in other.answer, false);
    assert.equal(other.answer.contacts[0].origin, 'contact_request');
  });

  it('answers the same request when it is a template’s button', async () => {
    const components = [
      { type: 'BODY', text: 'Оставьте номер.' },
      { type: 'BUTTONS', buttons: [{ type: 'REQUEST_CONTACT_INFO' }] },
    ];
    await rig.declare('ask', 'UTILITY', { components });
    const sent = await rig.template({ to: '+77010000001' }, 'ask');
    const messageId = sent.body.messages[0].id;
    const { body } = await rig.control('POST', '/people/aigul/tap', { messageId, option: 0 });
    assert.equal(body.messages[0].contacts[0].origin, 'contact_request');
  });

  it('fills in a form, with its token and what was entered', async () => {
    const parameters = { flow_message_version: '3', flow_id: '1', flow_cta: 'go', flow_token: 'T1' };
    const { answer } = await tap({ type: 'flow', action: { name: 'flow', parameters } }, { response: { stars: 5 } });
    assert.deepEqual(formOf(answer), { flow_token: 'T1', stars: 5 });
    const address = { type: 'address_message', action: { name: 'address_message', parameters: { country: 'IN' } } };
    assert.equal(formOf((await tap(address)).answer).values.name, 'Айгуль');
  });

  it('allows or refuses calls', async () => {
    const request = { type: 'call_permission_request', action: { name: 'call_permission_request' } };
    const allowed = (await tap(request)).answer.interactive.call_permission_reply;
    assert.deepEqual(
      [allowed.response, allowed.response_source, typeof allowed.expiration_timestamp],
      ['accept', 'user_action', 'number'],
    );
    assert.equal(
      (await tap(request, { option: 'reject' })).answer.interactive.call_permission_reply.response,
      'reject',
    );
  });

  it('orders goods', async () => {
    const sections = [{ title: 's', product_items: [{ product_retailer_id: 'a' }, { product_retailer_id: 'b' }] }];
    const list = { type: 'product_list', header: { type: 'text', text: 'h' }, action: { catalog_id: 'c', sections } };
    const { order } = (await tap(list, { option: 'b' })).answer;
    assert.deepEqual([order.catalog_id, order.product_items[0].product_retailer_id], ['c', 'b']);
  });

  it('has nothing to tap on a link, and says so', async () => {
    const link = {
      type: 'cta_url',
      action: { name: 'cta_url', parameters: { display_text: 'go', url: 'https://example.org' } },
    };
    const sent = await rig.send({
      to: '+77010000001',
      type: 'interactive',
      interactive: { body: { text: 'b' }, ...link },
    });
    const { status } = await rig.control('POST', '/people/aigul/tap', {
      messageId: sent.body.messages[0].id,
      option: 0,
    });
    assert.equal(status, 409);
  });
});
