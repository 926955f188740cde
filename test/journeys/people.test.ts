import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { wordsOf, type Bubble, type Platform, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled } from './stand.js';

type Case = { id: string; contactId: string; state: string };

onBothStores('A person', (stand) => {
  const isMenu = (answer: Bubble | undefined) => answer?.type === 'interactive';

  /** One more message, and what came back. */
  async function say(
    platform: Platform,
    customer: Customer,
    message: string | Record<string, unknown>,
  ): Promise<string> {
    const before = (await platform.answers(customer)).length;
    await platform.write(customer, message);
    return wordsOf((await platform.answered(customer, before + 1))[before]);
  }

  it('who asks for the operator is told by when one answers, and the case is there for the agents', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await say(platform, customer, 'привет');
    assert.match(await say(platform, customer, 'позовите оператора'), /Сотрудник .* ответит вам здесь/);
    const [contact] = await contactsOf(server, `phone=${customer.phone}`);
    const mine = async () =>
      ((await api(server, '/cases?limit=100')) as { items: Case[] }).items.filter(
        ({ contactId }) => contactId === contact?.id,
      );
    assert.deepEqual(
      (await mine()).map(({ state }) => state),
      ['waiting'],
    );
    assert.match(await say(platform, customer, 'оператор'), /уже позван/);
    assert.equal((await mine()).length, 1, 'asking again opens no second case');
    assert.match(await say(platform, customer, 'меню'), /снова отвечаю я/);
    assert.deepEqual(
      (await mine()).filter(({ state }) => state !== 'closed'),
      [],
    );
  });

  it('who sends what a bot cannot read is asked for words', async () => {
    const { platform } = stand();
    const unreadable = [
      { type: 'image', image: { caption: '' } },
      { type: 'audio' },
      { type: 'location', location: { latitude: 43.2, longitude: 76.9 } },
      { type: 'sticker' },
      { type: 'unsupported' },
      { type: 'a_type_of_next_year', a_type_of_next_year: { novel: true } },
    ];
    for (const message of unreadable) {
      const customer = await platform.customer();
      await say(platform, customer, 'привет'); // an unsupported message alone opens no window to answer through
      assert.match(await say(platform, customer, message), /прочитать не могу/, message.type);
    }
  });

  it('whose first message cannot be read, and so opens no window, gets a human instead of silence', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await platform.write(customer, { type: 'unsupported' });
    await eventually(async () => {
      const [contact] = await contactsOf(server, `phone=${customer.phone}`);
      const { items } = (await api(server, '/cases?limit=100')) as { items: Case[] };
      const states = items.filter(({ contactId }) => contactId === contact?.id).map(({ state }) => state);
      return states.join() === 'waiting';
    });
    assert.equal((await platform.sends(customer)).length, 0);
  });

  it('who speaks a language is known by it', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await say(platform, customer, 'hello, I would like to know more about your company');
    const [contact] = (await contactsOf(server, `phone=${customer.phone}`)) as { language?: string }[];
    assert.equal(contact?.language, 'en');
  });

  it('who sends an album is asked once', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    for (let picture = 0; picture < 4; picture++) await platform.write(customer, { type: 'image' });
    await platform.answered(customer);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 1);
  });

  it('who taps a button of long ago gets a polite word and the menu', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const interactive = { type: 'button_reply', button_reply: { id: 'bonus:2019', title: 'Хочу бонус' } };
    assert.match(await say(platform, customer, { type: 'interactive', interactive }), /более раннего сообщения/);
    assert.ok(isMenu((await platform.answers(customer))[0]));
  });

  it('who only reacts with a thumb is not answered', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await say(platform, customer, 'привет');
    const [answer] = await platform.answers(customer);
    await platform.write(customer, { type: 'reaction', reaction: { message_id: answer?.id, emoji: '👍' } });
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 1);
  });

  it('who says the same thing four times in a row gets three answers, and still a human and a stop', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    for (let time = 1; time <= 3; time++) await say(platform, customer, 'сколько это стоит?');
    const [fourth] = await platform.write(customer, 'сколько это стоит?');
    await eventually(async () => (await platform.doorAnswers(fourth?.id ?? '')).includes(200));
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 3);
    assert.match(await say(platform, customer, 'оператор'), /ответит вам здесь/);
    assert.match(await say(platform, customer, 'Стоп, спасибо'), /рассылок .* не будет/);
  });

  it('who floods is told once that the bot falls silent, and "оператор" goes on working', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    // Nobody types ten different texts within three seconds of the answers: this is a machine.
    for (let text = 0; text < 14; text++) {
      const [message] = await platform.write(customer, `сообщение номер ${text}`);
      await eventually(async () => (await platform.doorAnswers(message?.id ?? '')).includes(200));
      await settled(server);
    }
    const said = (await platform.answers(customer)).map(wordsOf);
    assert.equal(said.filter((words) => /замолкаю/.test(words)).length, 1);
    assert.match(said.at(-1) ?? '', /замолкаю/);
    assert.match(await say(platform, customer, 'оператор'), /ответит вам здесь/);
  });
});
