import assert from 'node:assert/strict';
import { businessCalendar, isOpen, nextOpen, promiseFor } from './opening-hours.js';
import { instantOf, localTime } from './zoned-time.js';

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const moscow = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['2026-11-04'] });

describe('opening hours', () => {
  it('are Monday to Friday from nine to six in the company’s zone', () => {
    assert.equal(isOpen(at('2026-11-02T05:59:59Z'), moscow), false);
    assert.equal(isOpen(at('2026-11-02T06:00:00Z'), moscow), true);
    assert.equal(isOpen(at('2026-11-02T14:59:59Z'), moscow), true);
    assert.equal(isOpen(at('2026-11-02T15:00:00Z'), moscow), false);
    assert.equal(isOpen(at('2026-11-01T10:00:00Z'), moscow), false);
  });

  it('open next on the first working day, over week-ends and holidays', () => {
    assert.equal(iso(nextOpen(at('2026-11-02T10:00:00Z'), moscow)), '2026-11-02T10:00:00Z');
    assert.equal(iso(nextOpen(at('2026-11-06T16:00:00Z'), moscow)), '2026-11-09T06:00:00Z');
    assert.equal(iso(nextOpen(at('2026-11-03T15:00:00Z'), moscow)), '2026-11-05T06:00:00Z');
  });

  it('promise a human within a quarter of an hour while open, else a quarter of an hour after opening', () => {
    assert.equal(iso(promiseFor(at('2026-11-02T10:00:00Z'), moscow)), '2026-11-02T10:15:00Z');
    assert.equal(iso(promiseFor(at('2026-11-02T02:00:00Z'), moscow)), '2026-11-02T06:15:00Z');
    assert.equal(iso(promiseFor(at('2026-11-02T14:45:00Z'), moscow)), '2026-11-02T15:00:00Z');
  });

  it('are the same whatever was asked before, forward or back', () => {
    const options = { timeZone: 'Europe/Berlin', holidays: ['2026-03-30'] };
    const asked = businessCalendar(options);
    const first = at('2026-03-26T00:00:00Z');
    for (let step = 0; step < 500; step += 1) {
      const moment = first + ((step * 7_919) % 14_400) * 60_000; // ten days, in no order
      const anew = businessCalendar(options);
      assert.equal(promiseFor(moment, asked), promiseFor(moment, anew), iso(moment));
      assert.equal(isOpen(moment, asked), isOpen(moment, anew), iso(moment));
    }
  });

  it('promise nothing for after hours: what is left of the quarter is spent the next working morning', () => {
    assert.equal(iso(promiseFor(at('2026-11-03T14:50:00Z'), moscow)), '2026-11-05T06:05:00Z');
  });

  it('may have a break at noon', () => {
    const spans = [
      { fromMinute: 540, toMinute: 720 },
      { fromMinute: 780, toMinute: 1080 },
    ];
    const calendar = businessCalendar({ timeZone: 'UTC', week: Array.from({ length: 7 }, () => spans) });
    assert.equal(iso(nextOpen(at('2026-11-02T12:30:00Z'), calendar)), '2026-11-02T13:00:00Z');
    assert.equal(iso(promiseFor(at('2026-11-02T11:50:00Z'), calendar)), '2026-11-02T13:05:00Z');
  });

  it('keep to the clocks on the wall on both days they are changed', () => {
    const allWeek = Array.from({ length: 7 }, () => [{ fromMinute: 540, toMinute: 1080 }]);
    const berlin = businessCalendar({ timeZone: 'Europe/Berlin', week: allWeek });
    assert.equal(iso(nextOpen(at('2026-03-28T20:00:00Z'), berlin)), '2026-03-29T07:00:00Z'); // to summer time at 01:00Z
    assert.equal(iso(nextOpen(at('2026-03-27T20:00:00Z'), berlin)), '2026-03-28T08:00:00Z');
    assert.equal(iso(nextOpen(at('2026-10-24T20:00:00Z'), berlin)), '2026-10-25T08:00:00Z'); // back at 01:00Z
    assert.equal(iso(promiseFor(at('2026-10-24T00:00:00Z'), berlin)), '2026-10-24T07:15:00Z');
    const nights = Array.from({ length: 7 }, () => [{ fromMinute: 0, toMinute: 240 }]);
    const owls = businessCalendar({ timeZone: 'America/New_York', week: nights });
    // The spring night is an hour shorter, the autumn one an hour longer.
    assert.equal(isOpen(at('2026-03-08T07:59:00Z'), owls), true);
    assert.equal(isOpen(at('2026-03-08T08:00:00Z'), owls), false);
    assert.equal(isOpen(at('2026-11-01T08:59:00Z'), owls), true);
    assert.equal(isOpen(at('2026-11-01T09:00:00Z'), owls), false);
  });

  it('serve a span that the clocks jump over an hour later', () => {
    const calendar = businessCalendar({
      timeZone: 'Europe/Berlin',
      week: [[], [], [], [], [], [], [{ fromMinute: 150, toMinute: 165 }]],
    });
    assert.equal(iso(promiseFor(at('2026-03-22T12:00:00Z'), calendar)), '2026-03-29T01:45:00Z');
  });

  it('know days on which nobody works in any year', () => {
    const calendar = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['01-01', '2027-01-04'] });
    assert.equal(iso(nextOpen(at('2026-12-31T15:00:00Z'), calendar)), '2027-01-05T06:00:00Z');
    const always = Array.from({ length: 8 }, (_, day) => `01-0${day + 1}`);
    const resting = businessCalendar({ timeZone: 'UTC', holidays: always });
    assert.equal(iso(nextOpen(at('2032-12-31T19:00:00Z'), resting)), '2033-01-10T09:00:00Z');
    const many = Array.from({ length: 201 }, (_, n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
    assert.throws(() => businessCalendar({ timeZone: 'UTC', holidays: many }), /200/);
  });

  it('refuse a calendar that makes no sense', () => {
    assert.throws(() => businessCalendar({ timeZone: 'Mars/Olympus' }), RangeError);
    assert.throws(() => businessCalendar({ timeZone: 'UTC', holidays: ['1 May'] }), /holiday/);
    assert.throws(() => businessCalendar({ timeZone: 'UTC', week: [[], [], [], [], [], [], []] }), /one day/);
    assert.throws(
      () => businessCalendar({ timeZone: 'UTC', week: [[{ fromMinute: 600, toMinute: 540 }], [], [], [], [], [], []] }),
      /order/,
    );
  });
});

describe('zoned time', () => {
  it('goes from the wall to the moment and back, every seven hours of a year, in odd zones', () => {
    for (const zone of ['Europe/Moscow', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'])
      for (let moment = at('2026-01-01T00:00:00Z'); moment < at('2027-01-01T00:00:00Z'); moment += 7 * 3_600_000) {
        const { year, month, day, hour, minute } = localTime(moment, zone);
        const back = instantOf(year, month, day, hour * 60 + minute, zone);
        // A time shown twice means the first of the two.
        assert.ok(
          back === moment || moment - back === 3_600_000 || moment - back === 1_800_000,
          `${zone} ${iso(moment)}`,
        );
      }
  });

  it('takes the first of a time shown twice and moves a skipped one on', () => {
    assert.equal(iso(instantOf(2026, 10, 25, 150, 'Europe/Berlin')), '2026-10-25T00:30:00Z');
    assert.equal(iso(instantOf(2026, 3, 29, 150, 'Europe/Berlin')), '2026-03-29T01:30:00Z');
  });
});
