import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import type { Bubble, Customer, Platform } from './platform.js';
import { contactsOf, messagesOf, onBothStores, type Stand } from './stand.js';

const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const;
/** When each is said to have happened, seconds after the message. */
const AFTER = { sent: 1, failed: 2, delivered: 3, read: 4 } as const;

onBothStores('What is shown of a message of ours', (stand) => {
  beforeEach('one status after the other, and none that is not ours', () =>
    stand().platform.settings({ statuses: { enabled: false }, webhookConcurrency: 1 }),
  );

  it('is the same whatever the order in which sent, delivered, read and failed arrive', async () => {
    const { platform } = stand();
    const orders = permutations(STATUSES);
    assert.equal(orders.length, 24);
    const people = await platform.crowd(orders.length);
    const messages = await Promise.all(people.map((person) => answerTo(platform, person)));
    for (const [index, order] of orders.entries()) {
      const message = messages[index];
      for (const status of order) if (message) await report(platform, message, status);
    }
    for (const [index, person] of people.entries())
      await eventually(
        async () => (await shown(stand(), person)) === 'read',
        20_000,
        `read after ${orders[index]?.join(', ')}`,
      );
  });

  it('is "delivered" for a message that was reported failed first', async () => {
    const { platform } = stand();
    const [customer] = await platform.crowd(1);
    if (!customer) throw new Error('nobody');
    const message = await answerTo(platform, customer);
    await report(platform, message, 'failed');
    await eventually(async () => (await shown(stand(), customer)) === 'failed');
    await report(platform, message, 'delivered');
    await eventually(async () => (await shown(stand(), customer)) === 'delivered');
    await report(platform, message, 'read');
    await eventually(async () => (await shown(stand(), customer)) === 'read');
  });

  it('is not changed by a "sent" after the "read", nor by anything that is said twice', async () => {
    const { platform } = stand();
    const [customer, witness] = await platform.crowd(2);
    if (!customer || !witness) throw new Error('nobody');
    const [message, later] = [await answerTo(platform, customer), await answerTo(platform, witness)];
    await report(platform, message, 'read', { times: 3 });
    await eventually(async () => (await shown(stand(), customer)) === 'read');
    await report(platform, message, 'sent', { times: 3 });
    await report(platform, later, 'sent'); // once this one is shown, those before it have been folded
    await eventually(async () => (await shown(stand(), witness)) === 'sent');
    assert.equal(await shown(stand(), customer), 'read');
  });

  it('is right for statuses that come before the answer to the send, with or without our own data on them', async () => {
    const { platform } = stand();
    for (const extra of [{}, { biz_opaque_callback_data: null }]) {
      const [customer] = await platform.crowd(1);
      if (!customer) throw new Error('nobody');
      await platform.fault({ kind: 'delay', ms: 1_500 }, customer);
      const message = await answerTo(platform, customer);
      await platform.status(message.id, 'sent', { extra });
      await platform.status(message.id, 'delivered', { extra });
      await eventually(async () => (await platform.doorAnswers(`${message.id}:delivered`)).includes(200));
      const [send] = await platform.sends(customer);
      assert.ok(send, 'the send is there');
      assert.equal(await shown(stand(), customer).then((state) => state !== 'failed'), true);
      await eventually(async () => (await shown(stand(), customer)) === 'delivered');
      assert.equal((await platform.sends(customer)).length, 1);
    }
  });
});

/** The customer writes, and this is what they are answered. */
async function answerTo(platform: Platform, customer: Customer): Promise<Bubble> {
  await platform.write(customer, 'привет');
  const [answer] = await platform.answered(customer);
  if (!answer) throw new Error('no answer');
  return answer;
}

function report(
  platform: Platform,
  message: Bubble,
  status: (typeof STATUSES)[number],
  more: Record<string, unknown> = {},
): Promise<unknown> {
  const errors = status === 'failed' ? { errors: [{ code: 131026, title: 'Message undeliverable' }] } : {};
  return platform.status(message.id, status, {
    timestamp: Math.floor(message.at / 1000) + AFTER[status],
    ...errors,
    ...more,
  });
}

/** The state of the newest message to the customer, as the API has it. */
async function shown({ server }: Stand, customer: Customer): Promise<string | undefined> {
  const [contact] = await contactsOf(server, `phone=${customer.phone}`);
  const messages = contact ? await messagesOf(server, contact.id) : [];
  return messages.find(({ direction }) => direction === 'outbound')?.state;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
