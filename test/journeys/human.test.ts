import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { wordsOf, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled, type Message } from './stand.js';

type Case = {
  id: string;
  contactId: string;
  state: string;
  owner: string | null;
  messages: (Message & { by: string; media?: { id: string; state: string; reason?: string; bytes: number | null } })[];
  notes: { text: string }[];
};

/** Long enough for a bot that ought to be silent to have spoken. */
const SILENCE_MS = 600;

onBothStores('A human', (stand) => {
  const post = (path: string, body: object = {}) =>
    api(stand().server, path, { method: 'POST', body: JSON.stringify(body) });
  const caseNow = async (id: string) => (await api(stand().server, `/cases/${id}`)) as Case;

  /** Somebody whose call for a human was answered with a promise, and their case. */
  async function calls(wanted: Record<string, unknown> = {}, words = 'оператор') {
    const { platform, server } = stand();
    const customer = await platform.customer(wanted);
    await platform.write(customer, words);
    await platform.answered(customer, 1);
    const [contact] = await contactsOf(
      server,
      customer.phone ? `phone=${customer.phone}` : `userId=${customer.userId}`,
    );
    const { items } = (await api(server, '/cases?state=waiting&limit=200')) as { items: Case[] };
    const found = items.find(({ contactId }) => contactId === contact?.id);
    assert.ok(found);
    return { customer, id: found.id };
  }
  /** The customer writes, and nobody but perhaps an agent answers. */
  async function writesInSilence(customer: Customer, words: string) {
    const { platform, server } = stand();
    const before = (await platform.answers(customer)).length;
    const [message] = await platform.write(customer, words);
    await eventually(async () => (await platform.doorAnswers(message?.id ?? '')).includes(200));
    await settled(server);
    await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
    assert.equal((await platform.answers(customer)).length, before, 'the bot is silent');
  }

  it('answers, the bot falls silent, and "menu" takes the conversation back', async () => {
    const { platform } = stand();
    const { customer, id } = await calls();
    await post(`/cases/${id}/reply`, { text: 'Здравствуйте, это Мария. Чем помочь?' });
    assert.equal(wordsOf((await platform.answered(customer, 2)).at(-1)), 'Здравствуйте, это Мария. Чем помочь?');
    await eventually(async () => (await caseNow(id)).messages.at(-1)?.state === 'delivered');
    await writesInSilence(customer, 'Не могу войти в кабинет, номер договора 17');
    const open = await caseNow(id);
    assert.deepEqual([open.state, open.owner], ['open', 'admin']);
    // Meta's times are whole seconds: of two messages of one second the thread does not know which came first.
    assert.deepEqual(open.messages.map(({ by }) => by).sort(), ['bot', 'operator', 'person', 'person']);
    await platform.write(customer, 'меню');
    assert.match(wordsOf((await platform.answered(customer, 3)).at(-1)), /снова отвечаю я/);
    assert.equal((await caseNow(id)).state, 'closed');
    await assert.rejects(post(`/cases/${id}/reply`, { text: 'Поздно' }), /409/);
    await platform.write(customer, 'привет');
    await platform.answered(customer, 4);
  });

  it('closes with a last word, after which the bot answers again; notes are never sent', async () => {
    const { platform } = stand();
    const { customer, id } = await calls({ language: 'en' }, 'operator please, I would like to talk to a human');
    await post(`/cases/${id}/note`, { text: 'a customer of two years' });
    await post(`/cases/${id}/reply`, { text: 'Hello, how can I help?' });
    await post(`/cases/${id}/close`, { text: 'Good-bye!' });
    await platform.answered(customer, 3);
    await platform.write(customer, 'what can you do?');
    const said = (await platform.answered(customer, 4)).map(wordsOf);
    assert.equal(said[1], 'Hello, how can I help?');
    assert.match(said[2] ?? '', /^Good-bye!\n\n.*star/s); // the question for stars comes with it
    assert.match(said[3] ?? '', /I am the .* bot/);
    assert.ok(!said.join().includes('two years'));
    assert.deepEqual(
      (await caseNow(id)).notes.map(({ text }) => text),
      ['a customer of two years'],
    );
  });

  it('reaches a person who has no phone number', async () => {
    const { platform } = stand();
    const { customer, id } = await calls({ phone: null, userId: `RU.human${Math.floor(Math.random() * 1e9)}` });
    await post(`/cases/${id}/reply`, { text: 'Мы здесь' });
    assert.equal(wordsOf((await platform.answered(customer, 2)).at(-1)), 'Мы здесь');
    await writesInSilence(customer, 'спасибо');
  });

  it('is refused by name outside the customer service window, and nothing is sent', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    // It lay with the platform for a day and more: too late to be answered by anybody but with a template.
    const timestamp = String(Math.floor(Date.now() / 1000) - 25 * 3_600);
    await platform.write(customer, { text: 'где мой заказ?', timestamp });
    const found = await eventually(async () => {
      const [contact] = await contactsOf(server, `phone=${customer.phone}`);
      const { items } = (await api(server, '/cases?state=waiting&limit=200')) as { items: Case[] };
      return items.find(({ contactId }) => contactId === contact?.id);
    });
    await assert.rejects(post(`/cases/${found.id}/reply`, { text: 'Здравствуйте' }), /409.*window/s);
    assert.equal((await caseNow(found.id)).state, 'waiting');
    assert.equal((await platform.sends(customer)).length, 0);
  });

  it('does not lose an answer because of a restart: it leaves afterwards, once', async () => {
    const { platform, server } = stand();
    const { customer, id } = await calls();
    await post(`/cases/${id}/reply`, { text: 'Один раз' });
    await server.program.restart();
    const answers = await platform.answered(customer, 2);
    await settled(server);
    assert.equal(answers.filter((bubble) => wordsOf(bubble) === 'Один раз').length, 1);
    await writesInSilence(customer, 'получил');
  });
});
