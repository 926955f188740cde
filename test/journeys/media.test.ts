import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { eventually } from './eventually.js';
import { wordsOf, type Customer } from './platform.js';
import { api, contactsOf, onBothStores } from './stand.js';

type Media = { id: string; state: string; reason?: string; mimeType: string | null; fileName: string | null };
type Case = { id: string; contactId: string; messages: { type: string; text: string | null; media?: Media }[] };

onBothStores('A file that a customer sends', (stand) => {
  const caseNow = async (id: string) => (await api(stand().server, `/cases/${id}`)) as Case;

  async function calls(wanted: Record<string, unknown> = {}) {
    const { platform, server } = stand();
    const customer = await platform.customer(wanted);
    await platform.write(customer, 'оператор');
    await platform.answered(customer, 1);
    const query = customer.phone ? `phone=${customer.phone}` : `userId=${customer.userId}`;
    const [contact] = await contactsOf(server, query);
    const { items } = (await api(server, '/cases?limit=200')) as { items: Case[] };
    const found = items.find(({ contactId }) => contactId === contact?.id);
    assert.ok(found && contact);
    return { customer, id: found.id, contactId: contact.id };
  }
  const send = (customer: Customer, type: string, file: object) =>
    stand().platform.write(customer, { type, [type]: file });
  /** The last file of the case, once something has become of it. */
  const fileOf = (id: string) =>
    eventually(async () => {
      const file = (await caseNow(id)).messages.findLast((message) => message.media)?.media;
      return file?.state === 'waiting' ? undefined : file;
    }, 30_000);
  const fetched = (id: string, mediaId: string) =>
    fetch(`${stand().server.url}/api/v1/cases/${id}/media/${mediaId}`, {
      headers: { authorization: `Bearer ${stand().server.adminToken}` },
    });

  it('to a case is there for the agent, byte for byte, and the bot says that they will see it', async () => {
    const { platform } = stand();
    const { customer, id } = await calls();
    const bytes = randomBytes(700_000);
    await send(customer, 'image', { dataBase64: bytes.toString('base64'), mime_type: 'image/png', caption: 'ошибка' });
    assert.match(wordsOf((await platform.answered(customer, 2)).at(-1)), /передам сотруднику/);
    const file = await fileOf(id);
    assert.deepEqual([file.state, file.mimeType], ['stored', 'image/png']);
    const answer = await fetched(id, file.id);
    assert.equal(answer.status, 200);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="?image-.*\.png/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    const message = (await caseNow(id)).messages.find(({ type }) => type === 'image');
    assert.equal(message?.text, 'ошибка');
  });

  it('while an agent talks comes in silence, from a person without a phone number too', async () => {
    const { platform, server } = stand();
    const { customer, id } = await calls({ phone: null, userId: `RU.file${Math.floor(Math.random() * 1e9)}` });
    await api(server, `/cases/${id}/reply`, { method: 'POST', body: JSON.stringify({ text: 'Пришлите договор' }) });
    await platform.answered(customer, 2);
    const pdf = Buffer.from('%PDF-1.4 a contract').toString('base64');
    await send(customer, 'document', { dataBase64: pdf, mime_type: 'application/pdf', filename: 'договор.pdf' });
    const file = await fileOf(id);
    assert.deepEqual([file.state, file.fileName], ['stored', 'договор.pdf']);
    assert.equal(await (await fetched(id, file.id)).text(), '%PDF-1.4 a contract');
    assert.equal((await platform.answers(customer)).length, 2);
  });

  it('that is too large, of a refused type, or not there any more is told to the agent by name', async () => {
    const { customer, id } = await calls();
    const page = Buffer.from('<script>1</script>').toString('base64');
    await send(customer, 'document', { dataBase64: page, mime_type: 'text/html', filename: 'x.html' });
    const refused = await fileOf(id);
    assert.deepEqual([refused.state, refused.reason], ['refused', 'type']);
    assert.equal((await fetched(id, refused.id)).status, 410);

    const large = await calls();
    const sticker = randomBytes(1_100_000).toString('base64');
    await send(large.customer, 'sticker', { dataBase64: sticker, mime_type: 'image/webp' });
    const tooLarge = await fileOf(large.id);
    assert.deepEqual([tooLarge.state, tooLarge.reason], ['refused', 'tooLarge']);

    const gone = await calls();
    await send(gone.customer, 'image', { id: '999999999999999', mime_type: 'image/png' });
    const expired = await fileOf(gone.id);
    assert.deepEqual([expired.state, expired.reason], ['failed', 'expired']);
  });

  it('goes with the person when they are erased', async () => {
    const { server } = stand();
    const { customer, id, contactId } = await calls();
    await send(customer, 'image', {});
    const file = await fileOf(id);
    assert.equal((await fetched(id, file.id)).status, 200);
    await api(server, `/contacts/${contactId}`, { method: 'DELETE' });
    assert.equal((await fetched(id, file.id)).status, 404);
  });

  it('to nobody is answered with a plea for words, and not kept', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    await send(customer, 'image', {});
    assert.match(wordsOf((await platform.answered(customer, 1)).at(-1)), /прочитать не могу/);
    assert.equal((await contactsOf(server, `phone=${customer.phone}`)).length, 1);
    await platform.write(customer, 'оператор');
    await platform.answered(customer, 2);
    const [contact] = await contactsOf(server, `phone=${customer.phone}`);
    const { items } = (await api(server, '/cases?limit=200')) as { items: Case[] };
    const messages = items.find(({ contactId }) => contactId === contact?.id)?.messages ?? [];
    assert.ok(messages.length > 0 && messages.every(({ media }) => media === undefined));
  });
});
