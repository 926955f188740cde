import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFile, type CalendarEvent } from './calendar-file.js';

const event = (given: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: 'notice1@vestnik',
  sequence: 0,
  window: { startsAt: Date.parse('2027-11-14T00:00:00Z'), endsAt: Date.parse('2027-11-14T01:00:00Z'), site: null },
  summary: 'Работы в датацентре',
  description: 'С 3:00 до 4:00',
  isCancelled: false,
  now: Date.parse('2027-11-01T09:00:00.123Z'),
  ...given,
});
const unfolded = (file: string): string[] => file.replaceAll('\r\n ', '').split('\r\n');

describe('A window as a calendar file', () => {
  it('is one event in UTC', () => {
    assert.deepEqual(unfolded(calendarFile(event())), [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Vestnik//Maintenance//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      'UID:notice1@vestnik',
      'SEQUENCE:0',
      'DTSTAMP:20271101T090000Z',
      'DTSTART:20271114T000000Z',
      'DTEND:20271114T010000Z',
      'SUMMARY:Работы в датацентре',
      'DESCRIPTION:С 3:00 до 4:00',
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('says when it is off, and where it would have been', () => {
    const lines = unfolded(
      calendarFile(event({ isCancelled: true, sequence: 3, window: { ...event().window, site: 'М9, зал 2; Москва' } })),
    );
    assert.ok(lines.includes('STATUS:CANCELLED') && lines.includes('SEQUENCE:3'));
    assert.ok(lines.includes('LOCATION:М9\\, зал 2\\; Москва'));
  });

  it('takes any text: it cannot break out of its line, and reads the same after it was folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const file = calendarFile(event({ description: text }));
        for (const line of file.split('\r\n')) {
          assert.ok(Buffer.byteLength(line) <= 75);
          assert.ok(!/[\r\n]/.test(line));
        }
        assert.equal(unfolded(file).length, 18);
        const shown = unfolded(file).find((line) => line.startsWith('DESCRIPTION:')) ?? assert.fail();
        const read = shown
          .slice('DESCRIPTION:'.length)
          .replaceAll(/\\([\\;,n])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
        assert.equal(read, text.replaceAll(/\r\n|\r/g, '\n').replaceAll(/[^\P{Cc}\n]/gu, ' '));
      }),
    );
  });
});
