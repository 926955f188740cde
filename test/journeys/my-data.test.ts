import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { found, type Canary } from '../invariants/canaries.js';
import { eventually } from './eventually.js';
import { inbound, wordsOf, type Bubble, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled } from './stand.js';
import { everything } from './whole-store.js';

const word = () => randomBytes(9).toString('hex');
const optionsOf = (bubble: Bubble | undefined): string[] => {
  const { action } = (bubble?.payload ?? {}) as { action?: { buttons?: { reply: { id: string } }[] } };
  return (action?.buttons ?? []).map(({ reply }) => reply.id);
};

type Person = { readonly customer: Customer; readonly canaries: Canary[]; readonly contactId: string };

onBothStores('My data', (stand) => {
  /** Somebody with a history: texts, a stop and its undo, a case and its note, an export by an operator, a dead update, a kept answer. */
  async function acquainted(wanted: Record<string, unknown>, language: 'ru' | 'en'): Promise<Person> {
    const { platform, server } = stand();
    const name = `Кенар ${word()}`;
    const customer = await platform.customer({ name, language, ...wanted });
    const texts = [`${language === 'ru' ? 'привет' : 'hello'} ${word()}`, `мой вопрос ${word()}`];
    let answers = 0;
    const say = async (text: string) => {
      await platform.write(customer, text);
      await platform.answered(customer, (answers += 1));
    };
    await say(language === 'ru' ? 'привет' : 'hello');
    for (const text of texts) await say(text);
    await say(language === 'ru' ? 'подписки' : 'subscriptions');
    const [topics] = (await platform.answers(customer)).slice(-1);
    assert.ok(topics);
    await platform.tap(customer, topics, 2);
    await platform.answered(customer, (answers += 1));
    await say(language === 'ru' ? 'оператор' : 'operator');
    await say(language === 'ru' ? 'меню' : 'menu');
    await settled(server);
    const query = customer.phone === null ? `userId=${customer.userId}` : `phone=${customer.phone}`;
    const [contact] = await contactsOf(server, query);
    assert.ok(contact);
    await api(server, `/contacts/${contact.id}/export`);
    const wamids = (await platform.thread(customer)).map(({ id }) => id.replace(/^wamid\./, ''));
    const canaries: Canary[] = [
      { what: 'the name', text: name },
      ...texts.map((text) => ({ what: 'a text', text: text.split(' ').at(-1) ?? text })),
      ...(customer.phone === null ? [] : [{ what: 'the number', text: customer.phone }]),
      { what: 'the BSUID', text: (customer.userId ?? '').slice(3) },
      ...wamids.map((text) => ({ what: 'a wamid', text })),
    ];
    return { customer, canaries, contactId: contact.id };
  }

  async function confirmed({ customer }: Person, words: string): Promise<void> {
    const { platform } = stand();
    const before = (await platform.answers(customer)).length;
    await platform.write(customer, words);
    const asked = (await platform.answered(customer, before + 1)).at(-1);
    const yes = optionsOf(asked).find((id) => id.startsWith('erase:'));
    assert.ok(asked && yes, 'one button confirms');
    await platform.tap(customer, asked, yes);
  }

  for (const [who, wanted, language] of [
    ['somebody with a number', {}, 'ru'],
    ['somebody who has a BSUID alone', { phone: null }, 'en'],
  ] as const)
    it(`of ${who} is deleted with one confirmation, and nothing of it is left anywhere`, async () => {
      const { platform, server } = stand();
      const [gone, stays] = [await acquainted(wanted, language), await acquainted({}, 'ru')];
      const said = (await platform.answers(gone.customer)).length;
      assert.ok(
        found(await everything(stand()), gone.canaries).length > 0,
        'the search finds them while they are there',
      );

      await confirmed(gone, language === 'ru' ? 'Удалите все мои данные' : 'delete everything');
      const answers = await platform.answered(gone.customer, said + 2);
      assert.match(wordsOf(answers.at(-1)), /^(Готово: всё, что компания|Done: everything that)/);
      gone.canaries.push(
        ...(await platform.thread(gone.customer)).map(({ id }) => ({
          what: 'a wamid',
          text: id.replace(/^wamid\./, ''),
        })),
      );
      await eventually(async () => {
        const left = found(await everything(stand()), gone.canaries);
        if (left.length > 0) throw new Error(left.slice(0, 5).join('\n'));
        return true;
      }, 15_000);
      assert.ok(found(await everything(stand()), stays.canaries).length > 0, 'nobody else is touched');
      await assert.rejects(api(server, `/contacts/${gone.contactId}`), /404/);
      assert.equal((await platform.answers(gone.customer)).length, said + 2, 'the confirmation was the last message');
    });

  for (const [who, wanted, language, words] of [
    ['somebody with a number', {}, 'ru', ['что вы обо мне знаете', /• Номер: \+/, /• Имя: Кенар/]],
    [
      'somebody who has a BSUID alone',
      { phone: null },
      'en',
      ['what do you know about me', /We do not know your phone/],
    ],
  ] as const)
    it(`of ${who} is told in one message: a summary under the whole of it as a file, of which no copy stays with us`, async () => {
      const { platform, server, emulator } = stand();
      const person = await acquainted(wanted, language);
      const before = (await platform.answers(person.customer)).length;
      const [question, ...lines] = words;
      await platform.write(person.customer, question);
      const told = (await platform.answered(person.customer, before + 1)).at(-1);
      for (const line of lines) assert.match(wordsOf(told), line);
      const { header } = told?.payload as { header?: { type: string; document?: { id: string; filename: string } } };
      assert.deepEqual([header?.type, header?.document?.filename], ['document', 'my-data.json']);
      const file = await fetch(`${emulator.url}/_emulator/media/${header?.document?.id}`);
      const known = (await file.json()) as Record<string, Record<string, unknown>[]>;
      const exported = (await api(server, `/contacts/${person.contactId}/export`)) as typeof known;
      assert.deepEqual(known['contacts'], exported['contacts']);
      for (const { what, text } of person.canaries)
        if (what !== 'a wamid') assert.ok(JSON.stringify(known).includes(text), `${what} is in it`);
      await settled(server);
      const asItWaited = JSON.stringify(exported['outbox']?.at(-1));
      assert.ok(!asItWaited.includes(person.customer.phone ?? 'no number') && !asItWaited.includes('Кенар'));
      assert.equal((await platform.answers(person.customer)).length, before + 1, 'it is one message');
    });

  it('once deleted comes back by no list, no redelivery and no late status', async () => {
    const { platform, server } = stand();
    const gone = await acquainted({}, 'ru');
    const { customer } = gone;
    const again = inbound(customer, `повтор ${word()}`);
    assert.deepEqual(await platform.webhook(platform.body({ messages: [again] })), [200]);
    await settled(server);
    const said = (await platform.answers(customer)).length;
    await confirmed(gone, 'удалите мои данные');
    const [last] = (await platform.answered(customer, said + 2)).slice(-1);
    assert.ok(last);
    const nobody = async () => (await contactsOf(server, `phone=${customer.phone}`)).length === 0;
    await eventually(nobody);

    assert.deepEqual(await platform.webhook(platform.body({ messages: [again] })), [200]);
    await platform.status(last.id, 'read');
    const row = {
      phone: customer.phone,
      name: 'из списка',
      source: 'форма',
      consentedAt: '2026-01-01',
      topics: 'news',
    };
    const imported = await api(server, '/contacts/import', {
      method: 'POST',
      body: JSON.stringify({ rows: [{ ...row, topics: ['news'] }] }),
    });
    assert.deepEqual(imported, { added: 0, updated: 0, unchanged: 1, rejected: [] });
    await settled(server);
    assert.ok(await nobody());
    assert.equal((await platform.answers(customer)).length, said + 2);
  });

  it('of somebody who writes on at once is a stranger’s: they are greeted, and a human is there for them', async () => {
    const { platform, server } = stand();
    const gone = await acquainted({}, 'ru');
    const { customer } = gone;
    const said = (await platform.answers(customer)).length;
    await platform.write(customer, 'удалите мои данные');
    const [asked] = (await platform.answered(customer, said + 1)).slice(-1);
    const yes = optionsOf(asked)[0];
    assert.ok(asked && yes);
    await Promise.all([platform.tap(customer, asked, yes), platform.write(customer, 'оператор')]);
    await platform.answered(customer, said + 3);
    await settled(server);
    const [contact] = await eventually(async () => {
      const known = await contactsOf(server, `phone=${customer.phone}`);
      return known.length > 0 ? known : undefined;
    });
    assert.ok(contact);
    const words = (await platform.answers(customer)).slice(said + 1).map(wordsOf);
    assert.ok(words.some((each) => each.startsWith('Готово: всё')));
    assert.ok(
      words.some((each) => /позвал|сотрудник/i.test(each)),
      words.join('\n'),
    );
    const { items } = (await api(server, '/cases')) as { items: { contactId: string }[] };
    assert.ok(items.some(({ contactId }) => contactId === contact.id));
  });

  it('is deleted by an operator, too, whatever waits', async () => {
    const { server } = stand();
    const gone = await acquainted({}, 'en');
    await api(server, `/contacts/${gone.contactId}`, { method: 'DELETE' });
    assert.deepEqual(found(await everything(stand()), gone.canaries), []);
  });
});
