import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import ICAL from 'ical.js';
import { readQr } from '../../src/entry/qr-code.fixture.js';
import { lapseLeases } from '../kill/stand.js';
import type { RunningServer } from '../means/server.js';
import { act, agree, ANY_HOUR, approved, HOUR, shown, window, withTemplates } from './announcing.js';
import { chatOf, optionsOf } from './chat.js';
import { eventually } from './eventually.js';
import { check, sendsTo, through } from './notice-outcome.js';
import { noticeProcesses } from './notice-processes.js';
import { noticeTroubles } from './notice-troubles.js';
import type { Bubble, Platform } from './platform.js';
import { wordsOf } from './platform.js';
import { api, contactsOf, onMongo, onSqlite, type Stand } from './stand.js';

/** Maintenance notices from the window to the customer's telephone. */

/** How often the server is killed in a run, and of how many people: `npm run soak -- notices` asks for more. */
const { VESTNIK_NOTICE_DEATHS: wantedDeaths = '3', VESTNIK_NOTICE_PEOPLE: wantedPeople = '150' } = process.env;
const [DEATHS, PEOPLE] = [Number(wantedDeaths), Number(wantedPeople)];
/** A death costs a start, and every message waits for its turn under the rate. */
const KILL_LIMIT_MS = 60_000 + DEATHS * 20_000 + PEOPLE * 200;

const ENV = {
  WHATSAPP_MESSAGES_PER_SECOND: process.env['VESTNIK_NOTICE_RATE'] ?? '20',
  ...ANY_HOUR,
};

const journeys = (stand: () => Stand): void => {
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
      const all = (await shown(server, notice)).announcements.find(({ deliveries }) => deliveries.planned > 0) ?? first;
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
    await check(stand(), notice);
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
    await through(server, notice);
    assert.equal((await sendsTo(platform, people)).length, 60);
    await check(stand(), notice);
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
    await through(server, notice);
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
    await check(stand(), notice);
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

  it('reach, by the site of the poster, whoever came by its code and agreed; nobody else', async () => {
    const link = (await api(server, '/entry-links', {
      method: 'POST',
      body: JSON.stringify({ topic: 'maintenance', site: 'Площадка 7' }),
    })) as { id: string; qr: { ru: string } };
    const [came, passing] = [await platform.customer(), await platform.customer()];
    const scanned = new URL(readQr(link.qr.ru)).searchParams.get('text');
    assert.ok(scanned);
    await platform.write(came, scanned);
    const [offer] = await platform.answered(came);
    assert.ok(offer);
    await platform.tap(came, offer, 0);
    await platform.answered(came, 2);
    await agree(server, [passing], { language: 'ru' });
    const [contact] = await contactsOf(server, `phone=${came.phone}`);
    assert.deepEqual((contact as unknown as { sites: string[] }).sites, ['Площадка 7']);
    const notice = await approved(server, 2 * HOUR, { audience: { sites: ['площадка 7'] } });
    await platform.answered(came, 3);
    await through(server, notice);
    assert.deepEqual(await sendsTo(platform, [passing]), []);
    const { items } = (await api(server, '/audit?limit=100')) as { items: { action: string; after?: unknown }[] };
    const { after } = items.find(({ action }) => action === 'contact.site') ?? {};
    assert.deepEqual(after, { sites: ['Площадка 7'], source: `link:${link.id}` });
    await check(stand(), notice);
  });

  noticeTroubles(stand);

  it(`go on after kill -9, ${DEATHS} times in a run of ${PEOPLE}: nobody twice, nobody forgotten, and the counts add up`, async function () {
    this.timeout(KILL_LIMIT_MS);
    const people = await platform.crowd(PEOPLE);
    await agree(server, people, { tags: ['killed'] });
    const notice = await approved(server, 2 * HOUR, { audience: { tags: ['killed'] } });
    for (let death = 1; death <= DEATHS; death += 1) {
      const enough = Math.floor((death * PEOPLE) / (DEATHS + 2));
      await eventually(async () => (await sendsTo(platform, people)).length >= enough, KILL_LIMIT_MS);
      await sleep(randomInt(150));
      await server.program.kill();
      const { mongoUri } = stand();
      if (mongoUri) await lapseLeases(mongoUri);
      await server.program.restart();
    }
    await through(server, notice, KILL_LIMIT_MS);
    const sent = await sendsTo(platform, people);
    assert.equal(new Set(sent.map(({ person }) => person)).size, sent.length, 'nobody twice');
    const { announcements } = await shown(server, notice);
    const word = announcements.find(({ deliveries }) => deliveries.planned > 0);
    assert.equal(word?.deliveries.planned, PEOPLE, 'nobody forgotten');
    assert.equal(word?.deliveries['unknown'], PEOPLE - sent.length, 'whoever has not got it is shown as doubtful');
    console.log(
      `        ${DEATHS} deaths: ${sent.length} of ${PEOPLE} were sent, ${word?.deliveries['unknown']} are doubtful`,
    );
    await check(stand(), notice);
  });
};

onSqlite('Maintenance notices, on SQLite', journeys, { env: ENV });
onMongo(
  'Maintenance notices, on MongoDB',
  (stand) => {
    journeys(stand);
    noticeProcesses(stand, ENV);
  },
  { env: ENV },
);
