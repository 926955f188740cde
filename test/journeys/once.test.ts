import assert from 'node:assert/strict';
import { freshMongoUri, needsMongo } from '../means/mongod.js';
import { startPair, startServer, type RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { inbound, Platform, wordsOf } from './platform.js';
import { contactsOf, messagesOf, metric, onBothStores, settled } from './stand.js';

onBothStores('What comes more than once, or many at once', (stand) => {
  it('is answered once when it is delivered 20 times at the same moment', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const message = inbound(customer, 'привет');
    const answers = await platform.webhook(platform.body({ messages: [message] }), { times: 20, parallel: 20 });
    assert.deepEqual(answers, Array(20).fill(200));
    await platform.answered(customer);
    await settled(stand().server);
    assert.equal((await platform.sends(customer)).length, 1);
    // And once more, long after it was answered.
    assert.deepEqual(await platform.webhook(platform.body({ messages: [message] })), [200]);
    await settled(stand().server);
    assert.equal((await platform.sends(customer)).length, 1);
  });

  it('takes three messages and five statuses in one POST, two of them of messages it does not know', async () => {
    const { platform, server } = stand();
    const [known, writer] = [await platform.customer(), await platform.customer()];
    await platform.settings({ statuses: { enabled: false } }); // so that ours are all there are
    await platform.write(known, 'привет');
    const [sent] = await platform.answered(known);
    const [{ callback } = {}] = await platform.sends(known);
    await settled(server);
    const before = await metric(server, 'vestnik_updates_total{kind="status"}');
    const status = (id: string, name: string, more = {}) => ({
      id,
      status: name,
      timestamp: String(Math.floor(Date.now() / 1000)),
      recipient_id: known.phone,
      ...more,
    });
    const body = platform.body({
      contacts: [{ profile: { name: 'Айгуль' }, wa_id: writer.phone, user_id: writer.userId }],
      messages: ['привет', 'хочу спросить', 'меню'].map((text) => inbound(writer, text)),
      statuses: [
        status(sent?.id ?? '', 'sent', { biz_opaque_callback_data: callback }),
        status(sent?.id ?? '', 'delivered', { biz_opaque_callback_data: callback }),
        status(sent?.id ?? '', 'read'),
        status('wamid.nobodyKnowsThisOne', 'delivered', { recipient_id: '77019999999' }),
        status('wamid.northisone', 'of-a-kind-yet-to-come', { recipient_id: '77019999998' }),
      ],
    });
    assert.deepEqual(await platform.webhook(body), [200]);
    const [answer] = await platform.answered(writer);
    await settled(server);
    assert.equal((await platform.sends(writer)).length, 1, 'three messages of one POST are one turn');
    assert.match(wordsOf(answer), /Главное меню/);
    assert.equal((await metric(server, 'vestnik_updates_total{kind="status"}')) - before, 5);
    await platform.settings({ statuses: { enabled: true } });
    const shown = await eventually(async () => {
      const [contact] = await contactsOf(server, `phone=${known.phone}`);
      const messages = contact ? await messagesOf(server, contact.id) : [];
      return messages.find(({ direction, state }) => direction === 'outbound' && state === 'read');
    });
    assert.equal(shown.state, 'read');
  });

  it('answers five messages of one POST with one message', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const texts = ['привет', 'подскажите', 'а вот ещё вопрос', 'и ещё один', 'спасибо'];
    await platform.write(customer, { messages: texts.map((text) => ({ text })) });
    await platform.answered(customer);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 1);
  });

  it('answers five messages of five POSTs with one to five messages, the last word coming last', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const at = Math.floor(Date.now() / 1000);
    // Meta posts at once what waits; the order is kept among those that have come, so each comes before the next is posted.
    await platform.settings({ webhookConcurrency: 1 });
    const texts = ['привет', 'english please', 'menu', 'по-русски', 'меню'];
    for (const [index, text] of texts.entries())
      await platform.write(customer, { text, timestamp: at - texts.length + index });
    await eventually(async () => /^Главное меню/.test(wordsOf((await platform.answers(customer)).at(-1))));
    await platform.settings({ webhookConcurrency: 64 });
    await settled(server);
    const sends = await platform.sends(customer);
    assert.ok(sends.length >= 1 && sends.length <= texts.length, `${sends.length} answers`);
    const said = (await platform.answers(customer)).map(wordsOf);
    const order = [/^Здравствуйте/, /speak English|English/, /^Main menu|menu/i, /по-русски/, /^Главное меню/];
    const places = said.map((words) => order.findLastIndex((pattern) => pattern.test(words)));
    assert.deepEqual(places, [...places].sort(), `answers in order: ${said.join(' | ')}`);
  });
});

describe('Two processes on one MongoDB', () => {
  needsMongo();
  let first: RunningServer;
  let second: RunningServer;
  let platform: Platform;
  let stop: () => Promise<void>;

  before(async function () {
    this.timeout(120_000);
    const mongoUri = await freshMongoUri('two');
    const pair = await startPair({ mongoUri });
    first = pair.server;
    second = await startServer({ mongoUri, emulator: pair.emulator });
    platform = new Platform(pair.emulator);
    stop = async () => void (await Promise.all([pair.stop(), second.program.stop()]));
  });
  after(async function () {
    this.timeout(60_000);
    await stop?.();
  });

  it('answer each message once, though every one of them is knocked at both doors ten times', async () => {
    const people = await platform.crowd(12);
    const posts = people.map((person) => platform.body({ messages: [inbound(person, 'привет')] }));
    const knocks = Array.from({ length: 10 }, () => [first, second]).flatMap((doors) =>
      doors.flatMap((door) => posts.map((post) => platform.knock(door, post))),
    );
    assert.deepEqual(new Set(await Promise.all(knocks)), new Set([200]));
    for (const person of people) await platform.answered(person);
    await settled(first);
    for (const person of people) assert.equal((await platform.sends(person)).length, 1);
  });
});
