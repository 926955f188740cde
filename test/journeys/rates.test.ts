import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import { inbound, wordsOf, type LogEntry } from './platform.js';
import { onBothStores, onSqlite, settled } from './stand.js';

const PER_SECOND = 10;
/** Two sends that started a second apart may be seen less than that apart: on a loaded machine a quarter of a second less. A rate that
 *  leaks is seen all the same: a bucket lets twice its rate through. */
const TRANSPORT_MS = 250;

onBothStores(
  `A number set to ${PER_SECOND} messages a second`,
  (stand) => {
    it('answers sixty people who write at once, and never sends more than that in any second', async () => {
      const { platform, server } = stand();
      const people = await platform.crowd(60);
      const taken = await Promise.all(
        people.map((person) => platform.knock(server, platform.body({ messages: [inbound(person, 'привет')] }))),
      );
      assert.deepEqual(new Set(taken), new Set([200]));
      for (const person of people) await platform.answered(person, 1, 50_000);
      await settled(server);
      const sends = await platform.log('event=send');
      assert.equal(sends.length, people.length);
      assert.deepEqual(
        sends.filter(({ answered }) => answered !== 200),
        [],
        'the platform refused none of them',
      );
      assert.ok(mostWithinASecond(sends) <= PER_SECOND, `${mostWithinASecond(sends)} within a second`);
    });
  },
  { env: { WHATSAPP_MESSAGES_PER_SECOND: String(PER_SECOND) } },
);

onSqlite(
  'One person who never stops asking',
  (stand) => {
    it('is answered as long as the pair rate lets us, then later, and the platform refuses nothing (131056)', async () => {
      const { platform, server } = stand();
      const customer = await platform.customer();
      for (let round = 1; round <= 60; round++) {
        // A picture among the words: so that nobody takes them for a machine.
        await platform.write(customer, {
          messages: [{ type: 'image' }, { text: round % 2 ? 'меню' : 'что ты умеешь' }],
        });
        await platform.answered(customer, round, 200).catch(() => undefined); // once the burst is used up, they wait
      }
      await platform.write(customer, 'оператор');
      await eventually(async () => (await platform.answers(customer)).some((one) => /ответит вам/.test(wordsOf(one))));
      await settled(server, 40_000);
      const sends = await platform.sends(customer);
      assert.ok(sends.length >= 40, `${sends.length} sends: the burst is 40`);
      assert.ok(sends.length <= 50, `${sends.length} sends: beyond the burst one in 6 s`);
      assert.deepEqual(new Set(sends.map(({ answered }) => answered)), new Set([200]));
    });
  },
  { env: { REPLIES_PER_PERSON_HOUR: '1000', REPLIES_PER_PERSON_DAY: '1000' } },
);

function mostWithinASecond(sends: readonly LogEntry[]): number {
  const times = sends.map(({ at }) => Date.parse(at)).sort((one, other) => one - other);
  return Math.max(
    ...times.map((start) => times.filter((time) => time >= start && time < start + 1_000 - TRANSPORT_MS).length),
  );
}
