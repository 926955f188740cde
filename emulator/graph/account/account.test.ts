import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Rig } from '../../testing/rig.js';

const AIGUL = { to: '+77010000001' };
const MESSAGING = { messaging_product: 'whatsapp' };

describe('the account', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.close());

  const act = (body: unknown) => rig.control('POST', '/account/act', body);

  it('tells the asked fields of the number, in any version of the API', async () => {
    const fields =
      'display_phone_number,quality_rating,throughput,whatsapp_business_manager_messaging_limit,health_status';
    const { body } = await rig.graph('GET', `/1001?fields=${fields}`);
    assert.deepEqual(Object.keys(body).sort(), [...fields.split(','), 'id'].sort());
    assert.deepEqual(
      [
        body.health_status.can_send_message,
        body.quality_rating,
        body.throughput.level,
        body.whatsapp_business_manager_messaging_limit,
      ],
      ['AVAILABLE', 'GREEN', 'STANDARD', 'TIER_10K'],
    );
    const headers = { authorization: 'Bearer access-token' };
    assert.equal((await fetch(`${rig.url}/v19.0/1001`, { headers })).status, 200);
    assert.equal((await rig.graph('GET', '/4711')).body.error.error_subcode, 33);
    const numbers = (await rig.graph('GET', '/2002/phone_numbers')).body.data;
    assert.deepEqual([numbers.length, numbers[0].id], [1, '1001']);
    assert.equal((await rig.graph('GET', '/2002?fields=currency')).body.currency, 'USD');
  });

  it('refuses every send while it is restricted, and its health says why', async () => {
    await rig.hear('aigul');
    await act({ act: 'restrict', code: 131042, details: 'There is a problem with the payment.' });
    assert.equal((await rig.text(AIGUL)).body.error.code, 131042);
    const { health_status: health } = (await rig.graph('GET', '/1001?fields=health_status')).body;
    assert.equal(health.can_send_message, 'BLOCKED');
    const waba = health.entities.find((each: { entity_type: string }) => each.entity_type === 'WABA');
    assert.equal(waba.errors[0].error_code, 131042);
    await rig.until(() => rig.changes('account_update').length === 1);
    await act({ act: 'lift' });
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('is in maintenance for a minute (131057) before the number sends a thousand a second', async () => {
    await rig.hear('aigul');
    await act({ act: 'upgradeThroughput' });
    assert.deepEqual([(await rig.text(AIGUL)).status, (await rig.text(AIGUL)).body.error.code], [500, 131057]);
    await rig.advance(61_000);
    await rig.until(() => rig.changes('phone_number_quality_update').length === 1);
    assert.equal(rig.changes('phone_number_quality_update')[0]?.value['event'], 'THROUGHPUT_UPGRADE');
    assert.equal((await rig.graph('GET', '/1001?fields=throughput')).body.throughput.level, 'HIGH');
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('changes its limit by hand, and tells any field one wants', async () => {
    await act({ act: 'tier', limit: null });
    assert.equal(
      (await rig.graph('GET', '/1001?fields=messaging_limit_tier')).body.messaging_limit_tier,
      'TIER_UNLIMITED',
    );
    await act({ act: 'tell', field: 'security', value: { display_phone_number: '15550100001', event: 'PIN_CHANGED' } });
    await rig.until(
      () => rig.changes('security').length === 1 && rig.changes('business_capability_update').length === 1,
    );
  });

  it('keeps a profile, and refuses what it cannot hold', async () => {
    const path = '/1001/whatsapp_business_profile';
    const change = { ...MESSAGING, about: 'Вестник', websites: ['https://example.org'], vertical: 'PROF_SERVICES' };
    assert.deepEqual((await rig.graph('POST', path, change)).body, { success: true });
    const { data } = (await rig.graph('GET', `${path}?fields=about,websites,vertical,email`)).body;
    assert.deepEqual(data, [
      { about: 'Вестник', websites: ['https://example.org'], vertical: 'PROF_SERVICES', ...MESSAGING },
    ]);
    for (const wrong of [
      { about: 'x'.repeat(140) },
      { websites: ['https://a.org', 'https://b.org', 'https://c.org'] },
      { vertical: 'SPACE' },
      { nonsense: 1 },
    ]) {
      assert.equal(
        (await rig.graph('POST', path, { ...MESSAGING, ...wrong })).body.error.code,
        100,
        JSON.stringify(wrong),
      );
    }
  });

  it('blocks only people who wrote in the last 24 hours; they can then neither write nor be written to', async () => {
    await rig.hear('aigul');
    const users = { ...MESSAGING, block_users: [{ user: '+77010000001' }, { user_id: 'KZ.9zQ1' }] };
    const partly = await rig.graph('POST', '/1001/block_users', users);
    assert.deepEqual([partly.status, partly.body.error.code], [400, 139100]);
    assert.deepEqual(partly.body.block_users.added_users, [{ input: '+77010000001', wa_id: '77010000001' }]);
    assert.equal(partly.body.block_users.failed_users[0].errors[0].code, 131047);
    assert.equal((await rig.text(AIGUL)).body.error.code, 130403);
    await rig.control('POST', '/people/aigul/messages', { text: 'does anybody hear me?' });
    await rig.hear('john');
    assert.equal(rig.messages().length, 0);
    assert.deepEqual((await rig.graph('GET', '/1001/block_users')).body.data, [{ ...MESSAGING, wa_id: '77010000001' }]);
    const back = await rig.graph('DELETE', '/1001/block_users', {
      ...MESSAGING,
      block_users: [{ user: '77010000001' }],
    });
    assert.deepEqual(back.body.block_users.removed_users, [{ input: '77010000001', wa_id: '77010000001' }]);
    assert.equal((await rig.text(AIGUL)).status, 200);
  });

  it('makes, lists, changes and deletes short links', async () => {
    const path = '/1001/message_qrdls';
    const made = (await rig.graph('POST', path, { prefilled_message: 'START', generate_qr_image: 'SVG' })).body;
    assert.equal(made.deep_link_url, `https://wa.me/message/${made.code}`);
    assert.equal((await fetch(made.qr_image_url)).headers.get('content-type'), 'image/svg+xml; charset=utf-8');
    const changed = (await rig.graph('POST', path, { code: made.code, prefilled_message: 'STOP' })).body;
    assert.deepEqual([changed.code, changed.prefilled_message], [made.code, 'STOP']);
    assert.equal((await rig.graph('GET', path)).body.data.length, 1);
    assert.equal((await rig.graph('GET', `${path}/${made.code}`)).body.data[0].prefilled_message, 'STOP');
    assert.equal((await rig.graph('POST', path, { prefilled_message: 'x'.repeat(141) })).body.error.code, 100);
    assert.deepEqual((await rig.graph('DELETE', `${path}/${made.code}`)).body, { success: true });
    assert.equal((await rig.graph('GET', `${path}/${made.code}`)).body.error.code, 100);
  });

  it('keeps ice breakers and commands, within their limits', async () => {
    const path = '/1001/conversational_automation';
    const wanted = {
      prompts: ['Когда открыто?', 'Позвать человека'],
      commands: [{ command_name: 'menu', command_description: 'Всё, что умеет бот' }],
      enable_welcome_message: true,
    };
    assert.deepEqual((await rig.graph('POST', path, wanted)).body, { success: true });
    const { conversational_automation: kept } = (await rig.graph('GET', '/1001?fields=conversational_automation')).body;
    assert.deepEqual(kept, { ...wanted, id: '1001' });
    for (const wrong of [
      { prompts: ['1', '2', '3', '4', '5'] },
      { prompts: ['x'.repeat(81)] },
      { prompts: ['hi 👍'] },
      { commands: [{ command_name: 'x'.repeat(33), command_description: 'y' }] },
    ]) {
      assert.equal((await rig.graph('POST', path, wrong)).body.error.code, 100, JSON.stringify(wrong));
    }
  });

  it('posts messages to the address of the number, else of the account, else of the app; templates only to the app', async () => {
    const other = await Rig.start();
    const address = other.running.emulator.settings.webhookUrl;
    const override = { override_callback_uri: address, verify_token: 'any' };
    assert.deepEqual((await rig.graph('POST', '/2002/subscribed_apps', override)).body, { success: true });
    assert.equal((await rig.graph('GET', '/2002/subscribed_apps')).body.data[0].override_callback_uri, address);
    await rig.control('POST', '/people/aigul/messages', { text: 'one' });
    await other.until(() => other.messages().length === 1);
    await act({ act: 'tell', field: 'security', value: {} });
    await rig.until(() => rig.changes('security').length === 1);
    assert.deepEqual((await rig.graph('POST', '/2002/subscribed_apps', {})).body, { success: true });
    await rig.graph('POST', '/1001', { webhook_configuration: override });
    await rig.control('POST', '/people/aigul/messages', { text: 'two' });
    await other.until(() => other.messages().length === 2);
    await rig.graph('POST', '/1001', { webhook_configuration: { override_callback_uri: '' } });
    await rig.control('POST', '/people/aigul/messages', { text: 'three' });
    await rig.until(() => rig.messages().length === 1);
    const wrong = { override_callback_uri: 'http://127.0.0.1:9/nobody', verify_token: 'any' };
    assert.equal((await rig.graph('POST', '/2002/subscribed_apps', wrong)).body.error.code, 2200);
    await other.close();
  });

  it('gets no webhooks while the app is not subscribed', async () => {
    await rig.graph('DELETE', '/2002/subscribed_apps');
    await rig.control('POST', '/people/aigul/messages', { text: 'lost' });
    await rig.graph('POST', '/2002/subscribed_apps', {});
    await rig.hear('john');
    assert.equal(rig.messages().length, 0);
  });

  it('remembers all that after a restart', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-account-'));
    try {
      let kept = await Rig.start({ dataDir });
      await kept.graph('POST', '/1001/whatsapp_business_profile', { ...MESSAGING, about: 'kept' });
      await kept.graph('POST', '/1001/message_qrdls', { prefilled_message: 'kept' });
      await kept.control('POST', '/people/aigul/deeds', { do: 'stopMarketing' });
      await kept.control('POST', '/scripts/tapper', { rules: [{ do: 'tap', option: 'any' }], people: ['aigul'] });
      await kept.close();
      kept = await Rig.start({ dataDir });
      assert.equal((await kept.graph('GET', '/1001/whatsapp_business_profile')).body.data[0].about, 'kept');
      assert.equal((await kept.graph('GET', '/1001/message_qrdls')).body.data.length, 1);
      const aigul = (await kept.control('GET', '/people/aigul')).body;
      assert.deepEqual([aigul.marketingStopped, aigul.script], [true, 'tapper']);
      assert.equal((await kept.control('GET', '/scripts')).body.items.length, 1);
      await kept.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
