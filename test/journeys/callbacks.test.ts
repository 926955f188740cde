import assert from 'node:assert/strict';
import { wordsOf, type Bubble, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled } from './stand.js';

type Callback = { id: string; contactId: string; phone: string; startsAt: string; state: string; overdue: boolean };
type Row = { id: string; title: string };

/** The rows of a list that a customer sees. */
function rowsOf(bubble: Bubble | undefined): Row[] {
  const payload = bubble?.payload as { action?: { sections?: { rows: Row[] }[] } } | undefined;
  return payload?.action?.sections?.flatMap(({ rows }) => rows) ?? [];
}

onBothStores('A call-back', (stand) => {
  /** One customer's chat: each act is answered by one message. */
  function chat(customer: Customer) {
    const { platform } = stand();
    let count = 0;
    const answer = async () => (await platform.answered(customer, ++count)).at(-1);
    return {
      answer,
      say: async (words: string) => {
        await platform.write(customer, words);
        return answer();
      },
      tap: async (message: Bubble | undefined, id: string) => {
        assert.ok(message);
        await platform.tap(customer, message, id);
        return answer();
      },
      /** The first row whose id begins so. */
      tapRow: async (message: Bubble | undefined, start: string) => {
        const row = rowsOf(message).find(({ id }) => id.startsWith(start));
        assert.ok(message && row, `no row ${start} in ${JSON.stringify(message?.payload)}`);
        await platform.tap(customer, message, row.id);
        return answer();
      },
    };
  }
  const listed = async (query: string) =>
    ((await api(stand().server, `/callbacks?${query}`)) as { items: Callback[] }).items;
  const patch = (id: string, state: string) =>
    api(stand().server, `/callbacks/${id}`, { method: 'PATCH', body: JSON.stringify({ state }) }) as Promise<Callback>;

  it('is ordered with taps, moved, dealt with over the API, and the customer is told', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const { say, tap, tapRow, answer } = chat(customer);
    const menu = await say('привет');
    const number = await tap(menu, 'call:start');
    assert.match(wordsOf(number), /На какой номер вам позвонить\?.*\+7 701/);
    const days = await tap(number, 'call:known');
    const times = await tapRow(days, 'call:day:');
    const confirm = await tapRow(times, 'call:at:');
    assert.match(wordsOf(confirm), /^Проверьте, пожалуйста\. Позвоним на \+7 701/);
    assert.match(wordsOf(await tapRow(confirm, 'call:confirm:')), /^Записали/);

    const [contact] = await contactsOf(server, `phone=${customer.phone}`);
    const [ordered, ...others] = await listed(`contactId=${contact?.id}`);
    assert.ok(ordered);
    assert.deepEqual(others, []);
    assert.deepEqual([ordered.phone, ordered.state, ordered.overdue], [customer.phone, 'new', false]);
    const { topics } = (await api(server, `/contacts/${contact?.id}`)) as { topics: { service: { state: string } } };
    assert.equal(topics.service.state, 'in');

    const standing = await say('перезвоните мне');
    assert.match(wordsOf(standing), /^Звонок уже заказан/);
    const otherDays = await tapRow(standing, 'call:change:');
    const lastDay = rowsOf(otherDays).findLast(({ id }) => id.startsWith('call:day:'));
    const otherTimes = await tap(otherDays, lastDay?.id ?? '');
    const moved = await tapRow(await tapRow(otherTimes, 'call:at:'), 'call:confirm:');
    assert.match(wordsOf(moved), /^Перенесли/);
    const [after] = await listed(`contactId=${contact?.id}&state=new`);
    assert.equal(after?.id, ordered.id);
    assert.ok(after && after.startsAt > ordered.startsAt);

    await patch(ordered.id, 'called');
    await patch(ordered.id, 'missed');
    const missed = await answer();
    assert.match(wordsOf(missed), /^Мы звонили вам на \+7 701.*не дозвонились/);
    await patch(ordered.id, 'done');
    assert.match(wordsOf(await answer()), /^Спасибо за разговор/);
    await assert.rejects(patch(ordered.id, 'missed'), /409/);
    assert.equal((await patch(ordered.id, 'done')).state, 'done');
    assert.match(wordsOf(await tap(missed, 'call:start')), /На какой номер/);
    await settled(server);
    const sends = await platform.sends(customer);
    assert.ok(sends.every(({ accepted }) => accepted));
  });

  it('is ordered by somebody with a BSUID alone, who shares a number when asked, and cancelled by us', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer({ phone: null, language: 'en' });
    const { say, tapRow, answer } = chat(customer);
    const asked = await say('Please call me back');
    assert.equal((asked?.payload as { type?: string }).type, 'request_contact_info');
    assert.match(wordsOf(asked), /Which number should we call\?.*“menu”.*“operator”/s);
    assert.match(wordsOf(await say('8 800 100-02-58')), /toll-free number/);
    assert.ok(asked);
    await platform.tap(customer, asked, 0);
    const days = await answer();
    assert.match(wordsOf(days), /^We will call \+7 701 000 0009\. Which day/);
    const confirm = await tapRow(await tapRow(days, 'call:day:'), 'call:at:');
    assert.match(wordsOf(confirm), /we will call \+7 701 000 0009/);
    assert.match(wordsOf(await say('yes')), /^It is arranged/);
    const [contact] = await contactsOf(server, `userId=${customer.userId}`);
    const [ordered] = await listed(`contactId=${contact?.id}`);
    assert.deepEqual([ordered?.phone, ordered?.state], ['77010000009', 'new']);
    await patch(ordered?.id ?? '', 'cancelled');
    assert.match(wordsOf(await answer()), /^Unfortunately we had to cancel the call/);
  });

  it('is cancelled by the customer, and somebody who said stop is not told what came of theirs', async () => {
    const { platform, server } = stand();
    const customer = await platform.customer();
    const { say, tap, tapRow } = chat(customer);
    const toDays = async () => tap(await say('закажите мне звонок'), 'call:known');
    const order = async () =>
      tapRow(await tapRow(await tapRow(await toDays(), 'call:day:'), 'call:at:'), 'call:confirm:');
    await toDays();
    assert.match(wordsOf(await say('отмена')), /^Хорошо, звонок не заказываем/);
    const [contact] = await contactsOf(server, `phone=${customer.phone}`);
    const states = async () => (await listed(`contactId=${contact?.id}`)).map(({ state }) => state);
    assert.deepEqual(await states(), []);
    assert.match(wordsOf(await order()), /^Записали/);
    assert.match(wordsOf(await say('отмените звонок')), /^Отменили/);
    assert.deepEqual(await states(), ['cancelled']);

    await order();
    assert.match(wordsOf(await say('стоп')), /больше не будет/);
    const [standing] = await listed(`contactId=${contact?.id}&state=new`);
    await patch(standing?.id ?? '', 'missed');
    await settled(server);
    const last = (await platform.answers(customer)).at(-1);
    assert.match(wordsOf(last), /больше не будет/, 'the confirmation of the stop is the last word');
  });
});
