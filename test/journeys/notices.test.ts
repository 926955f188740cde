import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import {
  act,
  agree,
  approved,
  check,
  haveTemplates,
  knowsTemplates,
  shown,
  window,
  type Notice,
} from './notice-acts.js';
import type { Customer, LogEntry, Platform } from './platform.js';
import { wordsOf } from './platform.js';
import { api, onBothStores } from './stand.js';

/** Maintenance notices from the window to the customer's telephone. */

const HOUR = 3_600_000;

onBothStores(
  'Maintenance notices',
  (stand) => {
    let server: RunningServer;
    let platform: Platform;

    before('the account has the templates', async function () {
      this.timeout(120_000);
      ({ server, platform } = stand());
      await haveTemplates(platform);
      await platform.settings({ numberRate: false, pairRate: false });
      await server.program.restart(); // the first thing it does is ask how the templates stand
      await eventually(() => knowsTemplates(server), 20_000);
    });

    it('reach whoever agreed, in their language, and nobody else; the button stops them', async () => {
      const tag = 'first';
      const anna = await platform.customer();
      const john = await platform.customer({ language: 'en' });
      const hidden = await platform.customer({ phone: null });
      const nobody = await platform.customer();
      await agree(server, [anna], { tags: [tag], language: 'ru' });
      await agree(server, [john], { tags: [tag], language: 'en' });
      await agree(server, [hidden], { tags: [tag], language: 'ru' });
      await agree(server, [nobody], { tags: [tag], topics: [] });
      const more = {
        maxInterruptionMinutes: 1,
        site: 'М9',
        supportPhone: '+7 (495) 787-35-95',
        audience: { tags: [tag] },
      };
      const notice = await approved(server, 2 * HOUR, more);
      for (const person of [anna, john, hidden]) await platform.answered(person, 1);
      const [word] = await platform.answers(anna);
      for (const part of ['не более 1 минуты', 'площадке М9', '+7 (495) 787-35-95'])
        assert.ok(wordsOf(word).includes(part), wordsOf(word));
      const [theirs] = await platform.answers(john);
      for (const part of ['no more than 1 minute', 'М9', '+7 (495) 787-35-95'])
        assert.ok(wordsOf(theirs).includes(part), wordsOf(theirs));
      assert.deepEqual(await platform.answers(nobody), []);
      const counted = await eventually(async () => {
        const [first] = (await shown(server, notice)).announcements.filter(
          ({ kind }) => kind === 'before' || kind === 'begun',
        );
        const all =
          (await shown(server, notice)).announcements.find(({ deliveries }) => deliveries.planned > 0) ?? first;
        return all?.deliveries['delivered'] === 3 && all;
      });
      assert.deepEqual([counted.deliveries.planned, counted.deliveries.skipped], [4, { noConsent: 1 }]);

      assert.ok(word);
      await platform.tap(anna, word, 0);
      await platform.answered(anna, 2);
      await act(server, notice, 'cancel');
      await platform.answered(john, 2);
      const cancelled = await eventually(async () => {
        const found = (await shown(server, notice)).announcements.find(({ kind }) => kind === 'cancelled');
        return found?.deliveries.planned === 3 && found.state === 'done' && found;
      });
      assert.deepEqual(cancelled.deliveries.skipped, { stopped: 1 });
      assert.equal((await platform.answers(anna)).length, 2);
      await check(server, notice);
    });

    it('pause at once: after the answer no call starts that is more than a second later, and a resume goes on', async () => {
      const people = await platform.crowd(60);
      await agree(server, people, { tags: ['paused'] });
      const notice = await approved(server, 2 * HOUR, { audience: { tags: ['paused'] } });
      await eventually(async () => (await sendsTo(platform, people)).length > 5, 20_000);
      await act(server, notice, 'pause');
      const answeredAt = Date.now();
      await sleep(2_500);
      const sent = await sendsTo(platform, people);
      assert.ok(sent.length < 60, 'it was in the middle');
      assert.ok(sent.every(({ at }) => Date.parse(at) <= answeredAt + 1_000));
      await act(server, notice, 'resume');
      await eventually(async () => (await sendsTo(platform, people)).length === 60, 30_000);
      await settled(server, notice);
      assert.equal((await sendsTo(platform, people)).length, 60);
      await check(server, notice);
    });

    it('obey a stop in the middle of a run, and tell of a change whoever had heard of the window', async () => {
      const people = await platform.crowd(50);
      await agree(server, people, { tags: ['moved'] });
      const notice = await approved(server, 2 * HOUR, { audience: { tags: ['moved'] } });
      await eventually(async () => (await sendsTo(platform, people)).length > 5, 20_000);
      const heard = new Set((await sendsTo(platform, people)).map(({ person }) => person));
      const stopping = people.findLast(({ id }) => !heard.has(id));
      assert.ok(stopping);
      await platform.write(stopping, 'стоп');
      const stoppedAt = Date.now();
      await platform.answered(stopping, 1);
      await act(server, notice, 'change', window(3 * HOUR));
      await settled(server, notice);
      await eventually(async () => {
        const { announcements } = await shown(server, notice);
        return announcements.some(({ kind, state }) => kind === 'changed' && state === 'done');
      }, 30_000);
      const said = await Promise.all(
        people.map(async (person) => [person, (await platform.answers(person)).map(wordsOf)] as const),
      );
      for (const [person, words] of said) {
        const notices = words.filter((text) => /клиент/.test(text));
        if (person.id !== stopping.id && heard.has(person.id)) assert.ok(notices.length >= 1);
      }
      const late = (await sendsTo(platform, [stopping])).filter(
        ({ at, type }) => type === 'template' && Date.parse(at) > stoppedAt + 5_000,
      );
      assert.deepEqual(late, []);
      await check(server, notice);
    });

    it('answer whoever asks whether something is going on', async () => {
      const notice = await approved(server, -60_000, { audience: { tags: ['nobody-has-it'] } }, 30 * 60_000);
      const curious = await platform.customer();
      await eventually(async () => {
        const answer = (await api(server, '/answers', {
          method: 'POST',
          body: JSON.stringify({ text: 'идут ли сейчас технические работы?', language: 'ru' }),
        })) as { text: string };
        return answer.text.includes('Сейчас:');
      }, 20_000);
      await platform.write(curious, 'идут ли сейчас технические работы?');
      const [answer] = await platform.answered(curious, 1);
      assert.match(wordsOf(answer), /Технические работы.*Сейчас:/s);
      await act(server, notice, 'cancel');
    });

    it('go on after kill -9: nobody twice, nobody forgotten, and the counts add up', async function () {
      this.timeout(120_000);
      const people = await platform.crowd(150);
      await agree(server, people, { tags: ['killed'] });
      const notice = await approved(server, 2 * HOUR, { audience: { tags: ['killed'] } });
      for (let death = 1; death <= 3; death += 1) {
        await eventually(async () => (await sendsTo(platform, people)).length >= death * 30, 60_000);
        await server.program.kill();
        await server.program.restart();
      }
      await settled(server, notice, 90_000);
      const sent = await sendsTo(platform, people);
      assert.equal(new Set(sent.map(({ person }) => person)).size, sent.length, 'nobody twice');
      const { announcements } = await shown(server, notice);
      const word = announcements.find(({ deliveries }) => deliveries.planned > 0);
      assert.equal(word?.deliveries.planned, 150);
      assert.equal(word?.deliveries['unknown'], 150 - sent.length, 'whoever has not got it is shown as doubtful');
      await check(server, notice);
    });
  },
  { env: { WHATSAPP_MESSAGES_PER_SECOND: '20', QUIET_HOURS: 'off', SECOND_APPROVAL_ABOVE: '100000' } },
);

async function sendsTo(platform: Platform, people: readonly Customer[]): Promise<LogEntry[]> {
  const ids = new Set(people.map(({ id }) => id));
  return (await platform.log('event=send')).filter(
    ({ person, accepted, type }) => accepted && type === 'template' && ids.has(person ?? ''),
  );
}

/** Waits until nothing of the notice is on its way. */
async function settled(server: RunningServer, notice: Notice, withinMs = 40_000): Promise<void> {
  await eventually(
    async () => {
      const { announcements } = await shown(server, notice);
      return announcements.every(
        ({ state, deliveries }) => state !== 'running' && !deliveries['queued'] && !deliveries['attempted'],
      );
    },
    withinMs,
    'that the notice is through',
  );
}
