import assert from 'node:assert/strict';
import { loadCalendar } from '../load-calendar.js';
import { readCalendar } from './calendar-file.js';
import { isOpen } from './opening-hours.js';

const week = {
  monday: ['09:00-13:00', '14:00-18:00'],
  tuesday: ['00:00-24:00'],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
};
const options = { timeZone: 'Europe/Moscow', holidays: ['2026-11-10'] };
const read = (file: unknown) => {
  const found = readCalendar(file, options);
  if (found.kind === 'faults') throw new Error(found.faults.join('\n'));
  return (iso: string) => isOpen(Date.parse(iso), found.calendar);
};
const faultsOf = (file: unknown) => {
  const found = readCalendar(file, options);
  return found.kind === 'faults' ? found.faults.join('\n') : '';
};

describe('the calendar file', () => {
  it('says when the company works, by weekday and by day', () => {
    const open = read({ week, holidays: { '11-09': 'every year', '2026-11-17': 'once' } });
    assert.deepEqual(
      ['2026-11-02T10:30:00Z', '2026-11-02T11:30:00Z', '2026-11-03T20:59:00Z', '2026-11-04T10:00:00Z'].map(open),
      [false, true, true, false],
    );
    assert.deepEqual(
      [
        '2026-11-09T08:00:00Z',
        '2027-11-09T08:00:00Z',
        '2026-11-17T08:00:00Z',
        '2026-11-10T08:00:00Z',
        '2026-11-24T08:00:00Z',
      ].map(open),
      [false, false, false, false, true],
    );
  });

  it('names all that is wrong with it', () => {
    const faults = faultsOf({
      week: { ...week, monday: ['9-18'], tuesday: ['18:00-09:00'] },
      holidays: { '1 May': '', '02-30': '' },
    });
    for (const part of [/week\.monday\.0 has to look like 09:00-18:00/, /1 May has to be a day/, /02-30 is no day/])
      assert.match(faults, part);
    assert.match(faultsOf({ week: { ...week, monday: ['18:00-09:00'] }, holidays: {} }), /out of order/);
    assert.match(
      faultsOf({ week: Object.fromEntries(Object.keys(week).map((day) => [day, []])), holidays: {} }),
      /one day/,
    );
    assert.notEqual(faultsOf({ week }), '');
    assert.notEqual(faultsOf([]), '');
  });

  it('that we bring along is in order, and stands until another is named', () => {
    const calendar = loadCalendar({ calendarFile: undefined, timeZone: 'Europe/Moscow', holidays: ['2026-11-05'] });
    assert.deepEqual(
      ['2026-11-03T08:00:00Z', '2026-11-04T08:00:00Z', '2026-11-05T08:00:00Z'].map((iso) =>
        isOpen(Date.parse(iso), calendar),
      ),
      [true, false, false],
    );
    assert.throws(
      () => loadCalendar({ calendarFile: '/nowhere.json', timeZone: 'UTC', holidays: [] }),
      /CALENDAR_FILE: the file cannot be read/,
    );
  });
});
