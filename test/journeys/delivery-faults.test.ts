import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { inbound, type Platform } from './platform.js';
import { api, contactsOf, messagesOf, onBothStores, settled } from './stand.js';

onBothStores('When the platform does not do as it should', (stand) => {
  /** A customer in whose open window the next answer will meet a fault. */
  async function acquainted(platform: Platform) {
    const customer = await platform.customer();
    await platform.write(customer, 'привет');
    await platform.answered(customer);
    return customer;
  }

  async function shownState(phone: string | null): Promise<string | undefined> {
    const [contact] = await contactsOf(stand().server, `phone=${phone}`);
    const messages = contact ? await messagesOf(stand().server, contact.id) : [];
    return messages.filter(({ direction }) => direction === 'outbound').map(({ state }) => state)[0];
  }

  for (const { code, means } of [
    { code: 130429, means: 'the number sends too fast' },
    { code: 131056, means: 'too much goes to this one person' },
    { code: 4, means: 'the app calls too often' },
  ]) {
    it(`${means} (${code}): the answer waits and then goes out, once`, async () => {
      const { platform, server } = stand();
      const customer = await acquainted(platform);
      await platform.fault({ kind: 'error', code }, customer);
      await platform.write(customer, 'меню');
      await platform.answered(customer, 2);
      await settled(server);
      const sends = (await platform.sends(customer)).slice(1);
      assert.deepEqual(
        sends.map(({ accepted }) => accepted),
        [false, true],
      );
      const [refused, taken] = sends.map(({ at }) => Date.parse(at));
      assert.ok((taken ?? 0) - (refused ?? 0) >= 900, 'not at once');
    });
  }

  it('a person whose pair is refused holds nobody else back', async () => {
    const { platform } = stand();
    const [held, other] = [await acquainted(platform), await acquainted(platform)];
    await platform.fault({ kind: 'error', code: 131056, times: 2 }, held); // 1 s, then 4 s
    await platform.write(held, 'меню');
    await eventually(async () => (await platform.sends(held)).length === 2);
    await platform.write(other, 'меню');
    await platform.answered(other, 2);
    await platform.answered(held, 2);
    const firstOf = async (customer: typeof held) =>
      (await platform.sends(customer)).filter(({ accepted }) => accepted)[1]?.seq ?? 0;
    assert.ok((await firstOf(other)) < (await firstOf(held)));
  });

  it('503 says nothing about the message: it is shown as unknown and not sent again blindly', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.fault({ kind: 'http', httpStatus: 503 }, customer);
    await platform.write(customer, 'меню');
    await eventually(async () => (await platform.sends(customer)).length === 2);
    await settled(server);
    assert.equal(await eventually(() => shownState(customer.phone)), 'unknown');
    // The person writes again and is answered; what is unknown stays so.
    await platform.write(customer, 'что ты умеешь');
    await platform.answered(customer, 2);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 3);
  });

  it('an answer of the platform that was lost on the way is settled by the status that follows', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.fault({ kind: 'answerLost' }, customer);
    await platform.write(customer, 'меню');
    await platform.answered(customer, 2);
    await eventually(async () => (await shownState(customer.phone)) === 'delivered');
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 2, 'and it is not sent again');
  });

  it('a 200 that nobody can read is settled by the status that follows, too', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.fault({ kind: 'unreadable', body: '<html>' }, customer);
    await platform.write(customer, 'меню');
    await eventually(async () => (await shownState(customer.phone)) === 'delivered');
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 2);
  });

  it('no answer at all: the message is unknown after ten seconds, and the person is answered on', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.fault({ kind: 'timeout' }, customer);
    await platform.write(customer, 'меню');
    await eventually(async () => (await platform.sends(customer)).length === 2);
    await platform.write(customer, 'что ты умеешь');
    await platform.answered(customer, 2);
    await settled(server);
    assert.equal((await platform.sends(customer)).length, 3);
  });

  it('a refusal for good (131026) is shown as such and not tried again', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.fault({ kind: 'error', code: 131026 }, customer);
    await platform.write(customer, 'меню');
    await eventually(async () => (await platform.sends(customer)).length === 2);
    await settled(server);
    assert.equal(await eventually(() => shownState(customer.phone)), 'rejected');
    assert.equal((await platform.sends(customer)).length, 2);
  });

  it('five unknown in a row stop the number, and a status of a message of ours starts it again', async () => {
    const { platform, server } = stand();
    const witness = await acquainted(platform);
    const [known] = await platform.answers(witness);
    await eventually(async () => (await shownState(witness.phone)) === 'delivered'); // their statuses are all told
    await platform.settings({ statuses: { enabled: false } });
    const people = await platform.crowd(6);
    const [last, ...unlucky] = people;
    if (!last || !known) throw new Error('nobody is there');
    await platform.fault({ kind: 'http', httpStatus: 503, times: 5 });
    for (const [index, person] of unlucky.entries()) {
      await platform.write(person, 'привет');
      await eventually(async () => (await platform.sends(person)).length === 1, 20_000, `send ${index}`);
    }
    await server.program.line(/"number\.paused"/);
    await platform.write(last, 'привет');
    const [message] = (await platform.thread(last)).slice(-1);
    await eventually(async () => (await platform.doorAnswers(message?.id ?? '')).includes(200));
    await platform.status(known.id, 'read');
    await platform.answered(last);
    await platform.settings({ statuses: { enabled: true } });
  });

  it('the platform is away: the answer leaves when it is back', async () => {
    const { platform, server, emulator } = stand();
    const customer = await acquainted(platform);
    await emulator.program.stop();
    assert.equal(await platform.knock(server, platform.body({ messages: [inbound(customer, 'меню')] })), 200);
    const ready = await fetch(`${server.url}/readyz`);
    assert.equal(ready.status, 200, 'readiness speaks of the store alone');
    await emulator.program.restart();
    await platform.answered(customer, 2, 40_000);
    await settled(server);
    assert.equal((await platform.answers(customer)).length, 2);
  });

  it('the token is refused: the number waits, the door does not, and the right token ends the wait', async () => {
    const { platform, server } = stand();
    const customer = await acquainted(platform);
    await platform.settings({ tokenExpired: true });
    await platform.write(customer, 'меню');
    await server.program.line(/"number\.paused".*"token"|"token".*"number\.paused"/);
    const [second] = await platform.write(customer, 'что ты умеешь');
    await eventually(async () => (await platform.doorAnswers(second?.id ?? '')).includes(200));
    const refused = (await platform.sends(customer)).length;
    assert.equal(refused, 2, 'one refusal is enough: nothing else is tried');
    const health = (await eventually(async () => {
      const found = (await api(server, '/health/account')) as { tokenValid: boolean; paused: { why: string }[] };
      return found.paused.length > 0 && found;
    })) as { tokenValid: boolean; paused: { why: string }[] };
    assert.deepEqual([health.tokenValid, health.paused.map(({ why }) => why)], [false, ['token']]);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    await platform.settings({ tokenExpired: false });
    await server.program.restart(); // as somebody does who puts a new token into the environment
    await platform.answered(customer, 2);
    await settled(server);
    const taken = (await platform.sends(customer)).filter(({ accepted }) => accepted);
    assert.equal(taken.length, (await platform.answers(customer)).length);
  });
});
