import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { wordsOf } from './platform.js';
import { onBothStores } from './stand.js';

type ListMessage = { type: string; body: { text: string }; action: { sections: { rows: { id: string }[] }[] } };

onBothStores('A newcomer', (stand) => {
  it('writes "привет", is greeted with one list in Russian, and the ticks under it go on to delivered', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    await platform.write(customer, 'привет');
    const [answer] = await platform.answered(customer);
    const list = answer?.payload as ListMessage;
    assert.equal(answer?.type, 'interactive');
    assert.equal(list.type, 'list');
    assert.match(list.body.text, /^Здравствуйте!/);
    assert.ok(list.action.sections.flatMap(({ rows }) => rows).length >= 2);
    await eventually(async () => (await platform.answers(customer))[0]?.state === 'delivered');
    assert.equal((await platform.answers(customer)).length, 1);
  });

  it('sees the message read and the answer being written', async () => {
    const { platform } = stand();
    const customer = await platform.customer();
    const [message] = await platform.write(customer, 'привет');
    const [read] = await eventually(async () => {
      const marks = await platform.log(`event=read&person=${customer.id}`);
      return marks.length > 0 && marks;
    });
    assert.equal(read?.wamid, message?.id);
    assert.equal(read?.typing, true);
    assert.equal(read?.answered, 200);
  });

  it('is answered in English who writes "hello", and goes on in the language chosen from the menu', async () => {
    const { platform } = stand();
    const customer = await platform.customer({ phone: '15550107731', language: 'en' });
    await platform.write(customer, 'hello');
    const [greeting] = await platform.answered(customer);
    assert.match(wordsOf(greeting), /^Hello/);
    assert.ok(greeting);
    await platform.tap(customer, greeting, 'lang:ru');
    assert.match(wordsOf((await platform.answered(customer, 2))[1]), /говорим по-русски/);
    await platform.write(customer, 'menu');
    assert.match(wordsOf((await platform.answered(customer, 3))[2]), /^Главное меню/);
  });

  it('is answered through `recipient` who shows no phone number, again and again', async () => {
    const { platform } = stand();
    const customer = await platform.customer({ phone: null, name: 'Дана' });
    await platform.write(customer, 'привет');
    const [greeting] = await platform.answered(customer);
    assert.match(wordsOf(greeting), /^Здравствуйте!/);
    await platform.write(customer, 'меню');
    await platform.answered(customer, 2);
    const answers = await eventually(async () => {
      const all = await platform.answers(customer);
      return all.every(({ state }) => state === 'delivered') && all;
    });
    assert.deepEqual(
      answers.map((answer) => (answer as unknown as { sentTo: string }).sentTo),
      ['userId', 'userId'],
    );
  });
});
