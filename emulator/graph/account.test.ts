import assert from 'node:assert/strict';
import { Rig } from '../testing/rig.js';

describe('the account', () => {
  let rig: Rig;
  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig.close());

  it('tells the asked fields of the number, in any version of the API', async () => {
    const fields =
      'display_phone_number,quality_rating,throughput,whatsapp_business_manager_messaging_limit,health_status';
    const { body } = await rig.graph('GET', `/1001?fields=${fields}`);
    assert.deepEqual(Object.keys(body).sort(), [...fields.split(','), 'id'].sort());
    assert.equal(body.health_status.can_send_message, 'AVAILABLE');
    const headers = { authorization: 'Bearer access-token' };
    assert.equal((await fetch(`${rig.url}/v19.0/1001`, { headers })).status, 200);
    assert.equal((await rig.graph('GET', '/4711')).body.error.error_subcode, 33);
  });

  it('takes a file, tells about it, gives its bytes, sends it, deletes it', async () => {
    const headers = { authorization: 'Bearer access-token' };
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', new Blob(['png'], { type: 'image/png' }), 'a.png');
    const upload = await fetch(`${rig.url}/v25.0/1001/media`, { method: 'POST', headers, body: form });
    const { id } = (await upload.json()) as { id: string };
    const { body } = await rig.graph('GET', `/${id}?phone_number_id=1001`);
    assert.deepEqual([body.mime_type, body.file_size, body.id], ['image/png', 3, id]);
    assert.equal(await (await fetch(body.url, { headers })).text(), 'png');
    await rig.hear('aigul');
    assert.equal((await rig.send({ to: '+77010000001', type: 'image', image: { id } })).status, 200);
    assert.deepEqual((await rig.graph('DELETE', `/${id}`)).body, { success: true });
    assert.equal((await rig.graph('GET', `/${id}`)).status, 400);
  });

  it('refuses a file of a type that cannot be sent (131053)', async () => {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', new Blob(['x'], { type: 'model/obj' }), 'x.obj');
    const headers = { authorization: 'Bearer access-token' };
    const answer = await fetch(`${rig.url}/v25.0/1001/media`, { method: 'POST', headers, body: form });
    assert.equal(((await answer.json()) as { error: { code: number } }).error.code, 131053);
  });

  it('creates, lists with cursors, and deletes templates', async () => {
    for (const language of ['ru', 'en', 'kk']) {
      const body = {
        name: 'notice',
        language,
        category: 'UTILITY',
        components: [{ type: 'BODY', text: 'Hello there' }],
      };
      const made = (await rig.graph('POST', '/2002/message_templates', body)).body;
      assert.deepEqual([made.status, made.category], ['APPROVED', 'UTILITY']);
    }
    const seen: string[] = [];
    let next: string | undefined = `${rig.url}/v25.0/2002/message_templates?limit=2`;
    while (next) {
      const page = (await (await fetch(next, { headers: { authorization: 'Bearer access-token' } })).json()) as {
        data: { language: string }[];
        paging: { next?: string };
      };
      seen.push(...page.data.map((each) => each.language));
      next = page.paging.next;
    }
    assert.deepEqual(seen, ['ru', 'en', 'kk']);
    assert.deepEqual((await rig.graph('DELETE', '/2002/message_templates?name=notice')).body, { success: true });
    assert.deepEqual((await rig.graph('GET', '/2002/message_templates')).body.data, []);
  });
});
