import assert from 'node:assert/strict';
import { onBothStores } from '../../test/means/stores.js';
import { contacts, type ContactRow } from '../contacts/contact-tables.js';
import { announcements } from './notice-tables.js';
import { DAY, HOUR, NoticesStand } from './notices.fixture.js';

const QUIET = { fromHour: 22, toHour: 8 };

onBothStores('A zone that changes after the approval', (place) => {
  let stand: NoticesStand;
  beforeEach(async () => (stand = await NoticesStand.open(await place())));
  afterEach(() => stand.close());

  const goTo = (iso: string) => stand.bench.clock.advance(Date.parse(iso) - stand.bench.clock.now());
  const moves = ({ id }: ContactRow, timeZone: string) => stand.engine.patchMany(contacts, [{ id, set: { timeZone } }]);

  it('of a person: their night is the one of where they are when it is due, though the audience stood already', async () => {
    stand.quietHours = QUIET;
    goTo('2027-06-01T06:00:00Z');
    const [stays, left, came] = await stand.people(3, { timeZone: 'Europe/Moscow' });
    assert.ok(stays && left && came);
    await moves(came, 'Asia/Vladivostok');
    const notice = await stand.approved(2 * DAY, {
      startsAt: '2027-06-03T12:00:00Z',
      endsAt: '2027-06-03T13:00:00Z',
      announceBefore: ['P1D'],
    });
    await moves(left, 'Asia/Vladivostok');
    stand.start();
    goTo('2027-06-02T12:00:01Z'); // 15:00 in Moscow, 22:00 in Vladivostok
    await stand.quiet();
    assert.deepEqual([await stand.told(stays), await stand.told(left), await stand.told(came)], [['before'], [], []]);
    await stand.check(notice);
    // The one is in Moscow by now, where it is one in the morning when Vladivostok gets up.
    await moves(came, 'Europe/Moscow');
    goTo('2027-06-02T22:00:01Z');
    await stand.quiet();
    assert.deepEqual([await stand.told(left), await stand.told(came)], [['before'], []]);
    goTo('2027-06-03T05:00:01Z');
    await stand.quiet();
    await stand.pass(2_000);
    assert.deepEqual(await stand.told(came), ['before']);
    assert.equal((await stand.sent()).length, 3);
    await stand.check(notice);
  });

  it('of a window: what is planned moves with the calendar of the new one and names it, and nobody is told of a change', async () => {
    goTo('2027-03-20T08:00:00Z');
    const [person] = await stand.people(1);
    assert.ok(person);
    const notice = await stand.approved(8 * DAY, {
      timeZone: 'Europe/Berlin', // where the clocks go forward in the night before
      startsAt: '2027-03-28T10:00',
      endsAt: '2027-03-28T11:00',
      announceBefore: ['P9D', 'P1D'],
    });
    stand.start();
    await stand.quiet();
    assert.deepEqual(await stand.told(person), ['before']);
    const dayBefore = async () => (await stand.words(notice, 'before')).find(({ lead }) => lead === 'P1D');
    assert.equal((await dayBefore())?.notBefore, '2027-03-27T09:00:00.000Z');
    await stand.act(notice, 'change', { timeZone: 'Europe/Moscow' });
    assert.equal((await dayBefore())?.notBefore, '2027-03-27T08:00:00.000Z');
    assert.deepEqual(await stand.words(notice, 'changed'), []);
    await stand.quiet();
    goTo('2027-03-27T08:00:01Z');
    await stand.quiet();
    assert.deepEqual(await stand.told(person), ['before', 'before']);
    const row = await stand.engine.get(announcements, (await dayBefore())?.id ?? '');
    assert.equal(row?.texts?.ru.body, 'before 2027-03-28T08:00:00.000Z Europe/Moscow');
    await stand.check(notice);
  });

  it('of a window, with its hours: the same hours in another zone are another time, of which they hear', async () => {
    goTo('2027-06-01T08:00:00Z');
    const [person] = await stand.people(1);
    assert.ok(person);
    const hours = { startsAt: '2027-06-03T10:00', endsAt: '2027-06-03T11:00' };
    const notice = await stand.approved(2 * DAY, { ...hours, timeZone: 'Europe/Moscow', announceBefore: ['P3D'] });
    stand.start();
    await stand.quiet();
    await stand.act(notice, 'change', { ...hours, timeZone: 'Asia/Yekaterinburg' });
    await stand.pass(20_000);
    assert.deepEqual(await stand.told(person), ['before', 'changed']);
    const [word] = await stand.words(notice, 'changed');
    const row = await stand.engine.get(announcements, word?.id ?? '');
    assert.equal(row?.formerly?.timeZone, 'Europe/Moscow');
    assert.equal((row?.formerly?.startsAt ?? 0) - 2 * HOUR, Date.parse('2027-06-03T05:00:00Z'));
    await stand.check(notice);
  });
});
