import assert from 'node:assert/strict';
import { inbound } from './platform.js';
import { metric, onBothStores, settled, type Stand } from './stand.js';

onBothStores('What is kept and never answered', (stand) => {
  /** Posts `body`, which must be taken, and then looks whether anything at all was said to anybody. */
  async function takenInSilence({ platform, server }: Stand, body: unknown, kind: string): Promise<void> {
    const line = `vestnik_updates_total{kind="${kind}"}`;
    const [before, said] = [await metric(server, line), (await platform.log('event=send')).length];
    assert.deepEqual(await platform.webhook(body), [200]);
    assert.equal(await metric(server, line), before + 1, 'it is counted');
    // Whoever writes after it is answered: so it was passed over, and is not merely late.
    const witness = await platform.customer();
    await platform.write(witness, 'привет');
    await platform.answered(witness);
    await settled(server);
    assert.equal((await platform.log('event=send')).length, said + 1);
  }

  it('is a message to another number of the same account', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const body = platform.body({ messages: [inbound(customer, 'привет')] }, '990000000000001');
    await takenInSilence(stand(), body, 'message');
  });

  it('is a message of a group', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const message = inbound(customer, 'привет', { group_id: '120363027326440000@g.us' });
    await takenInSilence(stand(), platform.body({ messages: [message] }), 'message');
  });

  it('is what another app of the number is in charge of (standby)', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const body = platform.body({ messages: [inbound(customer, 'привет')] }, undefined, 'standby');
    await takenInSilence(stand(), body, 'bystander');
  });

  it('is the echo of what our own people write in the phone app', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const echo = { ...inbound(customer, 'Добрый день!'), from: '15550100001', to: customer.phone };
    await takenInSilence(
      stand(),
      platform.body({ message_echoes: [echo] }, undefined, 'smb_message_echoes'),
      'bystander',
    );
  });

  it('is a field that nobody has heard of', async () => {
    const { platform } = stand();
    await takenInSilence(stand(), platform.body({ novelty: { id: 1 } }, undefined, 'yet_to_come'), 'unknown');
  });

  it('is one bad item, while its neighbours in the same POST are answered', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const good = inbound(customer, 'привет');
    const body = platform.body({ messages: [{ type: 'text', text: 7 }, null, good, { id: 12 }] });
    assert.deepEqual(await platform.webhook(body), [200]);
    await platform.answered(customer);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 1);
  });
});
