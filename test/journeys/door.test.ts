import assert from 'node:assert/strict';
import { DOOR } from '../means/server.js';
import { inbound } from './platform.js';
import { onBothStores, settled } from './stand.js';

onBothStores('The door', (stand) => {
  it('gives the challenge back to who knows the token, and turns everybody else away', async () => {
    const { platform } = stand();
    assert.deepEqual(await platform.post('/verify', { challenge: '1158201444' }), {
      ok: true,
      answered: 200,
      body: '1158201444',
    });
    const stranger = (await platform.post('/verify', { token: 'guessed' })) as { answered: number };
    assert.equal(stranger.answered, 403);
  });

  it('takes nothing that is not signed with the secret, whatever stands in it', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const body = platform.body({ messages: [inbound(customer, 'привет')] });
    assert.deepEqual(await platform.webhook(body, { signature: 'wrong' }), [401]);
    assert.deepEqual(await platform.webhook(body, { signature: 'none' }), [401]);
    assert.deepEqual(await platform.webhook(body, { secret: 'somebody-elses-app-secret' }), [401]);
    await settled(server);
    assert.deepEqual(await platform.sends(customer), []);
    assert.deepEqual(await platform.webhook(body), [200], 'the same, signed, is taken');
    await platform.answered(customer);
  });

  it('says 400 to what is signed and no JSON, 413 to what is too large, 405 to other methods', async () => {
    const { platform, server } = stand();
    assert.deepEqual(await platform.webhook('{"object":'), [400]);
    const huge = { object: 'whatsapp_business_account', entry: [], filler: 'x'.repeat(3.6 * 1024 * 1024) };
    const refused = await platform.knock(server, huge).catch(() => 413); // the connection may be cut while it is sent
    assert.equal(refused, 413);
    assert.equal((await fetch(server.url + DOOR, { method: 'DELETE' })).status, 405);
  });

  it('takes a signed body of any shape at all, for a refusal would only bring it again', async () => {
    const { platform } = stand();
    for (const body of ['[]', '7', 'null', '{"entry":[{"changes":[{"value":{"messages":"none"}}]}]}', '{"object":1}'])
      assert.deepEqual(await platform.webhook(body), [200], body);
  });

  it('takes an id beyond 2^53 and a text with a null character in it', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const text = JSON.stringify(platform.body({ messages: [inbound(customer, 'привет')] }));
    const odd = text
      .replace('"привет"', '"меню \\u0000"')
      .replace('"entry":[{', '"entry":[{"time":9007199254740993123,');
    assert.deepEqual(await platform.webhook(odd), [200]);
    await platform.answered(customer);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 1);
  });
});
