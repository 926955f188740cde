import assert from 'node:assert/strict';
import { Rig } from '../testing/rig.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const AIGUL = { to: '+77010000001' };
const JOHN = { to: '+15550100099' };

describe('the rules', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
    await rig.setTime('2026-11-22T10:00:00Z');
  });
  afterEach(() => rig.close());

  const settings = (change: unknown) => rig.control('POST', '/settings', change);
  const deed = (id: string, body: unknown) => rig.control('POST', `/people/${id}/deeds`, body);
  const codeOf = async (answer: Promise<{ body: { error?: { code: number } } }>) => (await answer).body.error?.code;
  const crowd = (count: number, more: object = {}) =>
    rig.control('POST', '/people/bulk', { count, firstPhone: '77020000000', idPrefix: 'c', ...more });
  const toCrowd = (n: number) => ({ to: `+${77020000000 + n}` });

  describe('the messaging limit', () => {
    beforeEach(async () => {
      await settings({ tier: { limit: 250 }, numberRate: false });
      await rig.declare('news');
      await crowd(260);
    });

    it('lets 250 people be written to first in 24 hours, each counted once, and then no more', async () => {
      for (let n = 0; n < 250; n++) assert.equal((await rig.template(toCrowd(n), 'news')).status, 200);
      assert.equal((await rig.template(toCrowd(0), 'news')).status, 200, 'one who counts already');
      assert.equal(await codeOf(rig.template(toCrowd(250), 'news')), 131048);
      const { body } = await rig.graph('GET', '/1001?fields=health_status,whatsapp_business_manager_messaging_limit');
      assert.deepEqual(
        [body.health_status.can_send_message, body.whatsapp_business_manager_messaging_limit],
        ['LIMITED', 'TIER_250'],
      );
      await rig.advance(DAY_MS + 1_000);
      assert.equal((await rig.template(toCrowd(250), 'news')).status, 200);
    });

    it('does not count people who wrote first, and can tell an exhausted limit by webhook', async () => {
      await settings({ tier: { by: 'webhook', code: 130429 } });
      await rig.hear('aigul');
      for (let n = 0; n < 250; n++) await rig.template(toCrowd(n), 'news');
      assert.equal((await rig.template(AIGUL, 'news')).status, 200);
      assert.equal((await rig.template(toCrowd(251), 'news')).status, 200);
      await rig.until(() => rig.failures().length === 1);
      assert.deepEqual(rig.failures(), [130429]);
    });

    it('rises by itself once half of it was used and quality is good, with a webhook', async () => {
      await settings({ tier: { limit: 2_000 } });
      await crowd(1_000, { firstPhone: '77030000000', idPrefix: 'd' });
      for (let n = 0; n < 1_000; n++) await rig.template({ to: `+${77030000000 + n}` }, 'news');
      await rig.advance(DAY_MS);
      await rig.until(() => rig.changes('business_capability_update').length === 1);
      const [update] = rig.changes('business_capability_update');
      assert.equal(update?.value['max_daily_conversations_per_business'], 'TIER_10K');
    });
  });

  describe('marketing', () => {
    beforeEach(() => rig.declare('offer', 'MARKETING'));

    it('reaches one person five times a day (131049 by webhook), unless they wrote in the last 24 hours', async () => {
      for (let n = 0; n < 6; n++) assert.equal((await rig.template(AIGUL, 'offer')).status, 200);
      await rig.until(() => rig.failures().length === 1);
      assert.deepEqual(rig.failures(), [131049]);
      await rig.advance(DAY_MS);
      assert.equal((await rig.template(AIGUL, 'offer')).status, 200);
      await rig.hear('aigul');
      for (let n = 0; n < 6; n++) await rig.template(AIGUL, 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'delivered').length === 6);
      assert.deepEqual(rig.failures(), []);
    });

    it('has no cap in the European Economic Area', async () => {
      await rig.control('POST', '/people', { id: 'greta', name: 'Greta', phone: '491700000001' });
      for (let n = 0; n < 8; n++) await rig.template({ to: '+491700000001' }, 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'delivered').length === 8);
    });

    it('is not delivered to numbers of the United States', async () => {
      assert.equal((await rig.template(JOHN, 'offer')).status, 200);
      await rig.until(() => rig.failures().length === 1);
      assert.deepEqual(rig.failures(), [131049]);
    });

    it('stops when the person says so in WhatsApp (user_preferences, then 131050), and comes again after resume', async () => {
      await deed('aigul', { do: 'stopMarketing' });
      await rig.until(() => rig.changes('user_preferences').length === 1);
      const [told] = rig.changes('user_preferences');
      const [preference] = told?.value['user_preferences'] as Record<string, unknown>[];
      assert.deepEqual(
        [
          preference?.['value'],
          preference?.['category'],
          preference?.['wa_id'],
          preference?.['user_id'],
          typeof preference?.['timestamp'],
        ],
        ['stop', 'marketing_messages', '77010000001', 'KZ.8h2Kq', 'number'],
      );
      await rig.template(AIGUL, 'offer');
      await rig.until(() => rig.failures().length === 1);
      assert.deepEqual(rig.failures(), [131050]);
      await rig.declare('visit');
      assert.equal((await rig.template(AIGUL, 'visit')).status, 200);
      await deed('aigul', { do: 'resumeMarketing' });
      rig.received.length = 0;
      await rig.template(AIGUL, 'offer');
      await rig.until(() => rig.statuses().some((each) => each['status'] === 'delivered'));
    });

    it('tells the preference of somebody without a number by their BSUID alone', async () => {
      await deed('dana', { do: 'stopMarketing' });
      await rig.until(() => rig.changes('user_preferences').length === 1);
      const [preference] = rig.changes('user_preferences')[0]?.value['user_preferences'] as Record<string, unknown>[];
      assert.deepEqual(['wa_id' in (preference ?? {}), preference?.['user_id']], [false, 'KZ.9zQ1']);
    });
  });

  it('delivers nothing to somebody who blocked the business, and says nothing about it', async () => {
    await rig.hear('aigul');
    await deed('aigul', { do: 'block', reason: 'tooMany', report: true });
    const { body } = await rig.text(AIGUL);
    await rig.until(() => rig.statuses().length === 1);
    await rig.hear('john');
    await rig.text(JOHN);
    await rig.until(() => rig.statuses().filter((each) => each['id'] !== body.messages[0].id).length === 2);
    assert.equal(
      rig.statuses().filter((each) => each['id'] === body.messages[0].id && each['status'] !== 'sent').length,
      0,
    );
    assert.equal((await rig.control('POST', '/people/aigul/messages', { text: 'x' })).status, 409);
    await deed('aigul', { do: 'unblock' });
    assert.equal((await rig.control('POST', '/people/aigul/messages', { text: 'x' })).status, 201);
  });

  it('lets a test number write only to the numbers on its list (131030)', async () => {
    await settings({ testNumbers: ['77010000001'] });
    await rig.hear('aigul');
    await rig.hear('john');
    assert.equal((await rig.text(AIGUL)).status, 200);
    assert.equal((await rig.text({ recipient: 'KZ.8h2Kq' })).status, 200);
    assert.equal(await codeOf(rig.text(JOHN)), 131030);
  });

  describe('time to live', () => {
    const statesOf = async () =>
      (await rig.control('GET', '/people/aigul/messages')).body.items.map((each: { state: string }) => each.state);

    it('keeps a message for a telephone that is off, and delivers it when it is on again', async () => {
      await rig.declare('visit');
      await deed('aigul', { do: 'switchOff' });
      await rig.template(AIGUL, 'visit');
      await rig.until(() => rig.statuses().length === 1);
      await rig.advance(29 * DAY_MS);
      assert.deepEqual((await deed('aigul', { do: 'switchOn' })).body, { arriving: 1 });
      await rig.until(() => rig.statuses().some((each) => each['status'] === 'delivered'));
    });

    it('drops it without a word once its time is over', async () => {
      await rig.declare('visit', 'UTILITY', { message_send_ttl_seconds: 3_600 });
      await rig.declare('code', 'AUTHENTICATION');
      await deed('aigul', { do: 'switchOff' });
      await rig.template(AIGUL, 'visit');
      await rig.template(AIGUL, 'code');
      await rig.until(() => rig.statuses().length === 2);
      await rig.advance(10 * 60_000 + 1_000);
      await deed('aigul', { do: 'switchOn' });
      await rig.until(() => rig.statuses().length === 3);
      assert.deepEqual(await statesOf(), ['delivered', 'sent'], 'the one-time code is gone after ten minutes');
      await deed('aigul', { do: 'switchOff' });
      await rig.template(AIGUL, 'visit');
      await rig.until(() => rig.statuses().length === 4);
      await rig.advance(HOUR_MS + 1_000);
      await deed('aigul', { do: 'switchOn' });
      await rig.hear('john');
      assert.deepEqual(await statesOf(), ['delivered', 'sent', 'sent']);
    });
  });

  describe('quality', () => {
    beforeEach(async () => {
      await settings({ quality: { minDelivered: 10 }, tier: { limit: 2_000 } });
      await crowd(20, { autoRead: true });
    });

    it('falls by blocks and reports: the template turns red, is told so, and is paused; the number is limited', async () => {
      const id = await rig.declare('offer');
      for (let n = 0; n < 20; n++) await rig.template(toCrowd(n), 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'read').length === 20);
      await deed('c0', { do: 'block', reason: 'didNotSignUp' });
      await rig.until(() => rig.changes('message_template_quality_update').length === 1);
      const [update] = rig.changes('message_template_quality_update');
      assert.deepEqual(
        [update?.value['previous_quality_score'], update?.value['new_quality_score']],
        ['UNKNOWN', 'RED'],
      );
      await rig.until(() => rig.changes('message_template_status_update').length === 1);
      assert.equal(rig.changes('message_template_status_update')[0]?.value['event'], 'PAUSED');
      assert.equal(await codeOf(rig.template(toCrowd(1), 'offer')), 132015);
      const { body } = await rig.graph('GET', '/1001?fields=quality_rating,health_status');
      assert.deepEqual([body.quality_rating, body.health_status.can_send_message], ['RED', 'LIMITED']);
      assert.equal((await rig.graph('GET', `/${id}?fields=quality_score`)).body.quality_score.score, 'RED');
    });

    it('is GREEN again a week later', async () => {
      await rig.declare('offer');
      for (let n = 0; n < 20; n++) await rig.template(toCrowd(n), 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'read').length === 20);
      await deed('c0', { do: 'report' });
      assert.equal((await rig.graph('GET', '/1001')).body.quality_rating, 'RED');
      await rig.advance(8 * DAY_MS);
      assert.equal((await rig.graph('GET', '/1001')).body.quality_rating, 'GREEN');
    });

    it('stops the number from writing first when very many block it (131048); replies still go', async () => {
      await rig.declare('offer');
      await rig.declare('visit');
      for (let n = 0; n < 20; n++) await rig.template(toCrowd(n), 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'read').length === 20);
      for (let n = 0; n < 3; n++) await deed(`c${n}`, { do: 'block', reason: 'spam' });
      assert.equal(await codeOf(rig.template(toCrowd(9), 'visit')), 131048);
      await rig.hear('aigul');
      assert.equal((await rig.text(AIGUL)).status, 200);
    });

    it('lowers the limit only when told to behave as before 2025-10-07', async () => {
      await rig.declare('offer');
      for (let n = 0; n < 20; n++) await rig.template(toCrowd(n), 'offer');
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'read').length === 20);
      await settings({ tier: { loweredByQuality: true } });
      await deed('c0', { do: 'block' });
      await rig.until(() => rig.changes('business_capability_update').length === 1);
      assert.equal((await rig.control('GET', '/account')).body.tier.limit, 250);
    });

    it('keeps of a rating in the app nothing but the count, and tells the business nothing', async () => {
      await rig.hear('aigul');
      assert.deepEqual((await deed('aigul', { do: 'rate', stars: 4 })).body, { stars: [0, 0, 0, 1, 0] });
      assert.equal(rig.received.length, 0);
      assert.equal((await deed('aigul', { do: 'rate', stars: 6 })).status, 422);
    });
  });

  describe('pacing', () => {
    beforeEach(async () => {
      await settings({ pacing: { sample: 2, decideMs: HOUR_MS, verdict: 'quality' } });
      await crowd(5);
    });
    const send = async () => {
      const states = [];
      for (let n = 0; n < 4; n++)
        states.push((await rig.template(toCrowd(n), 'fresh')).body.messages[0].message_status);
      return states;
    };

    it('holds what goes beyond the sample, and releases it an hour later', async () => {
      await rig.declare('fresh');
      assert.deepEqual(await send(), [
        'accepted',
        'accepted',
        'held_for_quality_assessment',
        'held_for_quality_assessment',
      ]);
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'delivered').length === 2);
      await rig.advance(HOUR_MS + 1_000);
      await rig.until(() => rig.statuses().filter((each) => each['status'] === 'delivered').length === 4);
      assert.equal((await rig.template(toCrowd(4), 'fresh')).body.messages[0].message_status, 'accepted');
    });

    it('drops it with 132015 and pauses the template when it is received badly', async () => {
      const id = await rig.declare('fresh');
      await send();
      await rig.control('POST', `/templates/${id}/pacing`, { verdict: 'drop' });
      await rig.until(() => rig.failures().length === 2);
      assert.deepEqual(rig.failures(), [132015, 132015]);
      assert.equal(await codeOf(rig.template(toCrowd(4), 'fresh')), 132015);
      assert.deepEqual((await rig.graph('POST', `/${id}/unpause`, {})).body, { success: true });
    });
  });

  describe('prices', () => {
    const pricingOf = (id: string) =>
      rig.statuses().find((each) => each['id'] === id)?.['pricing'] as Record<string, unknown>;
    const priced = async (answer: Promise<{ body: { messages: { id: string }[] } }>) => {
      const id = (await answer).body.messages[0]?.id ?? '';
      await rig.until(() => rig.statuses().some((each) => each['id'] === id && each['status'] === 'delivered'));
      const { billable, type, category } = pricingOf(id);
      return [billable, type, category];
    };

    for (const [day, reply, utility] of [
      ['2026-09-30', [false, 'free_customer_service', 'service'], [false, 'free_customer_service', 'utility']],
      ['2026-10-01', [true, 'regular', 'service'], [true, 'regular', 'utility']],
    ] as const) {
      it(`are those of ${day}`, async () => {
        await rig.setTime(`${day}T12:00:00Z`);
        await rig.declare('visit');
        await rig.declare('offer', 'MARKETING');
        assert.deepEqual(await priced(rig.template(AIGUL, 'visit')), [true, 'regular', 'utility'], 'outside a window');
        await rig.hear('aigul');
        assert.deepEqual(await priced(rig.text(AIGUL)), reply);
        assert.deepEqual(await priced(rig.template(AIGUL, 'visit')), utility, 'inside a window');
        assert.deepEqual(await priced(rig.template(AIGUL, 'offer')), [true, 'regular', 'marketing']);
      });
    }

    it('are nothing for 72 hours after an advertisement that was answered, and only then is there a conversation', async () => {
      const referral = { source_type: 'ad', source_id: '1200', source_url: 'https://fb.me/x' };
      await rig.control('POST', '/people/aigul/messages', { text: 'hi', referral });
      await rig.declare('offer', 'MARKETING');
      assert.deepEqual(await priced(rig.text(AIGUL)), [false, 'free_entry_point', 'service']);
      assert.equal(
        (rig.statuses()[0]?.['conversation'] as { origin: { type: string } }).origin.type,
        'referral_conversion',
      );
      await rig.advance(71 * HOUR_MS);
      assert.deepEqual(await priced(rig.template(AIGUL, 'offer')), [false, 'free_entry_point', 'marketing']);
      await rig.advance(2 * HOUR_MS);
      assert.deepEqual(await priced(rig.template(AIGUL, 'offer')), [true, 'regular', 'marketing']);
    });

    it('run up a bill on delivery; the first service messages of a month are free', async () => {
      await settings({
        prices: {
          currency: 'EUR',
          freeServicePerMonth: 2,
          perMessage: { service: { KZ: 150 }, utility: { other: 500 } },
        },
      });
      await rig.declare('visit');
      await rig.hear('aigul');
      for (let n = 0; n < 4; n++) await priced(rig.text(AIGUL));
      await priced(rig.template(AIGUL, 'visit'));
      const { body } = await rig.control('GET', '/bill');
      assert.deepEqual(body, {
        currency: 'EUR',
        amountMinor: 8,
        messages: 5,
        lines: [
          { month: '2026-11', category: 'service', country: 'KZ', messages: 4, free: 2, amountMinor: 3 },
          { month: '2026-11', category: 'utility', country: 'KZ', messages: 1, free: 0, amountMinor: 5 },
        ],
      });
    });
  });
});
