import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import ICAL from 'ical.js';
import type { RunningServer } from '../means/server.js';
import { eventually } from './eventually.js';
import { act, agree, ANY_HOUR, approved, shown, window, withTemplates, type Notice } from './announcing.js';
import { chatOf, optionsOf } from './chat.js';
import type { Bubble, Customer, LogEntry, Platform } from './platform.js';
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
      await platform.settings({ numberRate: false, pairRate: false });
      await withTemplates(stand());
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

    for (const [who, wanted, question, answer, summary] of [
      ['somebody with a number', {}, 'когда будут технические работы?', /Ближайшие работы/, /: технические работы$/],
      [
        'somebody who has a BSUID alone',
        { phone: null, language: 'en' },
        'when is the next maintenance?',
        /Coming up/,
        /: maintenance$/,
      ],
    ] as const)
      it(`are taken into the calendar of ${who} with one tap, as they are planned then, and not once they are off`, async () => {
        const startsAt = Math.ceil(Date.now() / 60_000) * 60_000 + 20 * 60_000;
        const site = `М9-${randomInt(1e6)}`;
        const notice = await approved(server, startsAt - Date.now(), { site, audience: { tags: ['nobody'] } });
        await eventually(async () => {
          const body = JSON.stringify({ text: question });
          const { text } = (await api(server, '/answers', { method: 'POST', body })) as { text: string };
          return text.includes(site);
        });
        const { say, tap } = await chatOf(platform, await platform.customer(wanted));
        const told = await say(question);
        assert.match(wordsOf(told), answer);
        const eventIn = async (message: Bubble) => {
          const { header } = message.payload as { header?: { document?: { id: string; filename: string } } };
          assert.equal(header?.document?.filename, 'maintenance.ics');
          const file = await fetch(`${stand().emulator.url}/_emulator/media/${header?.document?.id}`);
          const [event, ...others] = new ICAL.Component(ICAL.parse(await file.text()) as unknown[]).getAllSubcomponents(
            'vevent',
          );
          assert.ok(event && others.length === 0);
          return new ICAL.Event(event);
        };
        const row = optionsOf(told).find(({ id }) => id === `calendar:${notice.id}`);
        assert.match(row?.description ?? '', /\d:\d\d/);
        const first = await eventIn(await tap(told, `calendar:${notice.id}`));
        assert.equal(first.startDate.toJSDate().getTime(), startsAt);
        assert.deepEqual([first.location, first.sequence, first.uid], [site, 0, `${notice.id}@vestnik`]);
        assert.match(first.summary, summary);

        await act(server, notice, 'change', window(startsAt + HOUR - Date.now()));
        const second = await eventIn(await tap(told, `calendar:${notice.id}`));
        assert.equal(second.startDate.toJSDate().getTime() - startsAt >= HOUR - 1_000, true);
        assert.deepEqual([second.sequence, second.uid], [1, first.uid]);

        await act(server, notice, 'cancel');
        const off = await tap(told, `calendar:${notice.id}`);
        assert.match(wordsOf(off), /^(Этих работ в плане уже нет|This maintenance is no longer planned)/);
        assert.equal((off.payload as { header?: unknown }).header, undefined);
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
  { env: { WHATSAPP_MESSAGES_PER_SECOND: '20', ...ANY_HOUR } },
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

/** Every count is the number of people listed behind it, and each is there once. */
async function check(server: RunningServer, notice: Notice): Promise<void> {
  const { announcements } = await shown(server, notice);
  for (const { id, deliveries } of announcements) {
    const people: { contactId: string; state: string; reason?: string }[] = [];
    for (let after = ''; ;) {
      const page = (await api(
        server,
        `/notices/${notice.id}/deliveries?announcement=${id}&limit=200${after && `&after=${after}`}`,
      )) as {
        items: typeof people;
        next?: string;
      };
      people.push(...page.items);
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.equal(new Set(people.map(({ contactId }) => contactId)).size, people.length);
    assert.equal(people.length, deliveries.planned);
    const { planned, skipped, ...states } = deliveries;
    const counted = {
      ...states,
      ...Object.fromEntries(Object.entries(skipped).map(([reason, count]) => [`skipped ${reason}`, count])),
    };
    const sum = Object.values(counted).reduce((all, count) => all + count, 0);
    assert.equal(sum, planned);
    const listed: Record<string, number> = {};
    for (const { state, reason } of people) {
      const name = state === 'skipped' ? `skipped ${reason ?? ''}` : state;
      listed[name] = (listed[name] ?? 0) + 1;
    }
    for (const [name, count] of Object.entries(counted)) assert.equal(listed[name] ?? 0, count, name);
  }
}
