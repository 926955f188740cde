import assert from 'node:assert/strict';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { calendarFile, type CalendarEvent } from './calendar-file.js';

const event = (given: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: 'notice1@vestnik',
  sequence: 0,
  window: { startsAt: Date.parse('2027-11-14T00:00:00Z'), endsAt: Date.parse('2027-11-14T01:00:00Z'), site: null },
  summary: 'Работы в датацентре',
  description: 'С 3:00 до 4:00',
  now: Date.parse('2027-11-01T09:00:00.123Z'),
  ...given,
});
const unfolded = (file: string): string[] => file.replaceAll('\r\n ', '').split('\r\n');

describe('A window as a calendar file', () => {
  it('is one event in UTC', () => {
    const lines = unfolded(calendarFile(event()));
    assert.deepEqual(lines.slice(0, 6), [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Vestnik//Maintenance//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
    ]);
    assert.deepEqual(lines.slice(-3), ['END:VEVENT', 'END:VCALENDAR', '']);
    assert.deepEqual(
      lines.slice(6, -3).toSorted(),
      [
        'UID:notice1@vestnik',
        'SEQUENCE:0',
        'DTSTAMP:20271101T090000Z',
        'DTSTART:20271114T000000Z',
        'DTEND:20271114T010000Z',
        'SUMMARY:Работы в датацентре',
        'DESCRIPTION:С 3:00 до 4:00',
        'STATUS:CONFIRMED',
        'TRANSP:TRANSPARENT',
      ].toSorted(),
    );
  });

  it('says where it is, and which version of the window it has', () => {
    const lines = unfolded(
      calendarFile(event({ sequence: 3, window: { ...event().window, site: ' М9, зал 2; Москва' } })),
    );
    assert.ok(lines.includes('SEQUENCE:3'));
    assert.ok(lines.includes('LOCATION:М9\\, зал 2\\; Москва'));
  });

  it('takes any text: it cannot break out of its line, and a calendar reads it as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
        const file = calendarFile(event({ description: text }));
        for (const line of file.split('\r\n')) {
          assert.ok(Buffer.byteLength(line) <= 75);
          assert.ok(!/[\r\n]/.test(line));
        }
        const [read, ...others] = new ICAL.Component(ICAL.parse(file) as unknown[]).getAllSubcomponents('vevent');
        assert.ok(read && others.length === 0);
        assert.equal(
          read.getFirstPropertyValue('description'),
          text.replaceAll(/\r\n|\r/g, '\n').replaceAll(/[^\P{Cc}\n]/gu, ' '),
        );
      }),
    );
  });
});
