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
});
