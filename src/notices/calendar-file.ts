import type { WindowFacts } from './wordings.js';

/** A maintenance window as a calendar file (RFC 5545), to be added with one tap. Own code: one event with times in UTC needs no time zone
 *  table, no recurrence and no attendees, which is what libraries for it are about. Pure. */

export type CalendarEvent = {
  /** Stays the same over all versions of the window. */
  readonly uid: string;
  /** How often the window was changed: a calendar takes the highest. */
  readonly sequence: number;
  readonly window: Pick<WindowFacts, 'startsAt' | 'endsAt' | 'site'>;
  readonly summary: string;
  readonly description: string;
  readonly isCancelled: boolean;
  /** ms. */
  readonly now: number;
};

export const CALENDAR_TYPE = 'text/calendar; charset=utf-8';

/** @returns the text of the file; lines end with CRLF and none is longer than 75 bytes */
export function calendarFile(event: CalendarEvent): string {
  const { window } = event;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vestnik//Maintenance//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${escaped(event.uid)}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${utc(event.now)}`,
    `DTSTART:${utc(window.startsAt)}`,
    `DTEND:${utc(window.endsAt)}`,
    `SUMMARY:${escaped(event.summary)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    ...(window.site === null ? [] : [`LOCATION:${escaped(window.site.trim())}`]),
    `STATUS:${event.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    // The hour is nobody's: a calendar that plans meetings must not take it for busy.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.flatMap(folded).join('\r\n') + '\r\n';
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const escaped = (text: string): string =>
  text
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(/\p{Cc}/gu, ' ');

const MAX_BYTES = 75;

/** Longer lines go on in the next one, after a blank; never in the middle of a character. */
function folded(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > MAX_BYTES) {
      parts.push(part);
      [part, bytes] = [' ', 1];
    }
    part += character;
    bytes += size;
  }
  return [...parts, part];
}
