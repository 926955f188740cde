import assert from 'node:assert/strict';
import { chatOf, idsOf, optionsOf, type Chat } from './chat.js';
import { eventually } from './eventually.js';
import { wordsOf, type Bubble, type Customer } from './platform.js';
import { api, contactsOf, onBothStores, settled } from './stand.js';

/** Stars from the customer's finger to the published week. Time is set: all of it happens on a Wednesday noon, and the weeks after. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** From now to the next Wednesday noon (UTC), so that no week ends while people rate. */
const toWednesday = (() => {
  const now = Date.now();
  const midnight = now - (now % DAY);
  // 1970 began on a Thursday.
  const weekday = Math.floor(now / DAY) % 7;
  return midnight + ((6 - weekday + 7) % 7) * DAY + 9 * HOUR - now;
})();
const MONDAY_AFTER = toWednesday + 5 * DAY - 8 * HOUR;

/** A week that is not closed at the start, where the lease of the server before has not run out, is closed within the next minute. */
const SOON_MS = 100_000;

const STARS = 'star:';
const WAYS = ['menu:open', 'menu:human'];

type Group = {
  topic: string;
  language: string;
  week: string;
  count: number;
  average: number;
  stars: Record<string, number>;
};
type Summary = { groups: Group[]; reasons: { topic: string; count: number }[]; waiting: number };
type Rated = { readonly customer: Customer; readonly chat: Chat };

/** The row that is `stars` stars, five of them being first. */
const starsIn = (message: Bubble, stars: number): string => {
  const rows = optionsOf(message).filter(({ id }) => id.startsWith(STARS));
  assert.equal(rows.length, 5, 'there are five rows to choose from');
  return rows[5 - stars]?.id ?? assert.fail();
};
/** What a customer sees of a message, but for ids that nobody sees. */
const seen = (message: Bubble) => [wordsOf(message), optionsOf(message).map(({ title }) => title)];
const hasStars = (message: Bubble) => idsOf(message).some((id) => id.startsWith(STARS));

onBothStores(
  'Stars',
  (stand) => {
    const summary = async () => (await api(stand().server, '/ratings/summary')) as Summary;
    const post = (path: string, body: object = {}) =>
      api(stand().server, path, { method: 'POST', body: JSON.stringify(body) });

    before('it is Wednesday, and the bot has learnt', async function () {
      this.timeout(120_000);
      await stand().platform.post('/clock', { offsetMs: toWednesday });
      await eventually(async () => {
        const body = JSON.stringify({ text: 'как отписаться от рассылки' });
        const asked = (await api(stand().server, '/answers', { method: 'POST', body })) as { kind: string };
        return asked.kind === 'answer';
      }, 60_000);
    });

    async function comes(wanted: Record<string, unknown> = {}): Promise<Rated> {
      const customer = await stand().platform.customer(wanted);
      return { customer, chat: await chatOf(stand().platform, customer) };
    }

    const contactOf = async ({ customer: { phone, userId } }: Rated): Promise<string> => {
      const query = phone === null ? `userId=${userId}` : `phone=${phone}`;
      const [contact] = await contactsOf(stand().server, query);
      return contact?.id ?? assert.fail();
    };

    /** Calls for a human, who answers. @returns the case */
    async function isTalking(one: Rated): Promise<string> {
      await one.chat.say('оператор');
      const contactId = await contactOf(one);
      const { items } = (await api(stand().server, '/cases?state=waiting&limit=200')) as {
        items: { id: string; contactId: string }[];
      };
      const id = items.find((each) => each.contactId === contactId)?.id ?? assert.fail();
      await post(`/cases/${id}/reply`, { text: 'Здравствуйте, это Мария.' });
      await one.chat.answer();
      return id;
    }

    /** Orders a call. @returns its id */
    async function ordersCall({ customer, chat }: Rated): Promise<string> {
      const first = await chat.say('перезвоните мне');
      const days = customer.phone === null ? await chat.say('+7 701 000 00 09') : await chat.tap(first, 'call:known');
      const times = await chat.tap(days, 'call:day:');
      assert.match(wordsOf(await chat.tap(await chat.tap(times, 'call:at:'), 'call:confirm:')), /^Записали/);
      const { items } = (await api(stand().server, `/callbacks?contactId=${await contactOf({ customer, chat })}`)) as {
        items: { id: string }[];
      };
      return items[0]?.id ?? assert.fail();
    }
    const isCalled = (id: string) =>
      api(stand().server, `/callbacks/${id}`, { method: 'PATCH', body: JSON.stringify({ state: 'done' }) });

    /** Nothing more comes to them. */
    async function hearsNothing({ customer }: Rated, since: number): Promise<void> {
      await settled(stand().server);
      assert.equal((await stand().platform.answers(customer)).length, since);
    }

    it('are given in the message with the answer; one star and five are followed by the same', async () => {
      const follows: unknown[] = [];
      for (const [index, stars] of [1, 5, 5, 4, 5].entries()) {
        const { chat } = await comes(index === 0 ? { phone: null } : {});
        const answer = await chat.say('как отписаться от рассылки');
        assert.match(wordsOf(answer), /\*Как отписаться\*/);
        assert.ok(idsOf(answer).length <= 10);
        for (const id of ['stop:all', ...WAYS]) assert.ok(idsOf(answer).includes(id), `${id} stands beside the stars`);
        const thanks = await chat.tap(answer, starsIn(answer, stars));
        assert.match(wordsOf(thanks), /^Спасибо, оценка принята\. Она анонимна/);
        assert.deepEqual(idsOf(thanks).slice(-2), WAYS, 'a human is offered, whatever was chosen');
        const reason = idsOf(thanks)[0] ?? assert.fail();
        const last = await chat.tap(thanks, reason);
        follows.push([seen(thanks), seen(last)]);
        // The first tap of the ask counts, and only that.
        assert.match(wordsOf(await chat.tap(answer, starsIn(answer, 3))), /^Вы это уже оценили/);
      }
      for (const follow of follows) assert.deepEqual(follow, follows[0]);
      assert.deepEqual([(await summary()).groups, (await summary()).waiting], [[], 5]);
    });

    it('in English are asked for, thanked for and followed in English', async () => {
      const { chat } = await comes({ language: 'en', phone: null });
      const answer = await chat.say('how do I unsubscribe');
      assert.match(wordsOf(answer), /\*How to unsubscribe\*/);
      const thanks = await chat.tap(answer, starsIn(answer, 2));
      assert.match(wordsOf(thanks), /^Thank you, your rating is noted\. It is anonymous/);
      assert.deepEqual(idsOf(thanks).slice(-2), WAYS);
    });

    it('are asked for after a call-back and after a case, once in seven days', async () => {
      const one = await comes();
      await isCalled(await ordersCall(one));
      const asked = await one.chat.answer();
      assert.match(wordsOf(asked), /Как прошёл звонок\?/);
      assert.match(wordsOf(await one.chat.tap(asked, starsIn(asked, 1))), /^Спасибо, оценка принята/);

      const other = await comes({ phone: null });
      const closed = await isTalking(other);
      await post(`/cases/${closed}/close`, { text: 'Рада помочь.' });
      const both = await other.chat.answer();
      assert.match(wordsOf(both), /^Рада помочь\.\n\nКак мы справились\?/);
      assert.match(wordsOf(await other.chat.tap(both, starsIn(both, 5))), /^Спасибо, оценка принята/);
      assert.deepEqual(idsOf(both).slice(-2), WAYS);

      const again = await isTalking(other);
      const before = (await stand().platform.answers(other.customer)).length;
      await post(`/cases/${again}/close`);
      await hearsNothing(other, before);
    });

    it('are never asked for while a human talks', async () => {
      const one = await comes();
      const callback = await ordersCall(one);
      const open = await isTalking(one);
      await isCalled(callback);
      const told = await one.chat.answer();
      assert.match(wordsOf(told), /^Спасибо за разговор/);
      assert.ok(!hasStars(told));
      const before = (await stand().platform.answers(one.customer)).length;
      await stand().platform.write(one.customer, 'как отписаться от рассылки');
      await hearsNothing(one, before);
      await post(`/cases/${open}/close`);
      assert.ok(hasStars(await one.chat.answer()), 'but when they have closed');
    });

    it('are never asked for outside the window; a week is published when it is over, of five people at least, and never changes', async function () {
      this.timeout(300_000);
      const { platform, server } = stand();
      const late = [await comes(), await comes()] as const;
      const callback = await ordersCall(late[0]);
      const open = await isTalking(late[1]);
      const heard = await Promise.all(late.map(async ({ customer }) => (await platform.answers(customer)).length));
      const goTo = async (offsetMs: number) => {
        await platform.post('/clock', { offsetMs });
        await server.program.restart({ TEST_CLOCK_OFFSET_MS: String(offsetMs) });
      };
      await goTo(toWednesday + 25 * HOUR);
      await isCalled(callback);
      await post(`/cases/${open}/close`);
      for (const [index, one] of late.entries()) await hearsNothing(one, heard[index] ?? 0);
      assert.deepEqual((await summary()).groups, [], 'the week is not over');
      const waiting = (await summary()).waiting;

      await goTo(MONDAY_AFTER);
      const published = await eventually(async () => {
        const found = await summary();
        return found.groups.length > 0 && found.reasons.length > 0 && found;
      }, SOON_MS);
      const [group, ...others] = published.groups;
      assert.deepEqual(others, []);
      assert.deepEqual(
        [group?.topic, group?.language, group?.count, group?.average, group?.stars],
        ['opt-out', 'ru', 5, 4, { 1: 1, 2: 0, 3: 0, 4: 1, 5: 3 }],
      );
      assert.deepEqual(
        published.reasons.map(({ topic, count }) => [topic, count]),
        [['opt-out', 5]],
      );
      assert.equal(published.waiting, waiting - 5, 'whoever is fewer than five waits');

      await goTo(MONDAY_AFTER + WEEK);
      const dropped = await eventually(async () => {
        const found = await summary();
        return found.waiting === 0 && found;
      }, SOON_MS);
      assert.deepEqual(
        dropped.groups,
        published.groups,
        'what is published never changes, and too few are never counted',
      );

      const [one] = late;
      await platform.write(one.customer, 'как отписаться от рассылки');
      const answer = await eventually(async () => (await platform.answers(one.customer)).slice(heard[0])[0]);
      assert.ok(hasStars(answer), 'a new week is asked in');
    });
  },
  { imports: ['moved-clock.js'], env: { TEST_CLOCK_OFFSET_MS: String(toWednesday) } },
);
