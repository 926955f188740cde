import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { eventually } from './eventually.js';
import { inbound, wordsOf, type Customer, type Platform } from './platform.js';
import { contactsOf, messagesOf, onBothStores, settled, type Contact } from './stand.js';

onBothStores('Who is who', (stand) => {
  const newPhone = () => `7705${randomInt(1_000_000, 9_999_999)}`;
  const newUserId = () => `KZ.${randomInt(2 ** 47).toString(36)}`;

  /** A Russian number whose owner has chosen English: whoever forgets the person answers in Russian. */
  async function whoChoseEnglish(platform: Platform, wanted: Record<string, unknown> = {}): Promise<Customer> {
    const customer = await platform.customer(wanted);
    await platform.write(customer, 'привет');
    const [greeting] = await platform.answered(customer);
    assert.match(wordsOf(greeting), /^Здравствуйте/);
    if (greeting) await platform.tap(customer, greeting, 'lang:en');
    await platform.answered(customer, 2);
    return customer;
  }

  /** A word that tells no language, so that the answer's is the one remembered. */
  async function isRemembered(platform: Platform, customer: Customer): Promise<void> {
    const before = (await platform.answers(customer)).length;
    await platform.write(customer, '?');
    const answer = (await platform.answered(customer, before + 1))[before];
    assert.match(wordsOf(answer), /[a-z]/, 'in English');
    assert.doesNotMatch(wordsOf(answer), /[а-я]/, 'in English');
  }

  /** The system message has come in and been acted on: what is written after it comes after it. */
  async function announced(platform: Platform, change: unknown): Promise<void> {
    const { message } = change as { message: { id: string } };
    await eventually(async () => (await platform.doorAnswers(message.id)).includes(200));
    await settled(stand().server);
  }

  const byPhone = (phone: string | null) => contactsOf(stand().server, `phone=${phone}`);
  const byUserId = (userId: string | null) => contactsOf(stand().server, `userId=${userId}`);
  const valuesOf = (contact: Contact | undefined) => contact?.identities.map(({ value }) => value).sort();

  it('is kept through a change of number: the chosen language stays, and it is one contact', async () => {
    const { platform, server } = stand();
    const before = await whoChoseEnglish(platform);
    const [known] = await byPhone(before.phone);
    await announced(platform, await platform.post(`/people/${before.id}/change-number`, { phone: newPhone() }));
    const after = await platform.person(before);
    assert.notEqual(after.phone, before.phone);
    assert.notEqual(after.userId, before.userId);
    await isRemembered(platform, after);
    await settled(server);
    const [contact, ...others] = await byPhone(after.phone);
    assert.deepEqual(others, []);
    assert.equal(contact?.id, known?.id);
    assert.deepEqual(valuesOf(contact), [after.phone, after.userId].sort());
    assert.deepEqual(await byPhone(before.phone), [], 'the old number is free for whoever gets it next');
    const texts = await messagesOf(server, contact?.id ?? '');
    assert.equal(texts.filter(({ direction }) => direction === 'inbound').length, 3, 'the whole thread is theirs');
  });

  it('is kept through a change of BSUID, with the phone and without one', async () => {
    const { platform, server } = stand();
    for (const wanted of [{}, { phone: null }]) {
      const before = await whoChoseEnglish(platform, wanted);
      const [known] = await byUserId(before.userId);
      await announced(platform, await platform.post(`/people/${before.id}/change-user-id`, {}));
      const after = await platform.person(before);
      assert.notEqual(after.userId, before.userId);
      await isRemembered(platform, after);
      await settled(server);
      assert.deepEqual(
        (await byUserId(after.userId)).map(({ id }) => id),
        [known?.id],
      );
    }
  });

  it('is told apart when a number is given to somebody else, and the old owner keeps everything but it', async () => {
    const { platform, server } = stand();
    const old = await whoChoseEnglish(platform);
    const [oldContact] = await byPhone(old.phone);
    await platform.call('PATCH', `/people/${old.id}`, { phone: null });
    const heir = await platform.customer({ phone: old.phone });
    await platform.write(heir, 'привет');
    assert.match(wordsOf((await platform.answered(heir))[0]), /^Здравствуйте/, 'greeted as somebody new');
    await settled(server);
    const [heirContact, ...others] = await byPhone(old.phone);
    assert.deepEqual(others, []);
    assert.notEqual(heirContact?.id, oldContact?.id);
    assert.deepEqual(valuesOf(heirContact), [old.phone, heir.userId].sort());
    const [kept] = await byUserId(old.userId);
    assert.equal(kept?.id, oldContact?.id);
    assert.deepEqual(valuesOf(kept), [old.userId]);
    await isRemembered(platform, await platform.person(old));
    const theirs = await messagesOf(server, heirContact?.id ?? '');
    assert.equal(
      theirs.filter(({ direction }) => direction === 'inbound').length,
      1,
      'and the heir reads nothing of the old one',
    );
  });

  it('is found out afterwards: who wrote under a new identity before it was announced is one person in the end', async () => {
    const { platform, server } = stand();
    const before = await whoChoseEnglish(platform);
    const [known] = await byPhone(before.phone);
    const moved = { ...before, phone: newPhone(), userId: newUserId() };
    await platform.webhook(platform.body({ messages: [inbound(moved, 'привет')] }));
    await eventually(async () => (await byPhone(moved.phone)).length === 1);
    await settled(server);
    const change = { phone: moved.phone, userId: moved.userId };
    await announced(platform, await platform.post(`/people/${before.id}/change-number`, change));
    await eventually(async () => (await byPhone(moved.phone))[0]?.id === known?.id);
    assert.deepEqual(
      (await byUserId(moved.userId)).map(({ id }) => id),
      [known?.id],
    );
    await isRemembered(platform, await platform.person(before));
    await settled(server);
    const texts = await messagesOf(server, known?.id ?? '');
    assert.equal(
      texts.filter(({ direction }) => direction === 'inbound').length,
      4,
      'what was said meanwhile is in the thread',
    );
  });

  it('is one person who is known by phone first and by BSUID later', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await platform.write(customer, { text: 'english please', omitUserId: true });
    await platform.answered(customer);
    const [known] = await byPhone(customer.phone);
    assert.deepEqual(valuesOf(known), [customer.phone]);
    await platform.write(customer, '?');
    await platform.answered(customer, 2);
    await settled(server);
    assert.deepEqual(
      (await byUserId(customer.userId)).map(({ id }) => id),
      [known?.id],
    );
    assert.deepEqual(valuesOf((await byUserId(customer.userId))[0]), [customer.phone, customer.userId].sort());
  });
});
