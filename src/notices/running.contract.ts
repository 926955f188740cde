import assert from 'node:assert/strict';
import type { StorePlace } from '../../test/means/stores.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { accepted, rejected, unknown } from '../delivery/dispatcher.fixture.js';
import { outbox } from '../delivery/outbox-table.js';
import { DAY, HOUR, NoticesStand } from './notices.fixture.js';
import { announcements, recipients } from './notice-tables.js';
import type { SendResult } from '../platform/cloud-api.js';

const MINUTE = 60_000;

/** Notices while they run: who gets what, whatever happens meanwhile. */
export const runningContract = (place: () => Promise<StorePlace>): void => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  it('goes to those who opted in, once each, and lists everybody else with the reason', async () => {
    const [agreed, stopped, faceless] = [
      await stand.people(12),
      await stand.people(2),
      await stand.people(1, { identities: [] }),
    ];
    await stand.strangers(3);
    for (const person of stopped) await stand.stop(person);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D', 'P1D'] });
    stand.start();
    await stand.quiet();
    assert.deepEqual((await stand.sent()).toSorted(), agreed.map(({ id }) => `${id} before`).toSorted());
    const [word] = await stand.words(notice, 'before');
    assert.deepEqual(word?.deliveries.skipped, { noConsent: 3, stopped: 2, undeliverable: 1 });
    assert.equal(word?.deliveries.accepted, 12);
    const listed = await stand.deliveries(notice, word?.id ?? '', '&state=skipped&reason=undeliverable');
    assert.deepEqual(
      listed.map(({ contactId, reason }) => [contactId, reason]),
      [[faceless[0]?.id, 'undeliverable']],
    );
    await stand.pass(2_000);
    assert.equal((await stand.words(notice, 'before'))[0]?.state, 'done');
    await stand.check(notice);
    await stand.pass(DAY);
    assert.equal((await stand.sent()).length, 24, 'and the day before once more');
    await stand.check(notice);
  });

  it('counts who opts in before it is due, and who is selected then', async () => {
    const [late] = await stand.strangers(1);
    const notice = await stand.approved(2 * DAY, {
      announceBefore: ['P1D'],
      audience: { sites: ['m9 '], tags: ['vip', 'old'] },
    });
    stand.start();
    await stand.quiet();
    assert.ok(late);
    await stand.bench.agree(late);
    await stand.engine.patchMany(contacts, [{ id: late.id, set: { sites: ['M9'], tags: ['VIP'] } }]);
    const [elsewhere] = await stand.people(1, { sites: ['M1'], tags: ['vip'] });
    await stand.pass(DAY);
    assert.deepEqual(await stand.sent(), [`${late.id} before`]);
    assert.deepEqual(await stand.told(elsewhere ?? assert.fail()), []);
    await stand.check(notice);
  });

  it('obeys a stop between planning and sending', async () => {
    const people = await stand.people(3);
    const [first] = people;
    const notice = await stand.approved(HOUR, { announceBefore: ['PT30M'] });
    stand.start();
    await stand.quiet();
    stand.bench.cloudApi.always(({ at }) =>
      at > 0 ? { kind: 'notSent', scope: 'number', reason: 'rate', code: 130429 } : accepted(),
    );
    await stand.pass(30 * MINUTE);
    await stand.stop(first ?? assert.fail());
    stand.bench.cloudApi.always(() => accepted());
    await stand.pass(2 * MINUTE);
    const [word] = await stand.words(notice, 'before');
    assert.deepEqual([word?.deliveries.accepted, word?.deliveries.skipped], [2, { stopped: 1 }]);
    await stand.check(notice);
  });

  it('pauses at once, goes on where it was, and sends no more than was in flight', async () => {
    await stand.people(30);
    const notice = await stand.approved(HOUR, { announceBefore: ['PT1H'] });
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((done) => (letGo = done));
    stand.bench.cloudApi.always(() => held.then(() => accepted()));
    stand.start({}, 40);
    await stand.bench.until(() => stand.bench.cloudApi.sent.length > 3);
    const paused = await stand.act(notice, 'pause');
    assert.equal(paused.state, 'paused');
    assert.equal(paused.announcements[0]?.state, 'paused');
    stand.bench.clock.advance(1_000);
    const inFlight = stand.bench.cloudApi.sent.length;
    letGo();
    await stand.pass(10 * MINUTE);
    assert.equal(stand.bench.cloudApi.sent.length, inFlight);
    assert.ok(inFlight < 30, 'it was in the middle');
    await stand.check(notice);
    await stand.act(notice, 'pause');
    await stand.act(notice, 'resume');
    await stand.quiet();
    for (let tenth = 0; tenth < 30 && stand.bench.cloudApi.sent.length < 30; tenth += 1) await stand.pass(101);
    await stand.pass(2_000);
    assert.equal(new Set(await stand.sent()).size, 30);
    assert.equal(stand.bench.cloudApi.sent.length, 30);
    await stand.check(notice);
  });

  it('leaves nothing stale after an outage over the due time: the window has begun, and that is said instead', async () => {
    const [person] = await stand.people(1);
    const before = await stand.approved(3 * HOUR, { announceBefore: ['PT2H', 'PT1H'] });
    const over = await stand.approved(2 * HOUR, { announceBefore: ['PT1H'] });
    stand.bench.clock.advance(3.5 * HOUR);
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.told(person ?? assert.fail()), ['begun']);
    const states = (await stand.shown(before)).announcements.map(({ kind, state, reason }) => [kind, state, reason]);
    assert.deepEqual(states.slice(0, 2), [
      ['before', 'skipped', 'tooLate'],
      ['before', 'skipped', 'tooLate'],
    ]);
    assert.deepEqual((await stand.words(over, 'before'))[0]?.reason, 'tooLate');
    assert.equal((await stand.shown(over)).state, 'done');
    await stand.check(before);
  });

  it('tells those who heard of the window that it moved, and the others of the window as it is now', async () => {
    const people = await stand.people(20);
    const notice = await stand.approved(5 * HOUR, { announceBefore: ['PT6H', 'PT1H'] });
    let left = 8;
    stand.bench.cloudApi.always(() =>
      (left -= 1) >= 0
        ? accepted()
        : { kind: 'notSent', scope: 'number', reason: 'rate', retryAfterMs: MINUTE, code: 130429 },
    );
    stand.start();
    await stand.quiet();
    const heard = new Set(
      (await stand.engine.find(outbox, { where: { state: 'accepted' }, limit: 100 })).map(
        (row) => row.contactId as string,
      ),
    );
    assert.equal(heard.size, 8);
    stand.bench.cloudApi.always(() => accepted());
    await stand.act(notice, 'change', { startsAt: stand.time(5.5 * HOUR), endsAt: stand.time(6.5 * HOUR) });
    await stand.pass(2 * MINUTE);
    await stand.pass(20_000);
    for (const person of people) {
      const said = await stand.told(person);
      if (heard.has(person.id))
        assert.deepEqual(
          said.filter((kind) => kind === 'changed'),
          ['changed'],
        );
      else assert.ok(!said.includes('changed') && said.includes('before'), said.join());
    }
    const [changed] = await stand.words(notice, 'changed');
    assert.equal(changed?.deliveries.accepted, 8);
    const [first] = await stand.words(notice, 'before');
    assert.deepEqual(
      [first?.state, first?.reason, first?.deliveries.skipped],
      ['cancelled', 'changed', { changed: 12 }],
    );
    await stand.check(notice);
  });

  it('makes one message of two changes in a row, and none of a change that is taken back before it left', async () => {
    const [person] = await stand.people(1);
    assert.ok(person);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    const runner = stand.start();
    await stand.quiet();
    await runner.stop();
    await stand.act(notice, 'change', { startsAt: stand.time(2 * DAY + HOUR), endsAt: stand.time(2 * DAY + 2 * HOUR) });
    await stand.act(notice, 'change', {
      startsAt: stand.time(2 * DAY + 2 * HOUR),
      endsAt: stand.time(2 * DAY + 3 * HOUR),
    });
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.told(person), ['before', 'changed']);
    const words = await stand.words(notice, 'changed');
    assert.deepEqual(words.map(({ state }) => state).toSorted(), ['cancelled', 'running']);
    await stand.check(notice);
  });

  it('tells of a cancellation those who heard, or may have, and still want to hear', async () => {
    const people = await stand.people(6);
    const [yes, doubt, no, left] = people;
    const answers = new Map<string, SendResult>([
      [doubt?.id as string, unknown],
      [no?.id as string, rejected],
    ]);
    const rowOf = async (id: string) => (await stand.bench.row({ id })).contactId as string;
    stand.bench.cloudApi.always((sent) => rowOf(sent.id).then((id) => answers.get(id) ?? accepted()));
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    stand.start();
    await stand.quiet();
    await stand.pass(20_000);
    await stand.stop(left ?? assert.fail());
    const [newcomer] = await stand.people(1);
    answers.clear();
    const after = await stand.act(notice, 'cancel');
    assert.equal(after.state, 'cancelled');
    await stand.act(notice, 'cancel');
    await stand.pass(20_000);
    assert.deepEqual(await stand.told(yes ?? assert.fail()), ['before', 'cancelled']);
    assert.deepEqual(await stand.told(doubt ?? assert.fail()), ['before', 'cancelled']);
    assert.deepEqual(await stand.told(no ?? assert.fail()), ['before']);
    assert.deepEqual(await stand.told(left ?? assert.fail()), ['before']);
    assert.deepEqual(await stand.told(newcomer ?? assert.fail()), []);
    const [word] = await stand.words(notice, 'cancelled');
    assert.deepEqual([word?.deliveries.accepted, word?.deliveries.skipped], [4, { stopped: 1 }]);
    await stand.check(notice);
  });

  it('cancels silently what nobody has heard of', async () => {
    await stand.people(2);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P1D'] });
    stand.start();
    await stand.act(notice, 'cancel');
    await stand.pass(DAY);
    assert.deepEqual(await stand.sent(), []);
    assert.deepEqual(
      (await stand.shown(notice)).announcements.map(({ state, reason }) => [state, reason]),
      [['cancelled', 'cancelled']],
    );
  });

  it('never sends a doubtful message again', async () => {
    await stand.people(1);
    stand.bench.cloudApi.always(() => unknown);
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    stand.start();
    await stand.quiet();
    for (let minute = 0; minute < 12; minute += 1) await stand.pass(MINUTE);
    assert.equal(stand.bench.cloudApi.sent.length, 1);
    assert.equal((await stand.words(notice, 'before'))[0]?.deliveries.unknown, 1);
    await stand.check(notice);
  });

  it('takes Meta’s withholding as final, and counts it as failed', async () => {
    await stand.people(2);
    stand.bench.cloudApi.then(
      { kind: 'rejected', code: 131049, reason: 'undeliverable' },
      { kind: 'rejected', code: 130472, reason: 'undeliverable' },
    );
    const notice = await stand.approved(2 * DAY, { announceBefore: ['P3D'] });
    stand.start();
    await stand.quiet();
    await stand.pass(HOUR);
    assert.equal(stand.bench.cloudApi.sent.length, 2);
    assert.equal((await stand.words(notice, 'before'))[0]?.deliveries.failed, 2);
    await stand.check(notice);
  });

  it('says that it is over to those who heard of it alone, and counts what was not delivered in its time', async () => {
    const [heard] = await stand.people(1);
    const notice = await stand.approved(2 * HOUR, { announceBefore: ['PT3H'], announce: ['before', 'done'] });
    stand.start();
    await stand.quiet();
    await stand.people(2);
    await stand.pass(3 * HOUR);
    assert.deepEqual(await stand.told(heard ?? assert.fail()), ['before', 'done']);
    assert.equal((await stand.sent()).length, 2);
    const [before] = await stand.words(notice, 'before');
    assert.equal(before?.deliveries.notDelivered, 1);
    await stand.engine.patchMany(outbox, [
      { id: stand.bench.cloudApi.ids[0] ?? '', set: { deliveredAt: stand.bench.clock.now() } },
    ]);
    assert.equal((await stand.words(notice, 'before'))[0]?.deliveries.delivered, 1);
    await stand.check(notice);
  });

  it('waits for a template that cannot be used, for those who read its language', async () => {
    const [russian] = await stand.people(1, { language: 'ru' });
    const [english] = await stand.people(1, { language: 'en' });
    const notice = await stand.approved(2 * HOUR, { announceBefore: ['PT3H'] });
    stand.wordings.unusable.add('notice_before ru');
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.sent(), [`${english?.id} before`]);
    stand.wordings.unusable.clear();
    await stand.pass(31_000);
    await stand.pass(5_000);
    assert.deepEqual(await stand.told(russian ?? assert.fail()), ['before']);
    stand.wordings.unusable.add('notice_before en');
    await stand.check(notice);
  });

  it('skips for the template whoever could not be told in time', async () => {
    await stand.people(1);
    const notice = await stand.approved(2 * HOUR, { announceBefore: ['PT3H'] });
    stand.wordings.unusable.add('notice_before ru');
    stand.start();
    await stand.quiet();
    await stand.pass(2 * HOUR);
    await stand.pass(1_000);
    assert.deepEqual((await stand.words(notice, 'before'))[0]?.deliveries.skipped, { template: 1 });
    await stand.check(notice);
  });

  it('tells two people who became one a single time, and forgets whoever was erased without losing count', async () => {
    const [survivor, loser, gone] = (await stand.people(3)) as [ContactRow, ContactRow, ContactRow];
    const notice = await stand.approved(HOUR, { announceBefore: ['PT1H'] });
    stand.bench.cloudApi.always(() => ({
      kind: 'notSent',
      scope: 'number',
      reason: 'rate',
      retryAfterMs: MINUTE,
      code: 130429,
    }));
    stand.start();
    await stand.quiet();
    await stand.engine.patchMany(contacts, [
      { id: survivor.id, set: { mergedIds: [loser.id], version: 2 } },
      { id: loser.id, set: { mergedInto: survivor.id, identities: [], version: 2 } },
    ]);
    await stand.engine.removeMany(contacts, [gone.id]);
    stand.bench.cloudApi.always(() => accepted());
    const calls = stand.bench.cloudApi.sent.length;
    await stand.pass(2 * MINUTE);
    await stand.pass(2 * MINUTE);
    assert.equal(stand.bench.cloudApi.sent.length - calls, 1);
    const [word] = await stand.words(notice, 'before');
    assert.deepEqual([word?.deliveries.accepted, word?.deliveries.skipped], [1, { merged: 1, erased: 1 }]);
    await stand.check(notice);
    const ids = async (table: typeof recipients | typeof outbox) =>
      (await stand.engine.find(table as typeof recipients, { where: { contactId: gone.id }, limit: 10 })).map(
        ({ id }) => id,
      );
    await stand.engine.removeMany(recipients, await ids(recipients));
    await stand.engine.removeMany(outbox, await ids(outbox));
    assert.deepEqual((await stand.words(notice, 'before'))[0]?.deliveries.skipped, { merged: 1, erased: 1 });
    assert.equal((await stand.words(notice, 'before'))[0]?.deliveries.planned, 3);
  });

  it('goes on where it was after being cut off anywhere: nobody twice, nobody forgotten', async function () {
    this.timeout(60_000);
    const people = await stand.people(60);
    const notice = await stand.approved(HOUR, { announceBefore: ['PT1H'] });
    for (let cut = 1; cut <= 4; cut += 1) {
      let points = 0;
      const runner = stand.start({
        perSecond: 10,
        onPoint: () => {
          if ((points += 1) === cut) throw new Error('cut off');
        },
      });
      await stand.quiet();
      await runner.stop();
      await stand.check(notice);
    }
    stand.start();
    for (let second = 0; second < 4; second += 1) await stand.pass(1_001);
    await stand.check(notice);
    assert.deepEqual((await stand.sent()).toSorted(), people.map(({ id }) => `${id} before`).toSorted());
    assert.equal((await stand.engine.find(announcements, { where: { open: true }, limit: 10 })).length, 0);
  });
};
