import assert from 'node:assert/strict';
import fc from 'fast-check';
import { businessCalendar, isOpen } from '../calendar/opening-hours.js';
import { localTime } from '../calendar/zoned-time.js';
import { MOST_DAYS, slotsFrom, type Slot } from './slots.js';

const at = (iso: string) => Date.parse(iso);
const HOUR = 3_600_000;
const moscow = businessCalendar({ timeZone: 'Europe/Moscow', holidays: ['01-01', '2027-01-04'] });
const everyDay = (fromMinute: number, toMinute: number) => Array.from({ length: 7 }, () => [{ fromMinute, toMinute }]);
const shown = (slots: readonly Slot[]) =>
  slots.map(
    ({ day, minute }) =>
      `${day.slice(5)} ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  );
const onDay = (slots: readonly Slot[], day: string) =>
  shown(slots.filter((slot) => slot.day === day)).map((text) => text.slice(6));

describe('the times at which we call', () => {
  it('are the hours of the company’s opening hours on the next days that have any', () => {
    const slots = slotsFrom(at('2026-11-02T09:00:00Z'), moscow, 'Europe/Moscow');
    assert.deepEqual(onDay(slots, '2026-11-03'), [
      '09:00',
      '10:00',
      '11:00',
      '12:00',
      '13:00',
      '14:00',
      '15:00',
      '16:00',
      '17:00',
    ]);
    assert.deepEqual(
      [...new Set(slots.map(({ day }) => day))],
      ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06', '2026-11-09'],
    );
  });

  it('begin a quarter of an hour from now at the earliest', () => {
    const today = (iso: string) => onDay(slotsFrom(at(iso), moscow, 'Europe/Moscow'), '2026-11-02');
    assert.equal(today('2026-11-02T09:45:00Z')[0], '13:00');
    assert.equal(today('2026-11-02T09:45:01Z')[0], '14:00');
    assert.deepEqual(today('2026-11-02T13:50:00Z'), []);
  });

  it('leave out holidays, those of every year too', () => {
    const slots = slotsFrom(at('2026-12-31T12:00:00Z'), moscow, 'Europe/Moscow');
    assert.deepEqual([...new Set(slots.map(({ day }) => day))].slice(0, 2), ['2026-12-31', '2027-01-05']);
  });

  it('belong to the days of the person’s calendar, wherever they are', () => {
    const now = at('2026-11-02T00:00:00Z');
    assert.deepEqual(shown(slotsFrom(now, moscow, 'Pacific/Auckland')).slice(0, 7), [
      ...['11-02 19:00', '11-02 20:00', '11-02 21:00', '11-02 22:00', '11-02 23:00', '11-03 00:00', '11-03 01:00'],
    ]);
    assert.deepEqual(shown(slotsFrom(now, moscow, 'America/St_Johns')).slice(0, 2), ['11-02 02:30', '11-02 03:30']);
  });

  it('end with the opening; what is left over is offered from half an hour on', () => {
    const calendar = (toMinute: number) => businessCalendar({ timeZone: 'UTC', week: everyDay(540, toMinute) });
    const lengths = (toMinute: number) =>
      slotsFrom(at('2026-11-02T00:00:00Z'), calendar(toMinute), 'UTC')
        .filter(({ day }) => day === '2026-11-02')
        .map(({ startsAt, endsAt }) => (endsAt - startsAt) / 60_000);
    assert.deepEqual(lengths(690), [60, 60, 30]);
    assert.deepEqual(lengths(689), [60, 60]);
  });

  it('keep to the wall clocks of the company on both days they are changed', () => {
    const berlin = businessCalendar({ timeZone: 'Europe/Berlin', week: everyDay(540, 720) });
    const startsOn = (now: string, day: string) =>
      slotsFrom(at(now), berlin, 'Europe/Berlin')
        .filter((slot) => slot.day === day)
        .map(({ startsAt }) => new Date(startsAt).toISOString().slice(11, 16));
    assert.deepEqual(startsOn('2026-03-28T12:00:00Z', '2026-03-29'), ['07:00', '08:00', '09:00']);
    assert.deepEqual(startsOn('2026-10-24T12:00:00Z', '2026-10-25'), ['08:00', '09:00', '10:00']);
  });

  it('are real hours in the nights in which the person’s clocks are changed', () => {
    const nights = businessCalendar({ timeZone: 'Europe/Berlin', week: everyDay(0, 300) });
    const labels = (now: string, day: string) => onDay(slotsFrom(at(now), nights, 'Europe/Berlin'), day);
    assert.deepEqual(labels('2026-03-28T12:00:00Z', '2026-03-29'), ['00:00', '01:00', '03:00', '04:00']);
    assert.deepEqual(labels('2026-10-24T12:00:00Z', '2026-10-25'), [
      '00:00',
      '01:00',
      '02:00',
      '02:00',
      '03:00',
      '04:00',
    ]);
  });

  it('lie, whatever the zones and the moment, in opening hours and ahead, one after the other, on a few days', () => {
    const zone = fc.constantFrom('Europe/Moscow', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(
        zone,
        zone,
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 1_380 }),
        fc.integer({ min: 31, max: 1_440 }),
        (timeZone, theirs, now, fromMinute, length) => {
          const toMinute = Math.min(fromMinute + length, 1_440);
          const calendar = businessCalendar({ timeZone, week: everyDay(fromMinute, toMinute), holidays: ['12-31'] });
          const slots = slotsFrom(now, calendar, theirs);
          assert.ok(slots.length > 0);
          assert.ok(new Set(slots.map(({ day }) => day)).size <= MOST_DAYS);
          let before = now;
          for (const { startsAt, endsAt, day, minute } of slots) {
            assert.ok(startsAt >= before && endsAt > startsAt && endsAt - startsAt <= HOUR);
            assert.ok(isOpen(startsAt, calendar) && isOpen(endsAt - 1, calendar));
            const local = localTime(startsAt, theirs);
            assert.deepEqual([Number(day.slice(8)), minute], [local.day, local.hour * 60 + local.minute]);
            before = endsAt;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
